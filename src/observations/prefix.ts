// Hot: `PrefixSet.has`, once or twice per observation.
import { type AddressWords, addressWords, formatAddress, isIpv4, MAPPED } from "../bytes/address.ts";

/** Length of `::ffff:0:0/96`, under which IPv4 addresses lie (see bytes/address.ts). */
export const IPV4_BITS = 96;

/** A network: the addresses whose first `bits` bits are those of `words`. */
export interface Prefix {
  /** Four address words; the bits after `bits` are zero. */
  readonly words: AddressWords;
  /** 0 to 128; an IPv4 /24 is 120. */
  readonly bits: number;
}

/** The network of `bits` bits that holds the address at `words[at]`. */
export function prefixOf(words: AddressWords, at: number, bits: number): Prefix {
  const masked = new Uint32Array(4);
  for (let w = 0; w < 4; w++) masked[w] = words[at + w]! & wordMask(bits, w);
  return { words: masked, bits };
}

/**
 * Parses `198.51.100.0/24`, `2001:db8::/32`, or one address. Bits after the prefix are ignored, as people write
 * `192.168.1.17/24` too.
 */
export function parsePrefix(text: string): Prefix | undefined {
  const [address = "", length, ...rest] = text.trim().split("/");
  const words = addressWords(address);
  if (!words || rest.length > 0) return undefined;
  const base = isIpv4(words) && !address.includes(":") ? IPV4_BITS : 0;
  if (length === undefined) return prefixOf(words, 0, 128);
  if (!/^\d{1,3}$/.test(length) || base + Number(length) > 128) return undefined;
  return prefixOf(words, 0, base + Number(length));
}

/** `198.51.100.0/24`, `2001:db8::/32`; a single address has its full length, `/32` or `/128`. */
export function formatPrefix({ words, bits }: Prefix): string {
  if (bits >= IPV4_BITS && isIpv4(words)) return `${formatAddress(words)}/${bits - IPV4_BITS}`;
  // The address of all zeros is "not known" elsewhere, but here it is the whole of IPv6.
  return `${formatAddress(words) || "::"}/${bits}`;
}

export function prefixHas({ words, bits }: Prefix, address: AddressWords, at = 0): boolean {
  for (let w = 0; w < 4; w++) if (((address[at + w]! ^ words[w]!) & wordMask(bits, w)) !== 0) return false;
  return true;
}

/** In order of address, the wider first. */
export function comparePrefixes(a: Prefix, b: Prefix): number {
  for (let w = 0; w < 4; w++) if (a.words[w] !== b.words[w]) return a.words[w]! - b.words[w]!;
  return a.bits - b.bits;
}

/** The fewest prefixes that hold the same addresses, in order: nested ones go, and two halves become a whole. */
export function simplified(prefixes: readonly Prefix[]): Prefix[] {
  const result: Prefix[] = [];
  for (const prefix of [...prefixes].sort(comparePrefixes)) {
    const last = result.at(-1);
    if (last && prefixHas(last, prefix.words)) continue;
    result.push(prefix);
    while (joinLastTwo(result));
  }
  return result;
}

function joinLastTwo(prefixes: Prefix[]): boolean {
  const b = prefixes.at(-1);
  const a = prefixes.at(-2);
  if (!a || !b || a.bits !== b.bits || a.bits === 0) return false;
  const whole = prefixOf(a.words, 0, a.bits - 1);
  if (!prefixHas(whole, b.words)) return false;
  prefixes.splice(-2, 2, whole);
  return true;
}

/** The bits of word `w` that belong to a prefix of `bits` bits. */
function wordMask(bits: number, w: number): number {
  const here = bits - 32 * w;
  if (here <= 0) return 0;
  return here >= 32 ? 0xffffffff : (0xffffffff << (32 - here)) >>> 0;
}

/** A set of networks, made for asking once or twice per observation. */
export class PrefixSet {
  readonly prefixes: readonly Prefix[];
  /** IPv4 networks as ranges of numbers, in order and apart. */
  readonly #ipv4First: Uint32Array;
  readonly #ipv4Last: Uint32Array;
  readonly #others: readonly Prefix[];

  constructor(prefixes: readonly Prefix[]) {
    this.prefixes = simplified(prefixes);
    const ipv4 = this.prefixes.filter(({ words, bits }) => bits >= IPV4_BITS && isIpv4(words));
    this.#others = this.prefixes.filter((prefix) => !ipv4.includes(prefix));
    this.#ipv4First = Uint32Array.from(ipv4, ({ words }) => words[3]!);
    this.#ipv4Last = Uint32Array.from(ipv4, ({ words, bits }) => (words[3]! | ~wordMask(bits, 3)) >>> 0);
  }

  get isEmpty(): boolean {
    return this.prefixes.length === 0;
  }

  /** Whether the address at `words[at]` lies in one of the networks. */
  has(words: AddressWords, at = 0): boolean {
    if (words[at] === 0 && words[at + 1] === 0 && words[at + 2] === MAPPED) {
      if (this.#hasIpv4(words, at + 3)) return true;
    }
    for (const prefix of this.#others) if (prefixHas(prefix, words, at)) return true;
    return false;
  }

  // Takes the address where it lies: as a number, a large one would be boxed.
  #hasIpv4(words: AddressWords, at: number): boolean {
    const address = words[at]!;
    let low = 0;
    let high = this.#ipv4First.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (address < this.#ipv4First[middle]!) high = middle - 1;
      else if (address > this.#ipv4Last[middle]!) low = middle + 1;
      else return true;
    }
    return false;
  }
}
