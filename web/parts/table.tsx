import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface TableProps {
  readonly label: string;
  /** Names of the columns; one that ends in `#` holds numbers. */
  readonly columns: readonly string[];
  readonly children: ComponentChildren;
}

/** A table that scrolls by itself when it is wider than the page. */
export function Table({ label, columns, children }: TableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  // Narrow windows show each row as a card, in which a cell bears the name of its column.
  useLayoutEffect(() => {
    for (const row of body.current?.rows ?? []) {
      for (const [i, cell] of [...row.cells].entries()) {
        if (cell.colSpan === 1) cell.dataset.column = columns[i]?.replace(/#$/, "").trim() ?? "";
      }
    }
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="scroll" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" class={column.endsWith("#") ? "number" : ""}>
                {column.replace(/#$/, "")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>{children}</tbody>
      </table>
    </section>
  );
}
