// Hot: for every field that may hold escapes; measured by bench/lines.ts.
import type { TextTable } from "../bytes/text-table.ts";

const BACKSLASH = 92;

/** Where escapes are undone; grows to the longest field seen, at most a line. */
let scratch = new Uint8Array(4096);

/** Adds the text that the log's escapes in `bytes[start, end)` stand for. */
export function addEscaped(texts: TextTable, bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && bytes[i] !== BACKSLASH) i++;
  if (i === end) return texts.add(bytes, start, end);
  return texts.add(scratch, 0, undoEscapes(bytes, start, end));
}

/** Undoes escapes into the bytes that `undone` shows; returns how many. They stay valid until the next call. */
export function undoEscapes(bytes: Uint8Array, start: number, end: number): number {
  if (scratch.length < end - start) scratch = new Uint8Array(end - start);
  let length = 0;
  for (let i = start; i < end; i++) {
    let byte = bytes[i]!;
    if (byte === BACKSLASH && i + 1 < end) {
      const letter = bytes[i + 1]!;
      const plain = plainByLetter[letter]!;
      if (plain !== 0) {
        byte = plain;
        i++;
      } else if (letter === 120 && i + 3 < end) {
        const value = (hexDigit(bytes[i + 2]!) << 4) | hexDigit(bytes[i + 3]!);
        if (value >= 0) {
          byte = value;
          i += 3;
        }
      }
    }
    scratch[length++] = byte;
  }
  return length;
}

/** The buffer that `undoEscapes` wrote last. */
export function undone(): Uint8Array {
  return scratch;
}

/**
 * What a letter after a backslash stands for. Apache writes the C escapes and `\"`, `\\` (util.c, ap_escape_logitem), nginx
 * only `\xHH` (ngx_http_log_module, `escape=default`). A backslash before anything else is itself.
 */
const plainByLetter = new Uint8Array(256);
for (const [letter, plain] of Object.entries({ '"': 34, "\\": 92, a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 })) {
  plainByLetter[letter.charCodeAt(0)] = plain;
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
