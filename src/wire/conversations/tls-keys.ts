import { createDecipheriv, createHmac } from "node:crypto";

/** An AEAD cipher suite: how its records are opened. */
export interface Suite {
  readonly cipher: "aes-128-gcm" | "aes-256-gcm" | "aes-128-ccm" | "aes-256-ccm" | "chacha20-poly1305";
  readonly hash: "sha256" | "sha384";
  readonly keyLength: 16 | 32;
  /** Octets of the nonce that come from the key block, TLS 1.2: the record brings the rest (RFC 5288, RFC 7905). */
  readonly saltLength: 4 | 12;
  /** Octets of the tag behind each record. */
  readonly tagLength: 8 | 16;
}

const aes128: Suite = { cipher: "aes-128-gcm", hash: "sha256", keyLength: 16, saltLength: 4, tagLength: 16 };
const aes256: Suite = { cipher: "aes-256-gcm", hash: "sha384", keyLength: 32, saltLength: 4, tagLength: 16 };
const chacha20: Suite = { cipher: "chacha20-poly1305", hash: "sha256", keyLength: 32, saltLength: 12, tagLength: 16 };
const ccm128: Suite = { ...aes128, cipher: "aes-128-ccm" };
const ccm256: Suite = { ...ccm128, cipher: "aes-256-ccm", keyLength: 32 };
const shortCcm128: Suite = { ...ccm128, tagLength: 8 };
const shortCcm256: Suite = { ...ccm256, tagLength: 8 };

/** IANA TLS cipher suites of AES-GCM, AES-CCM (RFC 6655, RFC 7251) and ChaCha20-Poly1305, whatever they exchange keys by. */
const numbers: readonly (readonly [Suite, readonly number[]])[] = [
  [aes128, [0x1301, 0x9c, 0x9e, 0xa0, 0xa2, 0xa4, 0xa6, 0xa8, 0xaa, 0xac, 0xc02b, 0xc02d, 0xc02f, 0xc031, 0xd001]],
  [aes256, [0x1302, 0x9d, 0x9f, 0xa1, 0xa3, 0xa5, 0xa7, 0xa9, 0xab, 0xad, 0xc02c, 0xc02e, 0xc030, 0xc032, 0xd002]],
  [chacha20, [0x1303, 0xcca8, 0xcca9, 0xccaa, 0xccab, 0xccac, 0xccad, 0xccae]],
  [ccm128, [0x1304, 0xc09c, 0xc09e, 0xc0a4, 0xc0a6, 0xc0ac]],
  [ccm256, [0xc09d, 0xc09f, 0xc0a5, 0xc0a7, 0xc0ad]],
  [shortCcm128, [0x1305, 0xc0a0, 0xc0a2, 0xc0a8, 0xc0aa, 0xc0ae]],
  [shortCcm256, [0xc0a1, 0xc0a3, 0xc0a9, 0xc0ab, 0xc0af]],
];
const suites = new Map(numbers.flatMap(([suite, list]) => list.map((number) => [number, suite] as const)));

/** How records of a cipher suite are opened; undefined for those that are not read. */
export function suiteOf(number: number): Suite | undefined {
  return suites.get(number);
}

/** Key and nonce base of one direction. */
export interface TrafficKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** HKDF-Expand-Label with an empty context (RFC 8446, section 7.1). */
export function expandLabel(hash: string, secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([length >>> 8, length & 255, name.length]), name, Buffer.from([0])]);
  return expand(hash, secret, info, length);
}

/** HKDF-Expand (RFC 5869, section 2.3). */
function expand(hash: string, secret: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const blocks: Buffer[] = [];
  let last = Buffer.alloc(0);
  for (let total = 0; total < length; total += last.length) {
    last = createHmac(hash, secret)
      .update(last)
      .update(info)
      .update(Buffer.from([blocks.length + 1]))
      .digest();
    blocks.push(last);
  }
  return new Uint8Array(Buffer.concat(blocks)).subarray(0, length);
}

/** Keys of a TLS 1.3 traffic secret (RFC 8446, section 7.3). */
export function trafficKeys(suite: Suite, secret: Uint8Array): TrafficKeys {
  return {
    key: expandLabel(suite.hash, secret, "key", suite.keyLength),
    iv: expandLabel(suite.hash, secret, "iv", 12),
  };
}

/** The secret that follows after a key update (RFC 8446, section 7.2). */
export function nextSecret(suite: Suite, secret: Uint8Array): Uint8Array {
  return expandLabel(suite.hash, secret, "traffic upd", secret.length);
}

/** Keys of both directions, client's first, from a TLS 1.2 master secret (RFC 5246, section 6.3). */
export function keyBlock(
  suite: Suite,
  master: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): [TrafficKeys, TrafficKeys] {
  const { keyLength, saltLength } = suite;
  const seed = Buffer.concat([Buffer.from("key expansion"), serverRandom, clientRandom]);
  const block = prf(suite.hash, master, seed, 2 * (keyLength + saltLength));
  const part = (at: number, length: number) => block.slice(at, at + length);
  const salts = 2 * keyLength;
  return [
    { key: part(0, keyLength), iv: part(salts, saltLength) },
    { key: part(keyLength, keyLength), iv: part(salts + saltLength, saltLength) },
  ];
}

/** P_hash (RFC 5246, section 5). */
export function prf(hash: string, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Buffer[] = [];
  let a: Uint8Array = seed;
  for (let total = 0; total < length; total += blocks.at(-1)!.length) {
    a = createHmac(hash, secret).update(a).digest();
    blocks.push(createHmac(hash, secret).update(a).update(seed).digest());
  }
  return new Uint8Array(Buffer.concat(blocks)).subarray(0, length);
}

/** Opens `sealed`, whose last octets are its tag; undefined when the key, the nonce or the octets are not right. */
export function openSealed(
  suite: Suite,
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const length = sealed.length - suite.tagLength;
  if (length < 0) return undefined;
  const decipher = createDecipheriv(suite.cipher as "aes-128-gcm", key, nonce, { authTagLength: suite.tagLength });
  decipher.setAAD(additional, { plaintextLength: length });
  decipher.setAuthTag(sealed.subarray(length));
  const plain = decipher.update(sealed.subarray(0, length));
  try {
    decipher.final();
  } catch {
    // What does not authenticate is not ours to read: another key, or broken.
    return undefined;
  }
  return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
}
