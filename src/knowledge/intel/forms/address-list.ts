import { readFileSync, writeFileSync } from "node:fs";
import { type AddressWords, isIpv4 } from "../../../bytes/address.ts";
import { comparePrefixes, IPV4_BITS, type Prefix } from "../../../observations/prefix.ts";

/** One network of a list, with the words that the list has for it and the line it stands on. */
export interface ListedPrefix {
  readonly prefix: Prefix;
  /** Such as the operator of a scanner; empty when the list says nothing. */
  readonly label: string;
  /** Line or element of the list, from 1. */
  readonly position: number;
}

/** What a list says of an address: the narrowest network that holds it. */
export interface Listing {
  readonly label: string;
  readonly position: number;
  readonly bits: number;
}

/**
 * A list's networks, compiled. Little-endian words: `VDA1`, the number of networks; per network, in order of address and the wider first: its
 * four words, its length in bits, its label, its position, and the network that encloses it (its place plus 1; 0 for none); then the labels as
 * one JSON array.
 */
const MAGIC = 0x31414456;
const ROW_WORDS = 8;

export function writeAddressList(path: string, listed: readonly ListedPrefix[]): void {
  const rows = [...listed].sort((a, b) => comparePrefixes(a.prefix, b.prefix) || a.position - b.position);
  const unique = rows.filter((row, i) => i === 0 || comparePrefixes(rows[i - 1]!.prefix, row.prefix) !== 0);
  const labels = new Map<string, number>();
  const words = new Uint32Array(2 + unique.length * ROW_WORDS);
  words[0] = MAGIC;
  words[1] = unique.length;
  const open: number[] = [];
  unique.forEach(({ prefix, label, position }, i) => {
    while (open.length > 0 && !encloses(unique[open.at(-1)!]!.prefix, prefix)) open.pop();
    if (!labels.has(label)) labels.set(label, labels.size);
    words.set(prefix.words, 2 + i * ROW_WORDS);
    words.set([prefix.bits, labels.get(label)!, position, (open.at(-1) ?? -1) + 1], 6 + i * ROW_WORDS);
    open.push(i);
  });
  writeFileSync(path, Buffer.concat([Buffer.from(words.buffer), Buffer.from(JSON.stringify([...labels.keys()]))]));
}

function encloses(outer: Prefix, inner: Prefix): boolean {
  return outer.bits <= inner.bits && agrees(inner.words, 0, outer.words, 0, outer.bits);
}

/** A compiled list, loaded. */
export class AddressList {
  readonly #words: Uint32Array;
  readonly #labels: readonly string[];
  readonly size: number;

  constructor(path: string) {
    const bytes = readFileSync(path);
    const whole = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
    const count = whole[0] === MAGIC ? Math.min(whole[1]!, Math.floor((whole.length - 2) / ROW_WORDS)) : 0;
    this.size = count;
    this.#words = whole.subarray(2, 2 + count * ROW_WORDS);
    this.#labels = count === 0 ? [] : (JSON.parse(bytes.toString("utf8", (2 + count * ROW_WORDS) * 4)) as string[]);
  }

  /** All labels of the list. */
  get labels(): readonly string[] {
    return this.#labels;
  }

  /** What the list says of an address, or of the network of `mostBits` bits that starts there; undefined when it does not know it. */
  find(words: AddressWords, mostBits = 128): Listing | undefined {
    let row = this.#lastNotAfter(words);
    while (row >= 0) {
      const base = row * ROW_WORDS;
      const bits = this.#words[base + 4]!;
      if (bits <= mostBits && agrees(words, 0, this.#words, base, bits)) {
        return { label: this.#labels[this.#words[base + 5]!] ?? "", position: this.#words[base + 6]!, bits };
      }
      // An enclosing network starts before this row: it may hold the address still.
      row = this.#words[base + 7]! - 1;
    }
    return undefined;
  }

  #lastNotAfter(words: AddressWords): number {
    let from = 0;
    let to = this.size;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#compare(middle, words) <= 0) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }

  #compare(row: number, words: AddressWords): number {
    for (let w = 0; w < 4; w++) {
      const difference = this.#words[row * ROW_WORDS + w]! - words[w]!;
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

/** Whether two addresses have their first `bits` bits in common. */
function agrees(a: AddressWords, atA: number, b: AddressWords, atB: number, bits: number): boolean {
  for (let w = 0; w < 4; w++) {
    const here = Math.max(0, Math.min(32, bits - 32 * w));
    const mask = here === 0 ? 0 : (0xffffffff << (32 - here)) >>> 0;
    if (((a[atA + w]! ^ b[atB + w]!) & mask) !== 0) return false;
  }
  return true;
}

/** Shorter networks than these hold so much that a list which names them is mistaken, or hostile: /7 and /16. */
export function isTooWide({ words, bits }: Prefix): boolean {
  return isIpv4(words) && bits >= IPV4_BITS ? bits < IPV4_BITS + 7 : bits < 16;
}
