import { ARRAY_BYTES, type Budget } from "../budget.ts";
import { ascii } from "./ascii.ts";
import { decodeHuffman } from "./hpack-huffman.ts";

/** One header: name and value, as bytes that nobody changes. */
export interface Header {
  readonly name: Uint8Array;
  readonly value: Uint8Array;
}

/** The static table (RFC 7541, appendix A), from index 1; a name may be followed by its value. */
const staticTable: readonly Header[] = [
  ":authority|:method GET|:method POST|:path /|:path /index.html|:scheme http|:scheme https|:status 200|:status 204",
  ":status 206|:status 304|:status 400|:status 404|:status 500|accept-charset|accept-encoding gzip, deflate",
  "accept-language|accept-ranges|accept|access-control-allow-origin|age|allow|authorization|cache-control",
  "content-disposition|content-encoding|content-language|content-length|content-location|content-range|content-type",
  "cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since",
  "last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after",
  "server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate",
]
  .flatMap((line) => line.split("|"))
  .map((entry) => {
    const [, name = "", value = ""] = /^(\S+) ?(.*)$/.exec(entry) ?? [];
    return { name: ascii(name), value: ascii(value) };
  });

/** What an entry costs besides its octets (RFC 7541, section 4.1). */
const ENTRY_OVERHEAD = 32;
/** What an entry takes of the budget beside that: its name and value are arrays of their own. */
const ENTRY_BYTES = 2 * ARRAY_BYTES;
/** Size of the dynamic table unless the encoder says otherwise. */
const INITIAL_SIZE = 4096;
/** Encoders may be allowed more by settings that the capture did not show; this is as far as we follow. */
const LARGEST_SIZE = 1 << 16;
/** Longest name or value. */
const LONGEST_TEXT = 1 << 15;
/** Headers of one block. */
const MOST_HEADERS = 1024;

const text = new Uint8Array(LONGEST_TEXT);
const NOTHING = new Uint8Array(0);

/** Decodes the header blocks that one side of an HTTP/2 connection sends (RFC 7541): each depends on those before. */
export class HpackDecoder {
  /** Dynamic table, newest first. */
  readonly #entries: Header[] = [];
  #size = 0;
  #ceiling = INITIAL_SIZE;
  #at = 0;
  readonly #budget: Budget;

  /** @param budget what the dynamic table is taken from, until `forget` */
  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /**
   * Decodes the block `bytes[start, end)`.
   * @returns false when it cannot be decoded: nothing after it on this connection can be, then
   */
  decode(bytes: Uint8Array, start: number, end: number, found: (header: Header) => void): boolean {
    this.#at = start;
    for (let count = 0; this.#at < end; count++) {
      if (count === MOST_HEADERS) return false;
      const first = bytes[this.#at]!;
      if ((first & 0xe0) === 0x20) {
        if (!this.#resize(this.#integer(bytes, end, 5))) return false;
        continue;
      }
      const header = first & 0x80 ? this.#lookUp(this.#integer(bytes, end, 7)) : this.#literal(bytes, end, first);
      if (header === undefined) return false;
      found(header);
    }
    return true;
  }

  /** A header that is spelled out (section 6.2), its name perhaps by index. */
  #literal(bytes: Uint8Array, end: number, first: number): Header | undefined {
    const isKept = (first & 0x40) !== 0;
    const index = this.#integer(bytes, end, isKept ? 6 : 4);
    const name = index === 0 ? this.#string(bytes, end) : this.#lookUp(index)?.name;
    const value = name && this.#string(bytes, end);
    if (name === undefined || value === undefined) return undefined;
    const header = { name, value };
    return !isKept || this.#keep(header) ? header : undefined;
  }

  #lookUp(index: number): Header | undefined {
    return index > staticTable.length ? this.#entries[index - staticTable.length - 1] : staticTable[index - 1];
  }

  /** Gives the memory of the dynamic table back. */
  forget(): void {
    this.#ceiling = 0;
    this.#evict();
  }

  #keep(header: Header): boolean {
    const size = sizeOf(header);
    if (!this.#budget.take(size + ENTRY_BYTES)) return false;
    this.#size += size;
    this.#entries.unshift(header);
    this.#evict();
    return true;
  }

  #resize(ceiling: number): boolean {
    if (ceiling < 0 || ceiling > LARGEST_SIZE) return false;
    this.#ceiling = ceiling;
    this.#evict();
    return true;
  }

  #evict(): void {
    while (this.#size > this.#ceiling) {
      const size = sizeOf(this.#entries.pop()!);
      this.#size -= size;
      this.#budget.take(-size - ENTRY_BYTES);
    }
  }

  /** An integer whose first octet gives it `bits` bits (section 5.1); -1 when it is cut short or absurd. */
  #integer(bytes: Uint8Array, end: number, bits: number): number {
    const most = (1 << bits) - 1;
    let value = bytes[this.#at++]! & most;
    if (value < most) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.#at >= end) return -1;
      const octet = bytes[this.#at++]!;
      value += (octet & 127) << shift;
      if (octet < 128) return value;
    }
    return -1;
  }

  /** A string (section 5.2); undefined when it is cut short, too long, or no such code. */
  #string(bytes: Uint8Array, end: number): Uint8Array | undefined {
    if (this.#at >= end) return undefined;
    const isCoded = (bytes[this.#at]! & 0x80) !== 0;
    const length = this.#integer(bytes, end, 7);
    const start = this.#at;
    if (length < 0 || start + length > end) return undefined;
    this.#at += length;
    if (length === 0) return NOTHING;
    if (!isCoded) return bytes.slice(start, start + length);
    const decoded = decodeHuffman(bytes, start, start + length, text);
    return decoded < 0 ? undefined : text.slice(0, decoded);
  }
}

function sizeOf({ name, value }: Header): number {
  return name.length + value.length + ENTRY_OVERHEAD;
}
