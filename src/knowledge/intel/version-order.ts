/** Words that stand for a release before the one they are attached to, in their order. */
const before = [
  "dev",
  "snapshot",
  "nightly",
  "alpha",
  "a",
  "beta",
  "b",
  "m",
  "milestone",
  "pre",
  "preview",
  "rc",
  "cr",
];
const LONGEST = 100;

/**
 * Compares two versions as their makers count: below 0 when `a` is older. Numbers count as numbers; a missing part is older than a number or a
 * patch (`9.8` < `9.8p1`, `1.0.2` < `1.0.2k`, `2.4` < `2.4.1`), and newer than a word for what comes before (`2.0-rc1` < `2.0`).
 */
export function compareVersions(a: string, b: string): number {
  const left = partsOf(a);
  const right = partsOf(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = compareParts(left[i], right[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a text can be ordered: it has a number. Words such as `n/a` and hashes of commits have no order. */
export function isVersion(text: string): boolean {
  return text.length <= LONGEST && /^[vV]?\d/.test(text) && !/^[0-9a-f]{16,}$/i.test(text);
}

function partsOf(version: string): string[] {
  const parts =
    version
      .slice(0, LONGEST)
      .toLowerCase()
      .replace(/^v(?=\d)/, "")
      .match(/\d+|[a-z]+/g) ?? [];
  // 2.4 and 2.4.0 are one release, and so are 2.4p1 and 2.4.0p1.
  return parts.filter((part, i) => i === 0 || !/^0+$/.test(part) || isNumberAfter(parts, i));
}

/** Whether a number other than zero follows before a word does. */
function isNumberAfter(parts: readonly string[], at: number): boolean {
  if (/^[a-z]/.test(parts[at - 1]!)) return true;
  for (let i = at + 1; i < parts.length && /^\d/.test(parts[i]!); i++) if (!/^0+$/.test(parts[i]!)) return true;
  return false;
}

function compareParts(a: string | undefined, b: string | undefined): number {
  const rankA = rankOf(a);
  const rankB = rankOf(b);
  if (rankA !== rankB || a === undefined || b === undefined) return rankA - rankB;
  if (rankA === NUMBER) return compareNumbers(a, b);
  if (rankA === EARLIER) return before.indexOf(a) - before.indexOf(b);
  return a < b ? -1 : a > b ? 1 : 0;
}

const EARLIER = 0;
const MISSING = 1;
const WORD = 2;
const NUMBER = 3;

function rankOf(part: string | undefined): number {
  if (part === undefined) return MISSING;
  if (/^\d/.test(part)) return NUMBER;
  return before.includes(part) ? EARLIER : WORD;
}

function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+(?=\d)/, "");
  const right = b.replace(/^0+(?=\d)/, "");
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}
