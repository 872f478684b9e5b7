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

/** Whether `text[start, end)` is what a test asks for. */
export type Fits = (text: Uint8Array, start: number, end: number) => boolean;

/** How a text must be for a test to hold: pieces where `fit` says, and one of some bytes. */
export function fitsOf(glob: readonly Uint8Array[], fit: Test["fit"], oneOf: string | undefined): Fits {
  if (oneOf === undefined) return (text, start, end) => holds(glob, fit, text, start, end);
  const isOne = new Uint8Array(256);
  for (let i = 0; i < oneOf.length; i++) isOne[oneOf.charCodeAt(i)] = 1;
  return (text, start, end) => {
    let at = start;
    while (at < end && isOne[text[at]!] === 0) at++;
    return at < end && holds(glob, fit, text, start, end);
  };
}

/** Whether pieces stand in `text[start, end)` as `fit` says, in order. */
function holds(glob: readonly Uint8Array[], fit: Test["fit"], text: Uint8Array, start: number, end: number): boolean {
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
export function hasParam(view: RequestView, name: Uint8Array | undefined, fits: Fits): boolean {
  for (let i = 0; i < view.params; i++) {
    if (name !== undefined && !isSame(view.text, view.nameStart[i]!, view.nameEnd[i]!, name)) continue;
    if (fits(view.text, view.valueStart[i]!, view.valueEnd[i]!)) return true;
  }
  return false;
}

/** Whether a parameter has such a name. */
export function hasName(view: RequestView, fits: Fits): boolean {
  for (let i = 0; i < view.params; i++) {
    if (fits(view.text, view.nameStart[i]!, view.nameEnd[i]!)) return true;
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
export function headerHolds(content: RequestContent, name: Uint8Array, fits: Fits): boolean {
  const { text, bodyStart } = content;
  for (let at = 1; at < bodyStart; ) {
    let end = at;
    while (end < bodyStart && text[end] !== 10) end++;
    const colon = at + name.length;
    if (text[colon] === 58 && isSame(text, at, colon, name)) {
      let value = colon + 1;
      while (value < end && text[value] === 32) value++;
      if (fits(text, value, end)) return true;
    }
    at = end + 1;
  }
  return false;
}
