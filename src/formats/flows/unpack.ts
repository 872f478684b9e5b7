// Hot: once per block of a compressed nfcapd file.

/** Says that the data is broken. */
const BROKEN = -1;

/** What follows the length whose first part is `given`, taken on when it is full: zeros count 255 each (LZO), or 255s (LZ4). */
let next = 0;

/**
 * Undoes LZO1X, the stream format that all LZO1X compressors share, into `to`. Source: Linux kernel documentation, "LZO stream
 * format as understood by Linux's LZO decompressor". Returns the length, or -1 when the stream is broken or does not fit.
 */
export function unpackLzo(from: Uint8Array, to: Uint8Array): number {
  let at = 0;
  let length = 0;
  /** Literals that the last instruction copied: 0 to 3, or 4 for a long run. */
  let state = 0;
  if (from[0]! > 17) {
    const literals = from[0]! - 17;
    at = 1;
    if (at + literals > from.length || literals > to.length) return BROKEN;
    while (length < literals) to[length++] = from[at++]!;
    state = Math.min(literals, 4);
  }
  while (at < from.length) {
    const code = from[at++]!;
    let copy: number;
    let distance: number;
    let trailing: number;
    if (code < 16 && state === 0) {
      const literals = 3 + (code || lzoLength(from, at, 15));
      if (code === 0) at = next;
      if (at + literals > from.length || length + literals > to.length) return BROKEN;
      for (const end = at + literals; at < end; ) to[length++] = from[at++]!;
      state = 4;
      continue;
    }
    if (code < 16) {
      copy = state === 4 ? 3 : 2;
      distance = (from[at++]! << 2) + (code >> 2) + (state === 4 ? 2049 : 1);
      trailing = code & 3;
    } else if (code < 64) {
      const mask = code < 32 ? 7 : 31;
      copy = 2 + (code & mask || lzoLength(from, at, mask));
      if ((code & mask) === 0) at = next;
      if (at + 2 > from.length) return BROKEN;
      const pair = from[at]! | (from[at + 1]! << 8);
      at += 2;
      distance = (pair >> 2) + (code < 32 ? 16384 + ((code & 8) << 11) : 1);
      // The end of the stream.
      if (code < 32 && distance === 16384) return length;
      trailing = pair & 3;
    } else {
      copy = code < 128 ? 3 + ((code >> 5) & 1) : 5 + ((code >> 5) & 3);
      distance = (from[at++]! << 3) + ((code >> 2) & 7) + 1;
      trailing = code & 3;
    }
    if (at + trailing > from.length || distance > length || length + copy + trailing > to.length) return BROKEN;
    for (const end = length + copy; length < end; length++) to[length] = to[length - distance]!;
    for (let i = 0; i < trailing; i++) to[length++] = from[at++]!;
    state = trailing;
  }
  return BROKEN;
}

function lzoLength(from: Uint8Array, start: number, full: number): number {
  let at = start;
  let length = full;
  while (at < from.length && from[at] === 0) {
    length += 255;
    at++;
  }
  next = at + 1;
  return length + (from[at] ?? 0);
}

/** Undoes an LZ4 block ("LZ4 Block Format Description") into `to`. Returns the length, or -1 when it is broken or does not fit. */
export function unpackLz4(from: Uint8Array, to: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < from.length; ) {
    const token = from[at++]!;
    const literals = (token >> 4) + (token >> 4 === 15 ? lz4Length(from, at) : 0);
    if (token >> 4 === 15) at = next;
    if (at + literals > from.length || length + literals > to.length) return BROKEN;
    for (const end = at + literals; at < end; ) to[length++] = from[at++]!;
    // The last sequence has no match.
    if (at === from.length) return length;
    if (at + 2 > from.length) return BROKEN;
    const distance = from[at]! | (from[at + 1]! << 8);
    at += 2;
    const copy = 4 + (token & 15) + ((token & 15) === 15 ? lz4Length(from, at) : 0);
    if ((token & 15) === 15) at = next;
    if (distance === 0 || distance > length || length + copy > to.length) return BROKEN;
    for (const end = length + copy; length < end; length++) to[length] = to[length - distance]!;
  }
  return length;
}

function lz4Length(from: Uint8Array, start: number): number {
  let at = start;
  let length = 0;
  while (from[at] === 255) {
    length += 255;
    at++;
  }
  next = at + 1;
  return length + (from[at] ?? 0);
}
