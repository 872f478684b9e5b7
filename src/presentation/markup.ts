import { escapeHtml } from "./escape.ts";

/** Text that is HTML already. Only `html` makes it, so whatever else is put into a page gets escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Part = string | number | Markup | undefined | readonly Part[];

/** A page's template: what is put in is escaped, unless it is `Markup`; lists are joined, undefined is nothing. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = literals[0]!;
  parts.forEach((part, i) => {
    text += textOf(part) + literals[i + 1]!;
  });
  return new Markup(text);
}

function textOf(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "number") return String(part);
  return typeof part === "string" ? escapeHtml(part) : part.map(textOf).join("");
}
