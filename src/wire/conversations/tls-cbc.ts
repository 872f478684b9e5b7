import { createDecipheriv, createHmac } from "node:crypto";
import { prf } from "./tls-keys.ts";
import type { OpenedRecord, RecordOpener } from "./tls-opener.ts";

/** A cipher suite of AES-CBC and HMAC: how its records are opened in TLS 1.2. */
interface CbcSuite {
  readonly cipher: "aes-128-cbc" | "aes-256-cbc";
  readonly keyLength: 16 | 32;
  readonly mac: "sha1" | "sha256" | "sha384";
  readonly macLength: 20 | 32 | 48;
}

const aes128sha: CbcSuite = { cipher: "aes-128-cbc", keyLength: 16, mac: "sha1", macLength: 20 };
const aes256sha: CbcSuite = { cipher: "aes-256-cbc", keyLength: 32, mac: "sha1", macLength: 20 };
const aes128sha256: CbcSuite = { cipher: "aes-128-cbc", keyLength: 16, mac: "sha256", macLength: 32 };
const aes256sha256: CbcSuite = { cipher: "aes-256-cbc", keyLength: 32, mac: "sha256", macLength: 32 };
const aes256sha384: CbcSuite = { cipher: "aes-256-cbc", keyLength: 32, mac: "sha384", macLength: 48 };

/** IANA TLS cipher suites of AES-CBC, whatever they exchange keys by. */
const numbers: readonly (readonly [CbcSuite, readonly number[]])[] = [
  [aes128sha, [0x2f, 0x30, 0x31, 0x32, 0x33, 0x8c, 0x90, 0x94, 0xc004, 0xc009, 0xc00e, 0xc013, 0xc035]],
  [aes256sha, [0x35, 0x36, 0x37, 0x38, 0x39, 0x8d, 0x91, 0x95, 0xc005, 0xc00a, 0xc00f, 0xc014, 0xc036]],
  [aes128sha256, [0x3c, 0x3e, 0x3f, 0x40, 0x67, 0xae, 0xb2, 0xb6, 0xc023, 0xc025, 0xc027, 0xc029, 0xc037]],
  [aes256sha256, [0x3d, 0x68, 0x69, 0x6a, 0x6b]],
  [aes256sha384, [0xaf, 0xb3, 0xb7, 0xc024, 0xc026, 0xc028, 0xc02a, 0xc038]],
];
const suites = new Map(numbers.flatMap(([suite, list]) => list.map((number) => [number, suite] as const)));

const BLOCK = 16;
/** What the MAC goes over before the content: number, type, version, length (RFC 5246, section 6.2.3.1). */
const MAC_HEAD = 13;
const TLS_1_2 = 3;

/**
 * Openers of both directions of a TLS 1.2 session, client's first; undefined when `suite` is none of AES-CBC.
 * @param isMacLast the MAC is over what is sealed, and behind it (RFC 7366)
 */
export function cbcOpeners(
  suite: number,
  isMacLast: boolean,
  master: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): [RecordOpener, RecordOpener] | undefined {
  const known = suites.get(suite);
  if (known === undefined) return undefined;
  const { keyLength, macLength, mac } = known;
  const seed = Buffer.concat([Buffer.from("key expansion"), serverRandom, clientRandom]);
  const block = prf(mac === "sha384" ? "sha384" : "sha256", master, seed, 2 * (macLength + keyLength));
  const opener = (side: 0 | 1) => {
    const macKey = block.slice(side * macLength, (side + 1) * macLength);
    const keys = 2 * macLength + side * keyLength;
    return new CbcOpener(known, isMacLast, macKey, block.slice(keys, keys + keyLength));
  };
  return [opener(0), opener(1)];
}

/** Records of AES-CBC in TLS 1.2 (RFC 5246, section 6.2.3.2): a vector, then content, MAC and padding, sealed. */
class CbcOpener implements RecordOpener {
  readonly #suite: CbcSuite;
  readonly #isMacLast: boolean;
  readonly #macKey: Uint8Array;
  readonly #key: Uint8Array;
  #sequence = 0;

  constructor(suite: CbcSuite, isMacLast: boolean, macKey: Uint8Array, key: Uint8Array) {
    this.#suite = suite;
    this.#isMacLast = isMacLast;
    this.#macKey = macKey;
    this.#key = key;
  }

  open(type: number, bytes: Uint8Array, start: number, end: number): OpenedRecord | undefined {
    const { macLength } = this.#suite;
    const sequence = this.#sequence++;
    const sealedEnd = this.#isMacLast ? end - macLength : end;
    if (sealedEnd - start < 2 * BLOCK || (sealedEnd - start) % BLOCK !== 0) return undefined;
    if (
      this.#isMacLast &&
      !this.#isMac(sequence, type, bytes.subarray(start, sealedEnd), bytes.subarray(sealedEnd, end))
    )
      return undefined;
    const plain = this.#decipher(bytes.subarray(start, start + BLOCK), bytes.subarray(start + BLOCK, sealedEnd));
    const length = plain.length - 1 - plain.at(-1)! - (this.#isMacLast ? 0 : macLength);
    if (length < 0) return undefined;
    const content = plain.subarray(0, length);
    const isRight = this.#isMacLast || this.#isMac(sequence, type, content, plain.subarray(length, length + macLength));
    return isRight ? { type, bytes: content } : undefined;
  }

  #decipher(vector: Uint8Array, sealed: Uint8Array): Uint8Array {
    const plain = createDecipheriv(this.#suite.cipher, this.#key, vector).setAutoPadding(false).update(sealed);
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
  }

  #isMac(sequence: number, type: number, content: Uint8Array, mac: Uint8Array): boolean {
    const head = Buffer.alloc(MAC_HEAD);
    head.writeUIntBE(sequence, 2, 6);
    head.set([type, 3, TLS_1_2, content.length >>> 8, content.length & 255], 8);
    return createHmac(this.#suite.mac, this.#macKey).update(head).update(content).digest().equals(mac);
  }
}
