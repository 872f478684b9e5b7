// Hot: twice per request of a delivery network's log; measured by bench/log-formats.ts.
import type { TextTable } from "../bytes/text-table.ts";

const PERCENT = 37;

let plain = new Uint8Array(1024);

/** Adds a header's value without the percent-encoding that delivery networks put on it: `Mozilla/5.0%20(X11…`, at times `%2520`. */
export function addEncodedHeader(texts: TextTable, bytes: Uint8Array, start: number, end: number): number {
  if (plain.length < end - start) plain = new Uint8Array(2 * (end - start));
  let length = 0;
  for (let i = start; i < end; i++) {
    let byte = bytes[i]!;
    if (byte === PERCENT) {
      let at = i + 1;
      if (bytes[at] === 50 && bytes[at + 1] === 53 && hexByte(bytes, at + 2, end) >= 0) at += 2;
      const value = hexByte(bytes, at, end);
      if (value >= 0) {
        byte = value;
        i = at + 1;
      }
    }
    plain[length++] = byte;
  }
  return texts.add(plain, 0, length);
}

function hexByte(bytes: Uint8Array, at: number, end: number): number {
  if (at + 2 > end) return -1;
  const high = hexDigit(bytes[at]!);
  const low = hexDigit(bytes[at + 1]!);
  return high < 0 || low < 0 ? -1 : (high << 4) | low;
}

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const lower = c | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
