import { ascii, lineFeed, mayBecome, startsWith } from "./ascii.ts";
import { Recognition } from "./conversation.ts";
import { isMethodByte } from "./http-request.ts";
import { RESPONSE_PREFIX } from "./http-response.ts";

const VERSION = ascii("HTTP/");
const VERSION_2 = ascii("HTTP/2");
const commonMethods = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "CONNECT", "PATCH", "TRACE", "PROPFIND"].map(
  (method) => ascii(`${method} `),
);

/** Whether a client's words begin with an HTTP/1 request line, a forgiving look at `bytes[start, end)`. */
export function recogniseRequest(bytes: Uint8Array, start: number, end: number): Recognition {
  if (isPlainGet(bytes, start)) return Recognition.yes;
  let at = start;
  while (at < end && (bytes[at] === 13 || bytes[at] === 10)) at++;
  const methodStart = at;
  while (at < end && isMethodByte(bytes[at]!) && at - methodStart < 33) at++;
  if (at === end) return at - methodStart < 33 ? Recognition.moreBytesNeeded : Recognition.no;
  if (bytes[at] !== 32 || at === methodStart) return Recognition.no;
  const lineEnd = lineFeed(bytes, at, end);
  const isCommon = commonMethods.some((method) => startsWith(bytes, methodStart, end, method));
  const targetLooksRight = isTargetByte(bytes[at + 1]);
  if (lineEnd === end) return isCommon && targetLooksRight ? Recognition.yes : Recognition.moreBytesNeeded;
  let last = lineEnd;
  while (last > at && bytes[last - 1] !== 32) last--;
  if (startsWith(bytes, last, lineEnd, VERSION)) {
    return startsWith(bytes, last, lineEnd, VERSION_2) ? Recognition.no : Recognition.yes;
  }
  return isCommon && targetLooksRight && last === at + 1 ? Recognition.yes : Recognition.no;
}

/** Whether a server's words, `bytes[start, end)`, begin with an HTTP/1 status line. */
export function recogniseResponse(bytes: Uint8Array, start: number, end: number): Recognition {
  if (startsWith(bytes, start, end, RESPONSE_PREFIX)) return Recognition.yes;
  return mayBecome(bytes, start, end, RESPONSE_PREFIX) ? Recognition.moreBytesNeeded : Recognition.no;
}

/** `GET /`: nearly every request. */
export function isPlainGet(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 71 && bytes[at + 1] === 69 && bytes[at + 2] === 84 && bytes[at + 3] === 32 && bytes[at + 4] === 47
  );
}

/** `/`, `*` and the `h` of an absolute URI. */
function isTargetByte(c: number | undefined): boolean {
  return c === 47 || c === 42 || c === 104;
}
