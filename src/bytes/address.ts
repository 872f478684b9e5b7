// Hot: once or twice per line; measured by bench/lines.ts.

/**
 * An IP address is four unsigned 32-bit words in network order, held in a `Uint32Array` at some offset. IPv4 is written
 * as IPv4-mapped IPv6, `::ffff:a.b.c.d` (RFC 4291, section 2.5.5.2), so that one table serves both and the two notations
 * of one address are the same actor. All zero means "not known".
 */
export type AddressWords = Uint32Array;

/** Third word of an IPv4-mapped address. */
export const MAPPED = 0xffff;

export function isIpv4(words: AddressWords, at = 0): boolean {
  return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === MAPPED;
}

export function isUnknown(words: AddressWords, at = 0): boolean {
  return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0 && words[at + 3] === 0;
}

/** Writes an IPv4 address given as one 32-bit number. */
export function setIpv4(words: AddressWords, at: number, ipv4: number): void {
  words[at] = 0;
  words[at + 1] = 0;
  words[at + 2] = MAPPED;
  words[at + 3] = ipv4;
}

/**
 * Parses the textual address `bytes[start, end)` into `words[at..at+3]`. Accepts dotted IPv4, every form of RFC 4291
 * section 2.2 (compressed, full, with dotted tail) and a zone index (`fe80::1%eth0`, dropped).
 * @returns false, with `words` in an unspecified state, when it is anything else.
 */
export function parseAddress(bytes: Uint8Array, start: number, end: number, words: AddressWords, at: number): boolean {
  // Dotted IPv4 first: it is nearly every line.
  return parseDotted(bytes, start, end, words, at) || parseIpv6(bytes, start, end, words, at);
}

function parseDotted(bytes: Uint8Array, start: number, end: number, words: AddressWords, at: number): boolean {
  let value = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let i = start; i < end; i++) {
    const c = bytes[i]!;
    if (c >= 48 && c <= 57) {
      octet = octet * 10 + c - 48;
      if (++digits > 3 || octet > 255) return false;
    } else if (c === 46) {
      if (digits === 0 || ++dots > 3) return false;
      value = (value << 8) | octet;
      octet = 0;
      digits = 0;
    } else return false;
  }
  if (dots !== 3 || digits === 0) return false;
  setIpv4(words, at, ((value << 8) | octet) >>> 0);
  return true;
}

const groups = new Uint16Array(8);

function parseIpv6(bytes: Uint8Array, start: number, end: number, words: AddressWords, at: number): boolean {
  let count = 0;
  let gap = -1;
  let i = start;
  if (bytes[i] === 58) {
    if (bytes[i + 1] !== 58 || end - start < 2) return false;
    gap = 0;
    i += 2;
  }
  while (i < end && bytes[i] !== 37) {
    let group = 0;
    let digits = 0;
    let k = i;
    for (; k < end; k++) {
      const digit = hexDigit(bytes[k]!);
      if (digit < 0) break;
      group = (group << 4) | digit;
      digits++;
    }
    if (k < end && bytes[k] === 46) {
      if (count > 6 || !parseDotted(bytes, i, zoneStart(bytes, k, end), groupsAsIpv4, 0)) return false;
      groups[count++] = groupsAsIpv4[3]! >>> 16;
      groups[count++] = groupsAsIpv4[3]! & 0xffff;
      i = zoneStart(bytes, k, end);
      break;
    }
    if (digits === 0 || digits > 4 || count === 8) return false;
    groups[count++] = group;
    i = k;
    if (i === end || bytes[i] === 37) break;
    if (bytes[i] !== 58) return false;
    i++;
    if (bytes[i] === 58 && i < end) {
      if (gap >= 0) return false;
      gap = count;
      i++;
    } else if (i === end || bytes[i] === 37) return false;
  }
  if (gap < 0 ? count !== 8 : count > 7) return false;
  const shift = 8 - count;
  for (let w = 0; w < 4; w++) {
    words[at + w] = ((groupAt(2 * w, gap, shift) << 16) | groupAt(2 * w + 1, gap, shift)) >>> 0;
  }
  return true;
}

const groupsAsIpv4 = new Uint32Array(4);

function zoneStart(bytes: Uint8Array, from: number, end: number): number {
  const zone = bytes.subarray(from, end).indexOf(37);
  return zone < 0 ? end : from + zone;
}

function groupAt(index: number, gap: number, shift: number): number {
  if (gap < 0 || index < gap) return groups[index]!;
  return index < gap + shift ? 0 : groups[index - shift]!;
}

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const lower = c | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** The text of an address: dotted for IPv4, RFC 5952 for IPv6, empty when not known. */
export function formatAddress(words: AddressWords, at = 0): string {
  if (isUnknown(words, at)) return "";
  if (isIpv4(words, at)) {
    const v = words[at + 3]!;
    return `${v >>> 24}.${(v >>> 16) & 255}.${(v >>> 8) & 255}.${v & 255}`;
  }
  const parts: number[] = [];
  for (let w = 0; w < 4; w++) parts.push(words[at + w]! >>> 16, words[at + w]! & 0xffff);
  const gap = longestZeroRun(parts);
  const hex = (list: number[]) => list.map((part) => part.toString(16)).join(":");
  if (gap.length < 2) return hex(parts);
  return `${hex(parts.slice(0, gap.start))}::${hex(parts.slice(gap.start + gap.length))}`;
}

function longestZeroRun(parts: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let i = 0; i < parts.length; i++) {
    let k = i;
    while (k < parts.length && parts[k] === 0) k++;
    if (k - i > best.length) best = { start: i, length: k - i };
    if (k > i) i = k;
  }
  return best;
}

/** The words of an address given as text, for settings and tests; undefined when it is not one. */
export function addressWords(text: string): AddressWords | undefined {
  const bytes = new TextEncoder().encode(text);
  const words = new Uint32Array(4);
  return parseAddress(bytes, 0, bytes.length, words, 0) ? words : undefined;
}
