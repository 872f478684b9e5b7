/** Stands for what a rule leaves open, within texts that are being made into literal parts. */
export const HOLE = "\0";

/** The text as a byte string: one character a byte, UTF-8 where it had more. */
export function bytesOf(text: string): string {
  return /^[\x00-\x7f]*$/.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** Percent escapes of a byte string decoded, once; `+` stays. */
export function percentDecoded(bytes: string): string {
  if (!bytes.includes("%")) return bytes;
  return bytes.replace(/%([0-9a-fA-F]{2})/g, (_, hex) =>
    hex === "00" ? "%00" : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Text for people: one line, without control bytes, of bounded length. */
export function titleOf(text: unknown): string {
  return String(text ?? "")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, LONGEST_TITLE);
}

const LONGEST_TITLE = 300;

/** CVE ids named in a text, upper case, none twice. */
export function cvesIn(text: string): string[] {
  return [
    ...new Set(
      [...text.matchAll(/\bCVE[-_](\d{4})[-_](\d{4,7})\b/gi)].map(([, year, number]) => `CVE-${year}-${number}`),
    ),
  ];
}

/** Strings of a value that is a string, a list of strings, or a text divided by commas. */
export function stringsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [];
  return list
    .filter((each) => typeof each === "string" || typeof each === "number")
    .map((each) => String(each).trim())
    .filter((each) => each !== "");
}

/** Members of a value that is a plain object; none for anything else. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Elements of a value that is a list; the value alone for anything else that is there. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}
