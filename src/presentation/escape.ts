/**
 * Scanners write the strings we show. Whatever comes from an input passes one of these functions on its way to a
 * terminal, a page or a table.
 */

/**
 * Characters that steer a terminal or are not seen: controls (ESC, C1), format characters (bidirectional overrides,
 * zero-width, soft hyphen), lone surrogates, private and unassigned ones, line and paragraph separators, every space but
 * the plain one, everything Unicode calls "default ignorable" (fillers, variation selectors), the blank Braille
 * pattern, and marks piled on a third mark.
 */
const unsafe =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<=\p{M}\p{M})\p{M}/gu;

/** Nearly every text: told by a plain test instead of a search for classes. */
const printable = /^[\x20-\x7e]*$/;

const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text in which every character is seen and stands where it is written. Escaping twice changes nothing. */
export function escapeText(text: string): string {
  return printable.test(text) ? text : text.replace(unsafe, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0)!;
  if (named[character] !== undefined) return named[character];
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\u{${code.toString(16)}}`;
}

const htmlEntities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for an element or a quoted attribute of a page. */
export function escapeHtml(text: string): string {
  return escapeText(text).replace(/[&<>"']/g, (character) => htmlEntities[character]!);
}

/**
 * One field of a comma-separated table (RFC 4180, section 2). Text that a spreadsheet would run as a formula gets an
 * apostrophe in front.
 */
export function escapeCsv(text: string): string {
  const seen = escapeText(text);
  const inert = /^\s*[=+\-@|%]/.test(seen) ? `'${seen}` : seen;
  return /[",';]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** A copy of `value` in which every string, keys excepted, went through `change`. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === "string") return change(value) as T;
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)])) as T;
}
