// Hot: once per request that comes near an imported rule; measured by bench/knowledge.ts.
import type { Batch } from "../../../observations/batch.ts";
import { globMatches, indexOf } from "../path-match.ts";
import type { RequestView } from "../request-view.ts";
import type { RequestContent } from "./request-content.ts";
import type { Test } from "./rule-program.ts";

/** Directories before a path that are passed over. */
const MOST_DIRECTORIES = 6;

/** Whether a text is `upper` in whatever letters. */
export function equalsFolded(bytes: Uint8Array, start: number, end: number, upper: Uint8Array): boolean {
  if (end - start !== upper.length) return false;
  for (let i = 0; i < upper.length; i++) {
    const c = bytes[start + i]!;
    if ((c >= 97 && c <= 122 ? c & ~32 : c) !== upper[i]) return false;
  }
  return true;
}

/** Whether a path is the pieces beneath a directory. */
export function floats(glob: readonly Uint8Array[], text: Uint8Array, end: number): boolean {
  let directories = 0;
  for (let i = 1; i < end && directories < MOST_DIRECTORIES; i++) {
    if (text[i] !== 47) continue;
    directories++;
    if (globMatches(glob, text, i, end)) return true;
  }
  return false;
}

/** Whether pieces stand in `text[start, end)` as `fit` says, in order. */
export function holds(
  glob: readonly Uint8Array[],
  fit: Test["fit"],
  text: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (fit === "whole") return globMatches(glob, text, start, end);
  if (end < start) return false;
  let from = start;
  for (let i = 0; i < glob.length; i++) {
    const piece = glob[i]!;
    const isLast = i === glob.length - 1;
    if (fit === "end" && isLast) {
      return end - piece.length >= from && indexOf(text, end - piece.length, end, piece) >= 0;
    }
    const at = indexOf(text, from, fit === "start" && i === 0 ? Math.min(end, start + piece.length) : end, piece);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return true;
}

/** Whether a parameter of this name, or of any, has such a value. */
export function hasParam(
  view: RequestView,
  name: Uint8Array | undefined,
  glob: readonly Uint8Array[],
  fit: Test["fit"],
): boolean {
  for (let i = 0; i < view.params; i++) {
    if (name !== undefined && !isSame(view.text, view.nameStart[i]!, view.nameEnd[i]!, name)) continue;
    if (holds(glob, fit, view.text, view.valueStart[i]!, view.valueEnd[i]!)) return true;
  }
  return false;
}

/** Whether a parameter has such a name. */
export function hasName(view: RequestView, glob: readonly Uint8Array[], fit: Test["fit"]): boolean {
  for (let i = 0; i < view.params; i++) {
    if (holds(glob, fit, view.text, view.nameStart[i]!, view.nameEnd[i]!)) return true;
  }
  return false;
}

function isSame(text: Uint8Array, start: number, end: number, piece: Uint8Array): boolean {
  if (end - start !== piece.length) return false;
  for (let i = 0; i < piece.length; i++) if (text[start + i] !== piece[i]) return false;
  return true;
}

/** The column of a header that has its own; undefined for others. */
export function ownColumn(batch: Batch, row: number, name: string): number | undefined {
  if (name === "user-agent") return batch.agent[row]!;
  if (name === "referer") return batch.referer[row]!;
  if (name === "host") return batch.host[row]!;
  return undefined;
}

/** Whether one of the header lines is this name with such a value. */
export function headerHolds(
  content: RequestContent,
  name: Uint8Array,
  glob: readonly Uint8Array[],
  fit: Test["fit"],
): boolean {
  const { text, bodyStart } = content;
  for (let at = 1; at < bodyStart; ) {
    let end = at;
    while (end < bodyStart && text[end] !== 10) end++;
    const colon = at + name.length;
    if (text[colon] === 58 && isSame(text, at, colon, name)) {
      let value = colon + 1;
      while (value < end && text[value] === 32) value++;
      if (holds(glob, fit, text, value, end)) return true;
    }
    at = end + 1;
  }
  return false;
}

const COOKIE = Buffer.from("cookie", "latin1");

/** Whether a cookie of this name, or of any, has such a value. */
export function cookieHolds(
  content: RequestContent,
  name: Uint8Array | undefined,
  glob: readonly Uint8Array[],
): boolean {
  const wanted = name === undefined ? glob : [Buffer.concat([name, Buffer.from("=")]), ...glob];
  return headerHolds(content, COOKIE, wanted, "anywhere");
}
