/** Letters that take two columns on a terminal: Unicode's East Asian Wide and Fullwidth, by blocks. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
const plain = /^[\x20-\x7e]*$/;
const colours = /\x1b\[[\d;]*m/g;

/** Columns that `text` takes on a terminal; our own colour codes take none. */
export function widthOf(text: string): number {
  const seen = text.replace(colours, "");
  if (plain.test(seen)) return seen.length;
  let width = 0;
  for (const character of seen) width += widthOfCharacter(character);
  return width;
}

function widthOfCharacter(character: string): number {
  if (/\p{M}/u.test(character)) return 0;
  return character.codePointAt(0)! >= 0x1f000 || wide.test(character) ? 2 : 1;
}

/** `text` in at most `columns` columns; what does not fit goes from the middle, since both ends of a path tell most. */
export function shorten(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns < 2) return "…".slice(0, columns);
  const head = Math.ceil((columns - 1) * 0.6);
  return `${takeColumns([...text], head)}…${takeColumns([...text].reverse(), columns - 1 - head, true)}`;
}

function takeColumns(characters: readonly string[], columns: number, backwards = false): string {
  let taken = "";
  let width = 0;
  for (const character of characters) {
    width += widthOfCharacter(character);
    if (width > columns) break;
    taken = backwards ? character + taken : taken + character;
  }
  return taken;
}

/** The end of `text`, for paths: file names differ there. */
export function keepEnd(text: string, columns: number): string {
  return widthOf(text) <= columns ? text : `…${takeColumns([...text].reverse(), columns - 1, true)}`;
}

/** `text` cut at its end, for prose. */
export function cut(text: string, columns: number): string {
  return widthOf(text) <= columns ? text : `${takeColumns([...text], columns - 1).trimEnd()}…`;
}

export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - widthOf(text))) + text;
}

/** `text` in lines of at most `columns`, broken at spaces; a longer word is shortened. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const fitting = shorten(word, columns);
    if (line === "") line = fitting;
    else if (widthOf(line) + 1 + widthOf(fitting) <= columns) line += ` ${fitting}`;
    else {
      lines.push(line);
      line = fitting;
    }
  }
  lines.push(line);
  return lines;
}
