import { cut, padEnd, padStart, widthOf } from "./width.ts";

/** A column of a text table. The last one takes what width is left. */
export interface Column {
  readonly title: string;
  readonly align?: "right";
}

/**
 * Rows as aligned lines of at most `width` columns, below a line of titles. Two spaces part the columns; the last
 * column is cut where the width ends.
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const widths = columns.map((column, i) =>
    Math.max(widthOf(column.title), ...rows.map((row) => widthOf(row[i] ?? ""))),
  );
  const taken = widths.slice(0, -1).reduce((sum, w) => sum + w + 2, 0);
  const left = Math.max(12, width - taken);
  const line = (cells: readonly string[]) =>
    columns
      .map((column, i) => {
        const cell = cells[i] ?? "";
        if (i === columns.length - 1) return cut(cell, left);
        return column.align === "right" ? padStart(cell, widths[i]!) : padEnd(cell, widths[i]!);
      })
      .join("  ")
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...rows.map(line)];
}
