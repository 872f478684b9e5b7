// Hot: once per segment of a page that is looked at; measured by bench/captures.ts.
import { viewOf } from "../../bytes/hash.ts";
import { ascii, equalsIgnoringCase } from "./ascii.ts";

/** How much of a page's beginning is looked at: title and generator stand in its head. */
export const KEPT_PAGE = 4096;
/** A tag that is longer is not waited for. */
const LONGEST_TAG = 512;

const TITLE = ascii("<title");
const META = ascii("<meta");
const BODY = ascii("<body");
const GENERATOR = ascii("generator");
const CONTENT = ascii("content=");

const LESS = 60;
const GREATER = 62;

/** A place in the bytes of a page; empty when it names nothing there. */
export interface PageWords {
  start: number;
  end: number;
}

/** What the bytes that were read last name; one is reused for all. */
export const pageTitle: PageWords = { start: 0, end: 0 };
export const pageGenerator: PageWords = { start: 0, end: 0 };

/**
 * Finds the title and the generator (`<meta name="generator" content="…">`; HTML, section 4.2.5.1) in `bytes[start, end)`, which may be cut anywhere.
 * @returns how far it was read: what is behind belongs to a tag whose end is missing; -1 when the page's head is over
 */
export function readPage(bytes: Uint8Array, start: number, end: number): number {
  pageTitle.start = pageTitle.end = pageGenerator.start = pageGenerator.end = start;
  for (let at = tagStart(bytes, start, end); ; at = tagStart(bytes, at + 1, end)) {
    if (at + TITLE.length >= end) return at;
    const initial = bytes[at + 1]! | 32;
    let isWhole = true;
    if (initial === 116 && equalsIgnoringCase(bytes, at, TITLE)) isWhole = readTitle(bytes, at + TITLE.length, end);
    else if (initial === 109 && equalsIgnoringCase(bytes, at, META)) isWhole = readMeta(bytes, at + META.length, end);
    else if (initial === 98 && equalsIgnoringCase(bytes, at, BODY)) return -1;
    if (!isWhole && end - at < LONGEST_TAG) return at;
  }
}

/** Reads the text between the tag whose name ended at `at` and the next one. @returns whether it is all there */
function readTitle(bytes: Uint8Array, at: number, end: number): boolean {
  const from = find(bytes, at, end, GREATER) + 1;
  const to = tagStart(bytes, from, end);
  if (to >= end) return false;
  pageTitle.start = from;
  pageTitle.end = to;
  return true;
}

/** Reads the rest of a tag. @returns whether it is all there */
function readMeta(bytes: Uint8Array, at: number, end: number): boolean {
  const tagEnd = find(bytes, at, end, GREATER);
  if (tagEnd >= end) return false;
  const content = findText(bytes, at, tagEnd, GENERATOR) < 0 ? -1 : findText(bytes, at, tagEnd, CONTENT);
  if (content < 0) return true;
  const from = content + CONTENT.length + 1;
  const quote = bytes[from - 1]!;
  const to = quote === 34 || quote === 39 ? find(bytes, from, tagEnd, quote) : tagEnd;
  if (to < tagEnd) {
    pageGenerator.start = from;
    pageGenerator.end = to;
  }
  return true;
}

/** A page begins with a tag, blanks before it, or a byte order mark; much that is said to be one does not. */
export function beginsAsPage(byte: number): boolean {
  return byte <= 32 || byte === 60 || byte === 0xef;
}

/** Offset of the next `<` in `bytes[at, end)`, or `end`: four bytes at a time, as `lineFeed` does. */
function tagStart(bytes: Uint8Array, at: number, end: number): number {
  const view = viewOf(bytes);
  for (const stop = end - 3; at < stop; at += 4) {
    const word = view.getInt32(at, true) ^ 0x3c3c3c3c;
    const found = (word - 0x01010101) & ~word & 0x80808080;
    if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3);
  }
  return find(bytes, Math.min(at, end), end, LESS);
}

function find(bytes: Uint8Array, at: number, end: number, wanted: number): number {
  while (at < end && bytes[at] !== wanted) at++;
  return at;
}

/** Where `lower` stands in `bytes[at, end)`, letters in either case, or -1. */
function findText(bytes: Uint8Array, at: number, end: number, lower: Uint8Array): number {
  for (; at + lower.length <= end; at++) {
    if ((bytes[at]! | 32) === lower[0] && equalsIgnoringCase(bytes, at, lower)) return at;
  }
  return -1;
}
