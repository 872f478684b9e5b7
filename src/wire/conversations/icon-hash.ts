// Hot: once per favicon; measured by bench/captures.ts.
/** Bytes that base64 writes as one line (RFC 2045, section 6.8: 76 characters, then a line feed as Python writes it). */
const LINE = 57;
/** Four lines are 308 characters, which MurmurHash3 takes as 77 whole words: no state is carried inside a word. */
export const ICON_BLOCK = 4 * LINE;

const LINE_FEED = 10;
const digits = new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
const PADDING = 64;
const lines = new Uint8Array(4 * 77);

/**
 * The number by which icons are known: MurmurHash3 x86 32 with seed 0 of the icon in base64 with line feeds, as Shodan counts `http.favicon.hash`.
 * Blocks of `ICON_BLOCK` bytes are taken as they come, so nothing is held.
 */
export class IconHash {
  #hash = 0;
  #length = 0;

  begin(): void {
    this.#hash = 0;
    this.#length = 0;
  }

  /** Takes `bytes[start, end)`: whole blocks, or the last bytes. */
  add(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at += ICON_BLOCK) this.#mix(writeLines(bytes, at, Math.min(end, at + ICON_BLOCK)));
  }

  /** The number, signed. */
  finish(): number {
    let hash = this.#hash ^ this.#length;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) | 0;
  }

  /** Mixes in `lines[0, length)`; only the last call's length is no multiple of four. */
  #mix(length: number): void {
    let hash = this.#hash;
    const whole = length & ~3;
    for (let i = 0; i < whole; i += 4) {
      hash ^= scrambled(lines[i]! | (lines[i + 1]! << 8) | (lines[i + 2]! << 16) | (lines[i + 3]! << 24));
      hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
    }
    let rest = 0;
    for (let i = length - 1; i >= whole; i--) rest = (rest << 8) | lines[i]!;
    this.#hash = length > whole ? hash ^ scrambled(rest) : hash;
    this.#length += length;
  }
}

function scrambled(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}

/** Writes at most a block as lines of base64. @returns their length */
function writeLines(bytes: Uint8Array, start: number, end: number): number {
  let to = 0;
  for (let line = start; line < end; line += LINE) {
    const lineEnd = Math.min(end, line + LINE);
    for (let at = line; at < lineEnd; at += 3) {
      const count = lineEnd - at;
      const word = (bytes[at]! << 16) | (count > 1 ? bytes[at + 1]! << 8 : 0) | (count > 2 ? bytes[at + 2]! : 0);
      lines[to++] = digits[word >> 18]!;
      lines[to++] = digits[(word >> 12) & 63]!;
      lines[to++] = digits[count > 1 ? (word >> 6) & 63 : PADDING]!;
      lines[to++] = digits[count > 2 ? word & 63 : PADDING]!;
    }
    lines[to++] = LINE_FEED;
  }
  return to;
}
