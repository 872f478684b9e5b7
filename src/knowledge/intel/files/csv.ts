/** Cells of one line of CSV (RFC 4180, section 2). A quoted cell that goes over several lines is not known to data sets read here. */
export function parseCsvLine(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line[at] !== '"') {
      const comma = line.indexOf(",", at);
      const end = comma < 0 ? line.length : comma;
      cells.push(line.slice(at, end));
      at = end + 1;
      continue;
    }
    let cell = "";
    at++;
    while (at < line.length) {
      const quote = line.indexOf('"', at);
      const end = quote < 0 ? line.length : quote;
      cell += line.slice(at, end);
      at = end + 1;
      if (line[at] !== '"') break;
      cell += '"';
      at++;
    }
    cells.push(cell);
    at++;
  }
  return cells;
}
