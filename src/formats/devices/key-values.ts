// Hot: once per line; measured by bench/log-formats.ts.
import { setIpv4 } from "../../bytes/address.ts";
import { KeyTable } from "../../bytes/key-table.ts";
import type { TextTable } from "../../bytes/text-table.ts";
import { Fields } from "./fields.ts";

const TAB = 9;
const SPACE = 32;
const COMMA = 44;
const COLON = 58;
const SEMICOLON = 59;
const EQUALS = 61;
const BACKSLASH = 92;

/**
 * Reads a line of `key=value` pairs and keeps where the wanted values stand. The slot of a field is its index in the list
 * of names; each may have a role, told by number. Of a key that comes twice the first counts: what a stranger sent (a URL, a
 * user name) stands behind what the device itself knows. One line at a time is at hand, of all that want the same names.
 */
export class KeyValues extends Fields {
  readonly #table: KeyTable;
  readonly #numbers: Float64Array;
  readonly #ipv4: Uint32Array;
  readonly #isIpv4: Uint8Array;
  readonly #firsts: Int32Array;

  constructor(names: readonly string[], roles: readonly number[] = names.map(() => 0)) {
    const table = tableOf(names, roles);
    super(table.starts, table.ends);
    this.#table = table;
    this.#numbers = table.numbers;
    this.#ipv4 = table.ipv4;
    this.#isIpv4 = table.isIpv4;
    this.#firsts = table.firsts;
  }

  /** The first slot of a role that the line has and that is not empty; -1 when it has none. */
  first(role: number): number {
    return this.#firsts[role]!;
  }

  override number(slot: number): number {
    return this.starts[slot]! < 0 ? -1 : this.#numbers[slot]!;
  }

  override address(slot: number, words: Uint32Array, at: number): boolean {
    if (this.starts[slot]! < 0 || this.#isIpv4[slot] === 0) return super.address(slot, words, at);
    setIpv4(words, at, this.#ipv4[slot]!);
    return true;
  }

  /** Backslashes before `=`, `"`, `|` and themselves are undone. */
  override text(slot: number, texts: TextTable): number {
    if (!this.has(slot)) return 0;
    const start = this.starts[slot]!;
    const end = this.ends[slot]!;
    let i = start;
    while (i < end && this.bytes[i] !== BACKSLASH) i++;
    if (i === end) return texts.add(this.bytes, start, end);
    return this.addUnescaped(start, end, BACKSLASH, '="|\\', texts);
  }

  /** `key=value key="a value"`: as FortiGate, Sophos, SonicWall, Meraki, Juniper and many others write. */
  readSpaced(bytes: Uint8Array, from: number, end: number): void {
    this.#read(bytes, from, end, SPACE, EQUALS);
  }

  /** `key=value,key="a value"`. */
  readCommas(bytes: Uint8Array, from: number, end: number): void {
    this.#read(bytes, from, end, COMMA, EQUALS);
  }

  /** `Key: a value, Another key: value`, as Cisco's Firepower and Nexus write. */
  readColons(bytes: Uint8Array, from: number, end: number): void {
    this.#read(bytes, from, end, COMMA, COLON);
  }

  /** `key:"value"; key:"value"`, as Check Point's exporter writes. */
  readSemicolons(bytes: Uint8Array, from: number, end: number, assign = COLON): void {
    this.#read(bytes, from, end, SEMICOLON, assign);
  }

  /** `key=a value<TAB>key=value`, with the tab or another delimiter (LEEF). */
  readDelimited(bytes: Uint8Array, from: number, end: number, delimiter = TAB): void {
    this.#read(bytes, from, end, delimiter, EQUALS);
  }

  /** The extension of a CEF record: values hold spaces without quotes, so a value ends before the next word that is a key. */
  readExtension(bytes: Uint8Array, from: number, end: number): void {
    this.bytes = bytes;
    this.#table.readExtension(bytes, from, end);
  }

  #read(bytes: Uint8Array, from: number, end: number, separator: number, assign: number): void {
    this.bytes = bytes;
    this.#table.readPairs(bytes, from, end, separator, assign);
  }
}

/** Tables live as long as the program, so those of the same names share one. */
const tables = new Map<string, KeyTable>();

function tableOf(names: readonly string[], roles: readonly number[]): KeyTable {
  const key = JSON.stringify([names, roles]);
  const table = tables.get(key) ?? new KeyTable(names, roles);
  tables.set(key, table);
  return table;
}
