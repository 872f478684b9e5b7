// DER as certificates are written in (ITU-T X.690): tag, length, contents. Offsets into the caller's bytes.

/** The element at hand: reused, so read it before the next call. */
export const element = { tag: 0, start: 0, end: 0 };

/** Universal tags that are named here. */
export const Tag = {
  bmpString: 0x1e,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
} as const;

/** Reads the element at `bytes[at, end)` into `element`. @returns false when its length does not fit. */
export function readElement(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 2) return false;
  const first = bytes[at + 1]!;
  let start = at + 2;
  let length = first;
  if (first & 0x80) {
    const digits = first & 0x7f;
    if (digits === 0 || digits > 3 || start + digits > end) return false;
    length = 0;
    for (let i = 0; i < digits; i++) length = (length << 8) | bytes[start++]!;
  }
  element.tag = bytes[at]!;
  element.start = start;
  element.end = start + length;
  return element.end <= end;
}

/** The same, when it has that tag. */
export function enter(bytes: Uint8Array, at: number, end: number, tag: number): boolean {
  return readElement(bytes, at, end) && element.tag === tag;
}

/** A UTCTime or GeneralizedTime in UTC (RFC 5280, section 4.1.2.5) as milliseconds since the Unix epoch; NaN when odd. */
export function timeOf(bytes: Uint8Array, tag: number, start: number, end: number): number {
  const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 20)));
  const parts = (tag === Tag.utcTime ? UTC_TIME : GENERALIZED_TIME).exec(text);
  if (parts === null) return Number.NaN;
  const [, year = "", month, day, hour, minute, second = "00"] = parts;
  const century = year.length === 4 ? "" : Number(year) < 50 ? "20" : "19";
  return Date.parse(`${century}${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/;

/** The text of a string element: BMPString is UTF-16, all others are read as UTF-8. */
export function stringOf(bytes: Uint8Array, tag: number, start: number, end: number): string {
  const part = bytes.subarray(start, end);
  if (tag !== Tag.bmpString) return utf8.decode(part);
  return utf16.decode(part);
}

const utf8 = new TextDecoder("utf-8");
const utf16 = new TextDecoder("utf-16be");
