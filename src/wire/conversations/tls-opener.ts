import { nextSecret, openSealed, type Suite, type TrafficKeys, trafficKeys } from "./tls-keys.ts";

/** Record type of application data (RFC 8446, section 5.1). */
export const APPLICATION_DATA = 23;

/** What the latest `open` found: its true type, and its plain text. */
export interface OpenedRecord {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Opens the records that one side of a connection sends, in their order. */
export interface RecordOpener {
  /** Opens the record of `type` whose fragment is `bytes[start, end)`; undefined when it does not open. */
  open(type: number, bytes: Uint8Array, start: number, end: number): OpenedRecord | undefined;
}

/** TLS 1.2 (RFC 5246, section 6.2.3.3): the keys are one pair, and hold from the change of cipher spec on. */
export class Tls12Opener implements RecordOpener {
  readonly #suite: Suite;
  readonly #keys: TrafficKeys;
  #sequence = 0;

  constructor(suite: Suite, keys: TrafficKeys) {
    this.#suite = suite;
    this.#keys = keys;
  }

  open(type: number, bytes: Uint8Array, start: number, end: number): OpenedRecord | undefined {
    const { saltLength, tagLength } = this.#suite;
    const { key, iv } = this.#keys;
    const explicit = 12 - saltLength;
    const length = end - start - explicit - tagLength;
    if (length < 0) return undefined;
    const nonce = new Uint8Array(12);
    nonce.set(iv);
    if (explicit > 0) nonce.set(bytes.subarray(start, start + explicit), saltLength);
    else addSequence(nonce, this.#sequence);
    const additional = new Uint8Array(13);
    addSequence(additional.subarray(0, 8), this.#sequence++);
    additional.set([type, 3, 3, length >>> 8, length & 255], 8);
    const plain = openSealed(this.#suite, key, nonce, additional, bytes.subarray(start + explicit, end));
    return plain && { type, bytes: plain };
  }
}

/**
 * TLS 1.3 (RFC 8446, section 5.2). The keys change after the handshake and with key updates; rather than follow the
 * messages that say when, the next keys are tried when a record does not open.
 */
export class Tls13Opener implements RecordOpener {
  readonly #suite: Suite;
  /** Secrets still to come, in order. */
  readonly #secrets: Uint8Array[];
  #secret: Uint8Array | undefined;
  #keys: TrafficKeys | undefined;
  #sequence = 0;

  constructor(suite: Suite, secrets: readonly (Uint8Array | undefined)[]) {
    this.#suite = suite;
    this.#secrets = secrets.filter((secret) => secret !== undefined);
  }

  open(_type: number, bytes: Uint8Array, start: number, end: number): OpenedRecord | undefined {
    const length = end - start;
    const additional = Uint8Array.of(APPLICATION_DATA, 3, 3, length >>> 8, length & 255);
    const sealed = bytes.subarray(start, end);
    let plain = this.#keys && this.#try(this.#keys, this.#sequence, additional, sealed);
    for (let i = 0; plain === undefined && i < this.#secrets.length; i++) {
      plain = this.#turnTo(this.#secrets[i]!, additional, sealed);
      if (plain !== undefined) this.#secrets.splice(0, i + 1);
    }
    if (plain === undefined && this.#secret && this.#secrets.length === 0) {
      plain = this.#turnTo(nextSecret(this.#suite, this.#secret), additional, sealed);
    }
    if (plain === undefined) return undefined;
    this.#sequence++;
    return withoutPadding(plain);
  }

  /** Tries the first record under another secret, and stays with it when that opens it. */
  #turnTo(secret: Uint8Array, additional: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const keys = trafficKeys(this.#suite, secret);
    const plain = this.#try(keys, 0, additional, sealed);
    if (plain === undefined) return undefined;
    this.#secret = secret;
    this.#keys = keys;
    this.#sequence = 0;
    return plain;
  }

  #try({ key, iv }: TrafficKeys, sequence: number, additional: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const nonce = iv.slice();
    addSequence(nonce, sequence);
    return openSealed(this.#suite, key, nonce, additional, sealed);
  }
}

/** The true type is the last octet that is not zero. */
function withoutPadding(plain: Uint8Array): OpenedRecord | undefined {
  let end = plain.length;
  while (end > 0 && plain[end - 1] === 0) end--;
  return end === 0 ? undefined : { type: plain[end - 1]!, bytes: plain.subarray(0, end - 1) };
}

/** Adds a record's number to the last eight octets, bit by bit (RFC 8446, section 5.3). */
function addSequence(octets: Uint8Array, sequence: number): void {
  for (let i = octets.length - 1, left = sequence; left > 0; i--, left = Math.floor(left / 256))
    octets[i]! ^= left & 255;
}
