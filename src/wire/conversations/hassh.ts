import { createHash } from "node:crypto";
import { ascii } from "./ascii.ts";
import { CLIENT, type Side } from "./conversation.ts";
import { u32 } from "./integers.ts";

/** Message number, after length (4) and padding length (1); cookie of 16 bytes (RFC 4253, sections 6 and 7.1). */
const KEXINIT = 20;
const MESSAGE = 5;
const LISTS = 22;
/** Bytes of a packet that are waited for: implementations must take 35000 (section 6.1), a list of algorithms takes about 1500. */
const LONGEST_PACKET = 8192;
/** Lists by side, as HASSH takes them (Salesforce, 2018): key exchange, then ciphers, MACs and compression towards the other side. */
const listsOf = [
  [0, 2, 4, 6],
  [0, 3, 5, 7],
] as const;

/** What a key exchange offers: the lists joined by semicolons, and the MD5 of that. */
export interface Hassh {
  readonly fingerprint: Uint8Array;
  readonly lists: Uint8Array;
}

/** @returns length of the SSH packet at `start`; 0 when more is needed, -1 when it is none of a key exchange */
export function kexLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < MESSAGE + 1) return 0;
  const length = 4 + u32(bytes, start);
  if (length > LONGEST_PACKET || length < LISTS + 40 || bytes[start + MESSAGE] !== KEXINIT) return -1;
  return end - start < length ? 0 : length;
}

/** HASSH of the whole key exchange packet `bytes[start, end)` that `side` sent; undefined when its lists do not fit. */
export function hasshOf(side: Side, bytes: Uint8Array, start: number, end: number): Hassh | undefined {
  const lists: string[] = [];
  let at = start + LISTS;
  for (let i = 0; i < 8; i++) {
    const stop = at + 4 + u32(bytes, at);
    if (at + 4 > end || stop > end) return undefined;
    lists.push(Buffer.from(bytes.buffer, bytes.byteOffset + at + 4, stop - at - 4).toString("latin1"));
    at = stop;
  }
  const text = listsOf[side === CLIENT ? 0 : 1].map((list) => lists[list]).join(";");
  return {
    fingerprint: ascii(createHash("md5").update(text, "latin1").digest("hex")),
    lists: Buffer.from(text, "latin1"),
  };
}
