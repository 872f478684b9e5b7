import { ascii } from "./ascii.ts";
import { find } from "./find.ts";
import { u16le, u32le } from "./integers.ts";
import type { Words } from "./words.ts";

const SIGNATURE = ascii("NTLMSSP\0");
const CHALLENGE = 2;
/** Flags ([MS-NLMP] 2.2.2.5): the version field means something; there is information about the target. */
const HAS_VERSION = 0x02000000;
const LONGEST = 2048;

/** Pairs of the target's information ([MS-NLMP] 2.2.2.1). */
const pairs: Readonly<Record<number, string>> = {
  1: "computer",
  2: "domain",
  3: "DNS computer",
  4: "DNS domain",
  5: "DNS forest",
};

/**
 * Adds to `words` what the NTLM challenge that begins somewhere in `bytes[start, end)` says of its server ([MS-NLMP] 2.2.1.2):
 * the build of its system and its names. @returns whether there is one
 */
export function sayNtlmChallenge(words: Words, bytes: Uint8Array, start: number, end: number): boolean {
  const at = find(bytes, start, end, SIGNATURE);
  if (at < 0 || at + 48 > end || u32le(bytes, at + 8) !== CHALLENGE) return false;
  words.say("NTLM");
  if (u32le(bytes, at + 20) & HAS_VERSION && at + 56 <= end) {
    words
      .say(" ")
      .number(bytes[at + 48]!)
      .say(".")
      .number(bytes[at + 49]!)
      .say(".")
      .number(u16le(bytes, at + 50));
  }
  sayTarget(
    words,
    bytes,
    at + u32le(bytes, at + 44),
    Math.min(end, at + u32le(bytes, at + 44) + u16le(bytes, at + 40)),
  );
  return true;
}

function sayTarget(words: Words, bytes: Uint8Array, at: number, end: number): void {
  while (at + 4 <= end) {
    const id = u16le(bytes, at);
    const next = at + 4 + u16le(bytes, at + 2);
    if (id === 0 || next > end) return;
    const name = pairs[id];
    if (name !== undefined) words.say(`, ${name} `).quoteUtf16(bytes, at + 4, next);
    at = next;
  }
}

const decoded = new Uint8Array(LONGEST);
const sextets = new Int8Array(256).fill(-1);
for (const [value, c] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries()) {
  sextets[c.charCodeAt(0)] = value;
}

/** The same for a challenge within base64 that begins at `start`, as in `WWW-Authenticate: NTLM TlRMTVNTUAAC…`. */
export function sayNtlmBase64(words: Words, bytes: Uint8Array, start: number, end: number): boolean {
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let at = start; at < end && length < LONGEST; at++) {
    const sextet = sextets[bytes[at]!]!;
    if (sextet < 0) break;
    bits = ((bits << 6) | sextet) & 0xfff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    decoded[length++] = (bits >> held) & 255;
  }
  return sayNtlmChallenge(words, decoded, 0, length);
}
