// Hot: once per DNS question of a log; measured by bench/log-formats.ts.
import { Asked } from "../observations/vocabulary.ts";
import type { Witness } from "./define-line-format.ts";

/** Where a question's name is cut, as those of captures are. */
const LONGEST_NAME = 255;
const DOT = 46;
const BACKSLASH = 92;

/** Response codes by their names (IANA, "DNS RCODEs"). */
const codes: Readonly<Record<string, number>> = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
};

/** The code that a word such as `NXDOMAIN` names; -1 when it names none. */
export function responseCode(word: string): number {
  return codes[word] ?? -1;
}

/** What stands for each octet in a name's text (RFC 4343): letters in lower case; 0 where an escape does. */
const plain = new Uint8Array(256);
for (const c of "abcdefghijklmnopqrstuvwxyz0123456789-_*/") {
  plain[c.charCodeAt(0)] = c.charCodeAt(0);
  plain[c.toUpperCase().charCodeAt(0)] = c.charCodeAt(0);
}

/** A question to a name server, as a log tells it. One reused record: `begin`, set, `fill` into a row of kind question. */
export class QuestionRecord {
  /** The response code; -1 when no answer is told. */
  code = -1;
  /** Bits of `Asked`. */
  asked = 0;
  readonly #name = new Uint8Array(LONGEST_NAME);
  #nameLength = 0;
  readonly #type = new Uint8Array(24);
  #typeLength = 0;

  begin(): void {
    this.code = -1;
    this.asked = 0;
    this.#nameLength = 0;
    this.#typeLength = 0;
  }

  /** Takes the name, with escapes as name servers (`\046`, `\.`) and Zeek (`\x2e`) write them; a last dot is dropped. */
  setName(bytes: Uint8Array, start: number, end: number): void {
    let length = 0;
    for (let i = start; i < end; i++) {
      const c = bytes[i]!;
      if (c === DOT) {
        if (length < LONGEST_NAME) this.#name[length++] = DOT;
        continue;
      }
      let octet = c;
      if (c === BACKSLASH && i + 1 < end) {
        const size = escapeSize(bytes, i, end);
        octet = size === 4 ? escapedOctet(bytes, i) : bytes[i + 1]!;
        i += size - 1;
      }
      length = this.#put(octet, length);
    }
    if (length > 1 && this.#name[length - 1] === DOT) length--;
    if (length === 0) this.#name[length++] = DOT;
    this.#nameLength = length;
  }

  /** Takes the type by name, such as `AAAA`; `isChaos` when the class is CH, not IN. */
  setType(bytes: Uint8Array, start: number, end: number, isChaos: boolean): void {
    let length = 0;
    if (isChaos) for (const c of [67, 72, 32]) this.#type[length++] = c;
    const stop = Math.min(end, start + 16);
    // `*` is what some call ANY.
    if (stop - start === 1 && bytes[start] === 42) for (const c of [65, 78, 89]) this.#type[length++] = c;
    else for (let i = start; i < stop; i++) this.#type[length++] = upper(bytes[i]!);
    this.#typeLength = length;
  }

  /** Takes whether the source wants the server to ask on for it, and whether the zone's own server answered. */
  setFlags(isRecursive: boolean, isAuthority: boolean): void {
    this.asked = (isRecursive ? Asked.recursion : 0) | (isAuthority ? Asked.authority : 0);
  }

  fill(witness: Witness, row: number): void {
    const { batch } = witness;
    batch.host[row] = batch.texts.add(this.#name, 0, this.#nameLength);
    batch.method[row] = batch.texts.add(this.#type, 0, this.#typeLength);
    batch.status[row] = this.code + 1;
    batch.detail[row] = 0;
    batch.known[row] = this.asked;
  }

  #put(octet: number, length: number): number {
    const name = this.#name;
    const c = plain[octet]!;
    if (c !== 0) {
      if (length < LONGEST_NAME) name[length++] = c;
      return length;
    }
    if (length + 4 > LONGEST_NAME) return length;
    name[length] = BACKSLASH;
    name[length + 1] = 48 + Math.floor(octet / 100);
    name[length + 2] = 48 + (Math.floor(octet / 10) % 10);
    name[length + 3] = 48 + (octet % 10);
    return length + 4;
  }
}

function upper(c: number): number {
  return c >= 97 && c <= 122 ? c - 32 : c;
}

/** 4 for `\DDD` and `\xHH`, 2 for a backslash before anything else. */
function escapeSize(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 > end) return 2;
  return escapedOctet(bytes, at) >= 0 ? 4 : 2;
}

/** The octet that `\DDD` or `\xHH` at `at` stands for; -1 when it is neither. */
function escapedOctet(bytes: Uint8Array, at: number): number {
  const [a, b, c] = [bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!];
  if (a === 120) {
    const value = hexDigit(b) * 16 + hexDigit(c);
    return hexDigit(b) < 0 || hexDigit(c) < 0 ? -1 : value;
  }
  const value = (a - 48) * 100 + (b - 48) * 10 + c - 48;
  return isDigit(a) && isDigit(b) && isDigit(c) && value < 256 ? value : -1;
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

function hexDigit(c: number): number {
  if (isDigit(c)) return c - 48;
  const lower = c | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
