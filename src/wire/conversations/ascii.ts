// Hot: once per header line; measured by bench/captures.ts.
import { viewOf } from "../../bytes/hash.ts";

const encoder = new TextEncoder();

/** The bytes of a text that the program itself names. */
export function ascii(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Whether `bytes[start, end)` begins with `prefix`. */
export function startsWith(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix[i]) return false;
  return true;
}

/** Whether `bytes[start, end)` is shorter than `prefix` and equal to its beginning: more bytes may make it one. */
export function mayBecome(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  return end - start < prefix.length && startsWith(prefix, 0, prefix.length, bytes.subarray(start, end));
}

/** Whether the `lower.length` bytes from `start` are `lower`, letters in either case; `lower` is in lower case. */
export function equalsIgnoringCase(bytes: Uint8Array, start: number, lower: Uint8Array): boolean {
  for (let i = 0; i < lower.length; i++) {
    const c = bytes[start + i]!;
    if ((c >= 65 && c <= 90 ? c | 32 : c) !== lower[i]) return false;
  }
  return true;
}

/**
 * Offset of the next line feed in `bytes[start, end)`, or `end`. Looks at four bytes at a time: a byte of
 * `word ^ 0x0a0a0a0a` is zero where there is one, and subtracting one from each byte then sets its upper bit, of which
 * the lowest is right. A third faster than a byte at a time at 50 bytes a line.
 */
export function lineFeed(bytes: Uint8Array, start: number, end: number): number {
  const view = viewOf(bytes);
  for (const stop = end - 3; start < stop; start += 4) {
    const word = view.getInt32(start, true) ^ 0x0a0a0a0a;
    const found = (word - 0x01010101) & ~word & 0x80808080;
    if (found !== 0) return start + ((31 - Math.clz32(found & -found)) >> 3);
  }
  while (start < end && bytes[start] !== 10) start++;
  return start;
}
