import { createCipheriv, createHmac } from "node:crypto";
import { expandLabel, openSealed, type Suite } from "./tls-keys.ts";

const TAG = 16;
/** Initial packets are sealed with AES-128-GCM, whatever is agreed on later (RFC 9001, section 5.2). */
const SUITE: Suite = { cipher: "aes-128-gcm", hash: "sha256", keyLength: 16, saltLength: 4, tagLength: TAG };
const SAMPLE = 16;
const LONGEST_CONNECTION_ID = 20;

interface Version {
  readonly salt: Uint8Array;
  /** Begins the labels of the keys. */
  readonly label: "quic" | "quicv2";
  /** Bits 4 and 5 of the first octet of an Initial packet. */
  readonly initialType: number;
}

const version = (salt: string, label: Version["label"] = "quic", initialType = 0): Version => ({
  salt: new Uint8Array(Buffer.from(salt, "hex")),
  label,
  initialType,
});
const version1 = version("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");
const draft29 = version("afbfec289993d24c9e9786f19c6111e04390a899");
const draft23 = version("c3eef712c72ebb5a11a7d2432bb46365bef9f502");
const draft22 = version("7fbcdb0e7c66bbe92a96cd21519ebd7a02644190");

/** Salts that are published, by version (RFC 9001, RFC 9369, section 5.2 of the drafts). */
const versions = new Map<number, Version>([
  [1, version1],
  [0x6b3343cf, version("0dede3def700a6db819381be6e269dcbf9bd2ed9", "quicv2", 1)],
  [0xff000022, version1],
  [0xff000021, version1],
  ...[29, 30, 31, 32].map((draft) => [0xff000000 + draft, draft29] as const),
  ...[23, 24, 25, 26, 27, 28].map((draft) => [0xff000000 + draft, draft23] as const),
  [0xff000016, draft22],
  // Facebook's own numbers for two of the drafts.
  [0xfaceb001, draft22],
  [0xfaceb002, draft23],
]);

/** Keys of the Initial packets that a client sends. */
export interface InitialKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly mask: Uint8Array;
}

/** The Initial packet at hand: reused. */
export const initial = {
  version: version1,
  connectionIdStart: 0,
  connectionIdEnd: 0,
  /** Where the packet number stands. */
  numberAt: 0,
  /** End of this packet; others may follow in the same datagram. */
  end: 0,
  /** Whether it is one; another long header otherwise. */
  isInitial: false,
};

/**
 * Reads the long header at `bytes[start, end)` (RFC 9000, section 17.2) into `initial`.
 * @returns false when it is none of a version that is known, or its lengths do not fit
 */
export function readLongHeader(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 7 || (bytes[start]! & 0xc0) !== 0xc0) return false;
  const number =
    ((bytes[start + 1]! << 24) | (bytes[start + 2]! << 16) | (bytes[start + 3]! << 8) | bytes[start + 4]!) >>> 0;
  const found = versions.get(number);
  const connectionIdLength = bytes[start + 5]!;
  if (found === undefined || connectionIdLength > LONGEST_CONNECTION_ID) return false;
  initial.version = found;
  initial.isInitial = ((bytes[start]! >>> 4) & 3) === found.initialType;
  initial.connectionIdStart = start + 6;
  initial.connectionIdEnd = start + 6 + connectionIdLength;
  const at = initial.connectionIdEnd;
  if (at >= end || bytes[at]! > LONGEST_CONNECTION_ID) return false;
  cursor.at = at + 1 + bytes[at]!;
  if (initial.isInitial) {
    const token = readNumber(bytes, end);
    if (token < 0) return false;
    cursor.at += token;
  }
  const length = readNumber(bytes, end);
  initial.numberAt = cursor.at;
  initial.end = cursor.at + length;
  return length >= 0 && initial.end <= end;
}

/** Derives the client's keys from the connection id that it chose for the server (RFC 9001, section 5.2). */
export function initialKeys(bytes: Uint8Array): InitialKeys {
  const { salt, label } = initial.version;
  const connectionId = bytes.subarray(initial.connectionIdStart, initial.connectionIdEnd);
  const secret = createHmac("sha256", salt).update(connectionId).digest();
  const client = expandLabel("sha256", secret, "client in", 32);
  return {
    key: expandLabel("sha256", client, `${label} key`, 16),
    iv: expandLabel("sha256", client, `${label} iv`, 12),
    mask: expandLabel("sha256", client, `${label} hp`, 16),
  };
}

/** Opens the Initial packet that `initial` describes and that begins at `start`; undefined when the keys do not open it. */
export function openInitial(bytes: Uint8Array, start: number, keys: InitialKeys): Uint8Array | undefined {
  const { numberAt, end } = initial;
  if (end - numberAt < 4 + SAMPLE) return undefined;
  const cipher = createCipheriv("aes-128-ecb", keys.mask, null);
  const mask = cipher.update(bytes.subarray(numberAt + 4, numberAt + 4 + SAMPLE));
  const first = bytes[start]! ^ (mask[0]! & 0x0f);
  const numberLength = (first & 3) + 1;
  if (end - numberAt < numberLength + TAG) return undefined;
  const header = bytes.slice(start, numberAt + numberLength);
  header[0] = first;
  const nonce = keys.iv.slice();
  for (let i = 0; i < numberLength; i++) {
    const at = header.length - numberLength + i;
    header[at]! ^= mask[1 + i]!;
    nonce[12 - numberLength + i]! ^= header[at]!;
  }
  return openSealed(SUITE, keys.key, nonce, header, bytes.subarray(numberAt + numberLength, end));
}

/** Calls `found` with offset, start and end of each CRYPTO frame of an opened packet (RFC 9000, section 19). */
export function readCryptoFrames(bytes: Uint8Array, found: (offset: number, start: number, end: number) => void): void {
  cursor.at = 0;
  while (cursor.at < bytes.length) {
    const type = readNumber(bytes, bytes.length);
    if (type === Frame.padding || type === Frame.ping) continue;
    if (type === Frame.ack || type === Frame.ackWithMarks) {
      if (!skipAcknowledgement(bytes, type)) return;
    } else if (type === Frame.crypto) {
      const offset = readNumber(bytes, bytes.length);
      const length = readNumber(bytes, bytes.length);
      if (offset < 0 || length < 0 || cursor.at + length > bytes.length) return;
      found(offset, cursor.at, cursor.at + length);
      cursor.at += length;
    } else return;
  }
}

const Frame = { padding: 0, ping: 1, ack: 2, ackWithMarks: 3, crypto: 6 } as const;

function skipAcknowledgement(bytes: Uint8Array, type: number): boolean {
  readNumber(bytes, bytes.length);
  readNumber(bytes, bytes.length);
  const ranges = readNumber(bytes, bytes.length);
  let left = 1 + 2 * ranges + (type === Frame.ackWithMarks ? 3 : 0);
  if (ranges < 0) return false;
  for (; left > 0; left--) if (readNumber(bytes, bytes.length) < 0) return false;
  return true;
}

const cursor = { at: 0 };

/** The variable-length integer at the cursor (RFC 9000, section 16); -1 when it is cut short or beyond 2^30. */
function readNumber(bytes: Uint8Array, end: number): number {
  if (cursor.at >= end) return -1;
  const first = bytes[cursor.at]!;
  const length = 1 << (first >>> 6);
  if (cursor.at + length > end) return -1;
  let value = first & 63;
  for (let i = 1; i < length; i++) value = value * 256 + bytes[cursor.at + i]!;
  cursor.at += length;
  return value < 1 << 30 ? value : -1;
}
