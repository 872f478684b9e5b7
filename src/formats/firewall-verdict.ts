// Hot: once per line; measured by bench/lines.ts.

import { viewOf } from "../bytes/hash.ts";
import type { LogTime } from "../bytes/log-time.ts";
import { behindStructuredData } from "../bytes/structured-syslog.ts";

/** What the words of a log prefix say a firewall did. */
export const Verdict = {
  /** Nothing, or only that the packet was looked at (`audit`). */
  unknown: 0,
  admitted: 1,
  denied: 2,
  /** Connection tracking knew no connection for it; what became of it is not told. */
  invalid: 3,
  /** The line was not written by the kernel or its log daemon. */
  otherProgram: 4,
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

const SPACE = 32;
const BRACKET = 91;
const SLOTS = 64;
const LONGEST_HEADER = 64;
const LONGEST_PREFIX = 255;

/**
 * Reads what stands between a syslog time stamp and the packet's fields: host, program, the kernel's time since boot, and
 * the prefix that the administrator or a tool gave the rule. Prefixes are few, so their verdicts are remembered by hash
 * and length, and the header of the last line is compared before it is parsed.
 */
export class FirewallVerdicts {
  /** After `find`: the `=` of the packet's first field, or the end of what was searched. */
  fieldsAt = 0;
  readonly #hashes = new Int32Array(SLOTS);
  readonly #lengths = new Uint8Array(SLOTS);
  readonly #verdicts = new Uint8Array(SLOTS);
  /** `fw kernel: [` of the last line that had it, in whole words. */
  readonly #header = new Uint8Array(LONGEST_HEADER);
  readonly #headerWords = new DataView(this.#header.buffer);
  #headerLength = 0;

  /**
   * The verdict of a line whose stamp `time` has just parsed. Looks from there up to `to` for the packet's first field, and
   * leaves where it starts in `fieldsAt`.
   */
  find(bytes: Uint8Array, to: number, time: LogTime): Verdict {
    const start = this.#prefixStart(bytes, to, time);
    this.fieldsAt = to;
    if (start < 0) return Verdict.otherProgram;
    let hash = 0;
    let end = start;
    for (; end < to; end++) {
      const byte = bytes[end]!;
      if (byte === 61 && isFirstField(bytes, end)) break;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    this.fieldsAt = end;
    const length = end - start;
    if (length > LONGEST_PREFIX) return verdictOfWords(bytes, start, start + LONGEST_PREFIX);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    if (this.#hashes[slot] !== hash || this.#lengths[slot] !== length) {
      this.#hashes[slot] = hash;
      this.#lengths[slot] = length;
      this.#verdicts[slot] = verdictOfWords(bytes, start, end);
    }
    return this.#verdicts[slot] as Verdict;
  }

  #prefixStart(bytes: Uint8Array, to: number, time: LogTime): number {
    const start = time.next;
    if (time.isRfc5424) return endOfRfc5424Header(bytes, start, to);
    if (time.isInBrackets) return start;
    if (this.#isHeaderAt(bytes, start, to)) {
      // `[ 3288.637332]`: the point is followed by six digits, and before it are five digits or more.
      const bracket = start + this.#headerLength - 1;
      let point = bracket + 6;
      while (point < bracket + 10 && bytes[point] !== 46) point++;
      const isUptime = point + 7 < to && bytes[point] === 46 && bytes[point + 7] === 93;
      if (isUptime && isDigit(bytes[point - 1]!) && isDigit(bytes[point + 6]!)) return point + 8;
    }
    const prefix = endOfHeader(bytes, start, to);
    if (prefix > 0) this.#rememberHeader(bytes, start, prefix);
    return prefix;
  }

  #isHeaderAt(bytes: Uint8Array, start: number, to: number): boolean {
    const length = this.#headerLength;
    if (length < 4 || start + length > to) return false;
    const words = viewOf(bytes);
    const header = this.#headerWords;
    for (let i = 0; i < length - 3; i += 4) {
      if (words.getInt32(start + i, true) !== header.getInt32(i, true)) return false;
    }
    return words.getInt32(start + length - 4, true) === header.getInt32(length - 4, true);
  }

  /** Keeps the header when it ends in a time since boot, up to that one's bracket. */
  #rememberHeader(bytes: Uint8Array, start: number, prefix: number): void {
    if (bytes[prefix - 1] !== 93) return;
    let bracket = prefix - 2;
    while (bracket > start && bytes[bracket] !== BRACKET) bracket--;
    const length = bracket + 1 - start;
    if (length > LONGEST_HEADER) return;
    for (let i = 0; i < length; i++) this.#header[i] = bytes[start + i]!;
    this.#headerLength = length;
  }
}

/** True when the `=` at `at` ends `IN`, `OUT`, `PHYSIN` or `MAC`, the fields a packet's dump may start with. */
function isFirstField(bytes: Uint8Array, at: number): boolean {
  const last = bytes[at - 1];
  const before = bytes[at - 2];
  return (last === 78 && before === 73) || (last === 84 && before === 85) || (last === 67 && before === 65);
}

/** Where the prefix starts in `host kernel: [ 3288.637332] PREFIX`; -1 when another program's name and pid stand there. */
function endOfHeader(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== SPACE) at++;
  if (bytes[from] === BRACKET || bytes[at - 1] === 58 || at >= to) at = from;
  else at++;
  const word = at;
  if (isKernelTag(bytes, at) && at + 7 <= to) return skipUptime(bytes, at + 7, to);
  while (at < to && bytes[at] !== SPACE) at++;
  if (bytes[at - 1] === 58 && (startsWith(bytes, word, to, "kernel") || startsWith(bytes, word, to, "ulogd"))) {
    return skipUptime(bytes, at, to);
  }
  return isNameWithPid(bytes, word, at) ? -1 : skipUptime(bytes, word, to);
}

/** `kernel:` */
function isKernelTag(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 107 &&
    bytes[at + 1] === 101 &&
    bytes[at + 2] === 114 &&
    bytes[at + 3] === 110 &&
    bytes[at + 4] === 101 &&
    bytes[at + 5] === 108 &&
    bytes[at + 6] === 58
  );
}

/** The same for `host app procid msgid structured-data message` (RFC 5424, section 6). */
function endOfRfc5424Header(bytes: Uint8Array, from: number, to: number): number {
  const app = skipWord(bytes, from, to);
  const process = skipWord(bytes, app, to);
  const messageId = skipWord(bytes, process, to);
  const isOurs =
    startsWith(bytes, app, to, "kernel") ||
    startsWith(bytes, app, to, "ulogd") ||
    bytes[process] === 45 ||
    process >= to;
  if (!isOurs) return -1;
  const at = behindStructuredData(bytes, skipWord(bytes, messageId, to), to);
  return skipUptime(bytes, Math.min(at, to), to);
}

function skipWord(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== SPACE) at++;
  return at + 1;
}

/** Skips spaces, then `[ 3288.637332]` when it is there. */
function skipUptime(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] === SPACE) at++;
  if (bytes[at] !== BRACKET) return at;
  let i = at + 1;
  while (i < to && (bytes[i] === SPACE || bytes[i] === 46 || (bytes[i]! >= 48 && bytes[i]! <= 57))) i++;
  return bytes[i] === 93 && i < to ? i + 1 : at;
}

/** `sshd[123]:` */
function isNameWithPid(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[end - 1] !== 58 || bytes[end - 2] !== 93) return false;
  let at = end - 3;
  while (at > start && bytes[at]! >= 48 && bytes[at]! <= 57) at--;
  return at > start && at < end - 3 && bytes[at] === BRACKET;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

function startsWith(bytes: Uint8Array, at: number, to: number, text: string): boolean {
  if (at + text.length > to) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

const denying = /^(?:drop|reject|block|den(?:y|ied))|^rej$|(?:drop|reject|block|deny)$/;
const admitting = /^(?:accept|allow|permit)|^pass(?:ed)?$|(?:accept|allow|permit)$/;

/**
 * The verdict that the words of a prefix state; the last word that states one counts (`filter_IN_public_DROP`). EdgeOS,
 * VyOS and UniFi end rule names in `-A]`, `-D]` or `-R]` (accept, drop, reject), also before a number.
 */
function verdictOfWords(bytes: Uint8Array, start: number, end: number): Verdict {
  const prefix = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
    .toString("latin1")
    .toLowerCase();
  let verdict: Verdict = Verdict.unknown;
  for (const match of prefix.matchAll(/-([adr])(?=\]|-\d)|[a-z]+/g)) {
    const word = match[0];
    const letter = match[1];
    if (letter) verdict = letter === "a" ? Verdict.admitted : Verdict.denied;
    else if (denying.test(word)) verdict = Verdict.denied;
    else if (admitting.test(word)) verdict = Verdict.admitted;
    else if (word === "audit") return Verdict.unknown;
    else if (word === "invalid" && verdict === Verdict.unknown) verdict = Verdict.invalid;
  }
  return verdict;
}
