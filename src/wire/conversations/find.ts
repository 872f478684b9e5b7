// Hot: once per answer that is searched; measured by bench/conversations.ts.

/** How far into a message is looked. */
const FARTHEST = 8192;

/** Where `needle` begins in `bytes[start, end)`, of which at most the first 8 KiB are looked at; or -1. */
export function find(bytes: Uint8Array, start: number, end: number, needle: Uint8Array): number {
  const first = needle[0];
  const last = Math.min(end, start + FARTHEST) - needle.length;
  for (let at = start; at <= last; at++) {
    if (bytes[at] !== first) continue;
    let i = 1;
    while (i < needle.length && bytes[at + i] === needle[i]) i++;
    if (i === needle.length) return at;
  }
  return -1;
}

/** Where the byte `wanted` is in `bytes[start, end)`, or `end`. */
export function findByte(bytes: Uint8Array, start: number, end: number, wanted: number): number {
  while (start < end && bytes[start] !== wanted) start++;
  return start;
}
