// Hot for candidates only: a few comparisons per request that has a rare token.
import type { Ask, Glob } from "./ask.ts";

/** Whether `text[start, end)` is what `glob` says: equal, or the pieces in order with anything between. */
export function globMatches(glob: Glob, text: Uint8Array, start: number, end: number): boolean {
  const first = glob[0]!;
  if (!startsWith(text, start, end, first)) return false;
  if (glob.length === 1) return end - start === first.length;
  const last = glob[glob.length - 1]!;
  let from = start + first.length;
  const until = end - last.length;
  if (until < from || !startsWith(text, until, end, last)) return false;
  for (let i = 1; i < glob.length - 1; i++) {
    const at = indexOf(text, from, until, glob[i]!);
    if (at < 0) return false;
    from = at + glob[i]!.length;
  }
  return true;
}

/** Whether the segments given by offsets into `text` are what the ask's path says. */
export function pathMatches(
  ask: Ask,
  text: Uint8Array,
  starts: Uint16Array,
  ends: Uint16Array,
  count: number,
): boolean {
  const pattern = ask.segments;
  // A star remembers where to go on when what follows it does not fit: greedy matching with one way back, so the work
  // is bounded by segments × pattern segments. An ask that may lie beneath any directory begins with such a star.
  let retryPattern = ask.isAnchored ? -1 : 0;
  let retrySegment = 0;
  let p = 0;
  let s = 0;
  while (s < count) {
    const wanted = pattern[p];
    if (wanted?.kind === "globstar") {
      retryPattern = ++p;
      retrySegment = s;
    } else if (wanted !== undefined && globMatches(wanted.glob, text, starts[s]!, ends[s]!)) {
      p++;
      s++;
    } else if (retryPattern >= 0) {
      p = retryPattern;
      s = ++retrySegment;
    } else return false;
  }
  while (pattern[p]?.kind === "globstar") p++;
  return p === pattern.length;
}

function startsWith(text: Uint8Array, start: number, end: number, piece: Uint8Array): boolean {
  if (end - start < piece.length) return false;
  for (let i = 0; i < piece.length; i++) if (text[start + i] !== piece[i]) return false;
  return true;
}

/** Where `piece` first stands in `text[start, end)`, or -1. */
export function indexOf(text: Uint8Array, start: number, end: number, piece: Uint8Array): number {
  for (let i = start, last = end - piece.length; i <= last; i++) {
    if (startsWith(text, i, end, piece)) return i;
  }
  return -1;
}
