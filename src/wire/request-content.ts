// Hot: once per block of headers that was not seen before, and per body; measured by bench/captures.ts.
import { lineFeed } from "./conversations/ascii.ts";

/** Bytes of a body that are kept: what names a check stands early. */
export const KEPT_BODY = 1024;
/** Bytes of header lines that are kept. */
const MOST_HEADERS = 2048;

/** Headers that nearly every client sends, that have columns of their own, or that say how and not what for. */
const ordinaryNames =
  "host user-agent referer accept accept-encoding accept-language accept-charset connection keep-alive proxy-connection cache-control pragma " +
  "content-length transfer-encoding te trailer upgrade upgrade-insecure-requests dnt sec-gpc priority origin range if-range if-modified-since " +
  "if-none-match if-match if-unmodified-since expect via x-forwarded-proto x-forwarded-port x-requested-with alt-used early-data save-data " +
  "sec-websocket-key sec-websocket-version sec-websocket-extensions sec-websocket-protocol " +
  "sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform";
const ordinary = new Set(
  ordinaryNames.split(" ").map((name) => nameHash(new TextEncoder().encode(name), 0, name.length)),
);
const LONGEST_ORDINARY = 25;

/** Whether of a header, named in lower case, only the name is kept. */
export function isOrdinaryHeader(name: string): boolean {
  return ordinaryNames.split(" ").includes(name);
}

/** Header lines that are not everybody's, then an empty line and how the body begins; one is reused for all. */
export class RequestContent {
  readonly bytes = new Uint8Array(MOST_HEADERS + KEPT_BODY + 8);
  length = 0;

  /** Takes the lines of `bytes[start, end)` that are worth keeping. */
  readHeaders(bytes: Uint8Array, start: number, end: number): void {
    this.length = 0;
    for (let at = start; at < end; ) {
      const lineEnd = lineFeed(bytes, at, end);
      let nameEnd = at;
      while (nameEnd < lineEnd && bytes[nameEnd] !== 58) nameEnd++;
      if (nameEnd < lineEnd && !isOrdinary(bytes, at, nameEnd)) this.#line(bytes, at, lineEnd);
      at = lineEnd + 1;
    }
  }

  /** Adds a body to the lines that stand in `bytes`. */
  addBody(bytes: Uint8Array, start: number, end: number): void {
    this.bytes[this.length++] = 10;
    const last = Math.min(end, start + KEPT_BODY);
    this.bytes.set(bytes.subarray(start, last), this.length);
    this.length += last - start;
  }

  #line(bytes: Uint8Array, start: number, end: number): void {
    let last = end;
    while (last > start && bytes[last - 1] === 13) last--;
    if (this.length + last - start >= MOST_HEADERS) return;
    for (let i = start; i < last; i++) this.bytes[this.length++] = bytes[i]!;
    this.bytes[this.length++] = 10;
  }
}

function isOrdinary(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start <= LONGEST_ORDINARY && ordinary.has(nameHash(bytes, start, end));
}

/** FNV-1a of a header's name, letter case aside. */
function nameHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i]! | 32), 0x01000193);
  return hash;
}
