/** A version as it is said, `9.2p1`, and the two fields that CPE makes of it (NISTIR 7695, section 5.3.3). */
export interface WholeVersion {
  readonly said: string;
  readonly version: string;
  /** Lower case, without what joins it: `p1`, `rc2`, `beta`. */
  readonly update?: string;
}

/** Further numbers, then the mark of a release that is another one than without it. */
const continuation =
  /(?:\.\d+)*(?:_\d{1,2}(?![\d._]))?(?:[-_.~]?(?:rc|alpha|beta|pre|dev|patch|post|test|stable|sp|fp|v(?=\d{8}))\d*| (?:sp|fp)\d+|[-.]?p\d+(?:\.\d+|-rc\d+)?|[ab]\d+|[a-z]?(?: beta|(?![a-z\d])))?/iy;

/**
 * The version whose number stands at `text[start, end)`, with what belongs to it: half a version is a wrong one.
 * @returns undefined where the word goes on in a way that is not understood
 */
export function wholeVersion(text: string, start: number, end: number): WholeVersion | undefined {
  continuation.lastIndex = end;
  const rest = continuation.exec(text)?.[0] ?? "";
  const until = end + rest.length;
  if (/^\w/.test(text.slice(until).replace(/^_/, " "))) return undefined;
  const said = text.slice(start, until);
  const [numbers = ""] = /^(?:[._]\d+)*/.exec(rest)!;
  const mark = rest
    .slice(numbers.length)
    .replace(/^[-_.~ ]/, "")
    .replace(" ", "_");
  const update = mark.toLowerCase().replace(/^v(?=\d)/, "");
  return { said, version: text.slice(start, end) + numbers, ...(update && { update }) };
}
