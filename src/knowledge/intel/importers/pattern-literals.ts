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
