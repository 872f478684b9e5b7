/** Shorter literals stand in too many texts. */
const SHORTEST = 3;

/**
 * The literal texts that every match of a regular expression contains, in order. Alternatives, classes, groups that may be absent and whatever
 * else may differ part them. No match is tried here: the expression is only read.
 */
export function literalsOf(pattern: string): string[] {
  const literals: string[] = [];
  let current = "";
  const part = () => {
    if (current.length >= SHORTEST) literals.push(current);
    current = "";
  };
  if (hasTopLevelChoice(pattern)) return [];
  let i = pattern.startsWith("(?i)") ? 4 : 0;
  while (i < pattern.length) {
    const c = pattern[i]!;
    let end = i + 1;
    let literal: string | undefined;
    if (c === "\\") {
      [literal, end] = escapeAt(pattern, i);
    } else if (c === "[") end = classEnd(pattern, i);
    else if (c === "(") end = groupEnd(pattern, i);
    else if (!".^$|)*+?{}".includes(c)) literal = c;
    const quantifier = /^(\?|\*|\+|\{\d*,?\d*\})[?+]?/.exec(pattern.slice(end, end + 12));
    const mayBeAbsent = quantifier !== null && /^(\?|\*|\{(0|,))/.test(quantifier[1]!);
    if (literal === undefined || mayBeAbsent) {
      if (c !== "^" && c !== "$") part();
    } else current += literal;
    if (quantifier !== null && !mayBeAbsent) part();
    i = end + (quantifier?.[0].length ?? 0);
  }
  part();
  return literals;
}

function escapeAt(pattern: string, i: number): [string | undefined, number] {
  const c = pattern[i + 1] ?? "";
  const hex = c === "x" ? /^[0-9a-fA-F]{2}/.exec(pattern.slice(i + 2))?.[0] : undefined;
  if (hex !== undefined) return [String.fromCharCode(Number.parseInt(hex, 16)), i + 4];
  return [/[A-Za-z0-9]/.test(c) ? undefined : c, i + 2];
}

function classEnd(pattern: string, i: number): number {
  let at = i + 1;
  if (pattern[at] === "^") at++;
  if (pattern[at] === "]") at++;
  while (at < pattern.length && pattern[at] !== "]") at += pattern[at] === "\\" ? 2 : 1;
  return at + 1;
}

function groupEnd(pattern: string, i: number): number {
  let depth = 0;
  for (let at = i; at < pattern.length; at++) {
    const c = pattern[at];
    if (c === "\\") at++;
    else if (c === "[") at = classEnd(pattern, at) - 1;
    else if (c === "(") depth++;
    else if (c === ")" && --depth === 0) return at + 1;
  }
  return pattern.length;
}

function hasTopLevelChoice(pattern: string): boolean {
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern[at];
    if (c === "\\") at++;
    else if (c === "[") at = classEnd(pattern, at) - 1;
    else if (c === "(") at = groupEnd(pattern, at) - 1;
    else if (c === "|") return true;
  }
  return false;
}

/** Texts that a pattern may stand for are written out up to this many. */
const MOST_TEXTS = 16;

/** A text that fits a pattern, and where it must stand. */
export interface PlainText {
  readonly text: string;
  readonly fit: "whole" | "start" | "end" | "anywhere";
}

/** All texts that a pattern of plain letters and alternatives stands for, `^/(dns|ftp)/status$`; undefined for any other. */
export function plainTextsOf(pattern: string): PlainText[] | undefined {
  const isStart = pattern.startsWith("^");
  const isEnd = /(?<!\\)\$$/.test(pattern);
  const inner = pattern.slice(isStart ? 1 : 0, isEnd ? -1 : undefined);
  const hasChoice = hasTopLevelChoice(inner);
  if (hasChoice && (isStart || isEnd)) return undefined;
  const texts = hasChoice ? choices(inner).flatMap((each) => expansions(each) ?? [UNSAID]) : expansions(inner);
  if (texts === undefined || texts.includes(UNSAID) || texts.length > MOST_TEXTS) return undefined;
  const fit = isStart ? (isEnd ? "whole" : "start") : isEnd ? "end" : "anywhere";
  return texts.map((text) => ({ text, fit }));
}

const UNSAID = "\0";

/** The texts of a sequence of letters and groups; undefined when something else stands in it. */
function expansions(pattern: string): string[] | undefined {
  let texts = [""];
  for (let i = 0; i < pattern.length; ) {
    const c = pattern[i]!;
    let next: readonly string[];
    let end = i + 1;
    if (c === "\\") {
      const [literal, after] = escapeAt(pattern, i);
      if (literal === undefined) return undefined;
      next = [literal];
      end = after;
    } else if (c === "(") {
      end = groupEnd(pattern, i);
      const within = choices(pattern.slice(i + 1, end - 1)).map((each) =>
        each.startsWith("?") ? undefined : expansions(each),
      );
      if (within.includes(undefined)) return undefined;
      next = within.flatMap((each) => each!);
    } else if (".^$|)*+?{}[".includes(c)) return undefined;
    else next = [c];
    if (/[?*+{]/.test(pattern[end] ?? "")) return undefined;
    texts = texts.flatMap((text) => next.map((each) => text + each));
    if (texts.length > MOST_TEXTS) return undefined;
    i = end;
  }
  return texts;
}

/** What stands between the top-level bars of a pattern. */
function choices(pattern: string): string[] {
  const found: string[] = [];
  let from = 0;
  for (let at = 0; at <= pattern.length; at++) {
    const c = pattern[at];
    if (c === "\\") at++;
    else if (c === "[") at = classEnd(pattern, at) - 1;
    else if (c === "(") at = groupEnd(pattern, at) - 1;
    else if (c === "|" || at >= pattern.length) {
      found.push(pattern.slice(from, at));
      from = at + 1;
    }
  }
  return found;
}

/** The bytes of which one must stand in a text that fits: of a pattern that is one class of characters, `[^0-9]`; undefined for any other. */
export function classOf(pattern: string): string | undefined {
  const found = /^\[(\^?)((?:\\[^A-Za-z0-9]|[^\]\\])+)\]\+?$/.exec(pattern);
  if (found === null) return undefined;
  const listed = new Set<number>();
  const chars = [...found[2]!.matchAll(/\\(.)|([^\\])(?:-([^\\\]]))?/g)];
  for (const [, escaped, first, last] of chars) {
    const from = (escaped ?? first)!.charCodeAt(0);
    for (let c = from; c <= (last ?? String.fromCharCode(from)).charCodeAt(0) && c < 256; c++) listed.add(c);
  }
  const isNot = found[1] === "^";
  let bytes = "";
  for (let c = 0; c < 256; c++) {
    const isUpper = c >= 65 && c <= 90;
    const isListed = listed.has(c) || (c >= 97 && c <= 122 && listed.has(c - 32));
    if (!isUpper && isListed !== isNot) bytes += String.fromCharCode(c);
  }
  return bytes;
}
