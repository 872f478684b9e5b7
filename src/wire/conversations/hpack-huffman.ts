/**
 * Lengths in bits of the codes of the octets 0 to 255 and of the end of a string (RFC 7541, appendix B). The code is
 * canonical: codes of one length follow each other in the order of their octets, so the lengths tell all of it.
 */
// biome-ignore format: sixteen octets a line, as in the appendix
const codeLengths = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
  5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
  6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];

const SHORTEST = 5;
const LONGEST = 30;
/** The symbol that may only pad. */
const END_OF_STRING = 256;

/** Octets in the order of their codes. */
const symbols = codeLengths
  .map((length, symbol) => ({ length, symbol }))
  .sort((a, b) => a.length - b.length || a.symbol - b.symbol)
  .map(({ symbol }) => symbol);
/** By length: the first code, and where its symbol stands in `symbols`; codes below `limits` are of that length. */
const firstCodes = new Float64Array(LONGEST + 1);
const limits = new Float64Array(LONGEST + 1);
const firstIndexes = new Int32Array(LONGEST + 1);

for (let length = SHORTEST, code = 0, index = 0; length <= LONGEST; length++, code *= 2) {
  const count = codeLengths.filter((each) => each === length).length;
  firstCodes[length] = code;
  firstIndexes[length] = index;
  code += count;
  index += count;
  limits[length] = code;
}

/**
 * Decodes the Huffman-coded string `bytes[start, end)` (RFC 7541, section 5.2) into `into`.
 * @returns its length; -1 when it is no such code or `into` is too small
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number, into: Uint8Array): number {
  let used = 0;
  let code = 0;
  let length = 0;
  for (let at = start; at < end; at++) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((bytes[at]! >>> bit) & 1);
      length++;
      if (length < SHORTEST || code >= limits[length]!) {
        if (length === LONGEST) return -1;
        continue;
      }
      const symbol = symbols[firstIndexes[length]! + code - firstCodes[length]!]!;
      if (symbol === END_OF_STRING || used === into.length) return -1;
      into[used++] = symbol;
      code = 0;
      length = 0;
    }
  }
  // What is left pads with ones, less than an octet.
  return length < 8 && code === 2 ** length - 1 ? used : -1;
}
