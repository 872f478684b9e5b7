// Hot: once per line; measured by bench/lines.ts.
import { hashBytes, hashed } from "../../bytes/hash.ts";
import type { Line } from "../../bytes/line.ts";
import type { Zone } from "../../bytes/local-clock.ts";
import { LogTime, startsLikeLogLine } from "../../bytes/log-time.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import type { DecodeContext } from "../format.ts";
import { servers } from "../servers/index.ts";
import type { ReadServerLine, ServerLine } from "../servers/server-line.ts";
import { sshd } from "../servers/sshd.ts";
import { WebTime } from "../web-time.ts";

/**
 * What servers log of their own, each of `formats/servers/`: through syslog, where several write into one file, or in a
 * file of its own. A failed login is a contact like any other: guessing passwords is no scan for vulnerabilities.
 * Sources: OpenSSH, auth.c and kex.c; Postfix, smtpd.c and postscreen.c; Dovecot, login-common; Exim, log.c; vsftpd, logging.c;
 * ProFTPD, mod_log; BIND 9, ns/query.c and ns/client.c.
 */
export const serverLog = defineLineFormat({
  id: "server-log",
  title: "Servers' own logs: sshd, Postfix, Exim, Dovecot, vsftpd, ProFTPD, BIND",
  looksLike: (line) => header.read(line.bytes, line.start, line.end) && serverOf(header) >= 0,
  programs: [
    ..."sshd sshd-session sshd-auth postfix exim exim4 vsftpd proftpd named dovecot".split(" "),
    ..."imap-login pop3-login submission-login managesieve-login".split(" "),
  ],
  open: (context) => {
    const reader = new ServerLogReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

class ServerLogReader {
  readonly #header: Header;
  readonly #readers: readonly ReadServerLine[] = servers.map((server) => server.open());

  constructor(context: DecodeContext) {
    this.#header = new Header(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const header = this.#header;
    if (!header.read(bytes, start, end)) return "no time stamp with date and time of day";
    const server = serverOf(header);
    if (server < 0) {
      return startsLikeLogLine(bytes, start, end) || header.hasTime ? witness.other() : "not a line of a server's log";
    }
    if (!header.hasTime) return "no time stamp with date and time of day";
    return this.#readers[server]!(header, witness);
  }
}

const SPACE = 32;
const COLON = 58;
const OPEN = 91;
const HASH = 35;
const CLOSE = 93;

/** Takes the header off a line: time, host, program and process, in the ways of syslog and of the servers' own files. */
class Header implements ServerLine {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  atMs = Number.NaN;
  process = 0;
  programAt = 0;
  programEnd = 0;
  /** A line without time is some server's all the same, and rejected as such. */
  hasTime = false;
  /** The header names a host, so it is syslog's and the program's name is sure. */
  hasHost = false;
  readonly #log: LogTime;
  readonly #other: WebTime;

  constructor(context: { readonly referenceMs: number; readonly zone: Zone }) {
    this.#log = new LogTime(context);
    this.#other = new WebTime(context);
  }

  /** False when the line is empty. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes = bytes;
    this.end = end;
    this.process = 0;
    this.hasHost = false;
    this.programAt = start;
    this.programEnd = start;
    this.start = start;
    this.atMs = this.#log.parse(bytes, start, end);
    let at = this.#log.next;
    if (Number.isNaN(this.atMs)) {
      // BIND's own `22-Nov-2026 19:05:16.123 queries: info: …`
      const timeEnd = wordEnd(bytes, wordEnd(bytes, start, end) + 1, end);
      this.atMs = bytes[start + 2] === 45 ? this.#other.parse(bytes, start, timeEnd) : Number.NaN;
      at = timeEnd + 1;
    }
    this.hasTime = !Number.isNaN(this.atMs);
    if (!this.hasTime) return end > start;
    if (this.#log.isRfc5424) this.#readStructured(at);
    else this.#readTag(at);
    return true;
  }

  /** `host program[123]: message`, `program: message`, `host program[123] message`, or a message alone. */
  #readTag(from: number): void {
    const { bytes, end } = this;
    this.start = from;
    const first = wordEnd(bytes, from, end);
    if (bytes[first - 1] === COLON) {
      this.#takeProgram(from, first);
      return;
    }
    const second = wordEnd(bytes, first + 1, end);
    const bracket = indexOf(bytes, first + 1, second, OPEN);
    const isTag = bytes[second - 1] === COLON || (bracket > first + 1 && bytes[second - 1] === CLOSE);
    // `client 192.0.2.7#53124: query: …` is BIND's message, without host and program.
    const isClient = indexOf(bytes, first + 1, second, HASH) > 0;
    if (isTag && !isClient && second > first + 1 && bytes[from] !== OPEN) {
      this.#takeProgram(first + 1, second);
      this.hasHost = true;
    }
  }

  /** RFC 5424, section 6: `host program process id [data] message`. */
  #readStructured(from: number): void {
    const { bytes, end } = this;
    const host = wordEnd(bytes, from, end);
    const program = wordEnd(bytes, host + 1, end);
    const process = wordEnd(bytes, program + 1, end);
    const id = wordEnd(bytes, process + 1, end);
    this.programAt = host + 1;
    this.programEnd = program;
    this.hasHost = true;
    this.process = numberAt(bytes, program + 1, process);
    let at = id + 1;
    if (bytes[at] === OPEN) {
      while (at < end && !(bytes[at] === CLOSE && bytes[at + 1] !== OPEN && bytes[at - 1] !== 92)) at++;
      at++;
    } else at = wordEnd(bytes, at, end);
    this.start = Math.min(at + 1, end);
  }

  #takeProgram(start: number, end: number): void {
    const { bytes } = this;
    let nameEnd = bytes[end - 1] === COLON ? end - 1 : end;
    const bracket = indexOf(bytes, start, nameEnd, OPEN);
    if (bracket > 0) {
      this.process = numberAt(bytes, bracket + 1, nameEnd);
      nameEnd = bracket;
    }
    this.programAt = start;
    this.programEnd = nameEnd;
    let message = end;
    while (message < this.end && bytes[message] === SPACE) message++;
    this.start = message;
  }
}

const header = new Header({ referenceMs: 0, zone: 0 });

/** Which server a program's name means, by the hash of the name; -2 is "none". Bounded, for names come from outside. */
const serverByName = new Map<number, number>();
const MOST_NAMES = 512;

/** The server that wrote the line, as its place in `servers`; -1 when none did. */
function serverOf({ bytes, start, end, programAt, programEnd, hasHost, hasTime }: Header): number {
  // sshd logging to standard error writes neither time nor name; its lines are told as such.
  if (!hasTime) return sshd.isOwnMessage?.(bytes, start, end) ? servers.indexOf(sshd) : -1;
  if (programEnd > programAt) {
    const named = serverNamed(bytes, programAt, programEnd);
    if (named >= 0 || hasHost) return named;
  }
  // Without a name, or with one that is only a category (`queries: info: client …`), the message has to tell.
  for (let i = 0; i < servers.length; i++) if (servers[i]!.isOwnMessage?.(bytes, start, end)) return i;
  return -1;
}

function serverNamed(bytes: Uint8Array, start: number, end: number): number {
  hashBytes(bytes, start, end);
  const key = hashed.low * 2 ** 21 + (hashed.high & 0x1fffff);
  const known = serverByName.get(key);
  if (known !== undefined) return known;
  const name = new TextDecoder("latin1").decode(bytes.subarray(start, Math.min(end, start + 64)));
  const server = servers.findIndex((each) => each.isCalled(name));
  if (serverByName.size >= MOST_NAMES) serverByName.clear();
  serverByName.set(key, server);
  return server;
}

function wordEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== SPACE) at++;
  return Math.min(at, end);
}

function indexOf(bytes: Uint8Array, start: number, end: number, byte: number): number {
  for (let i = start; i < end; i++) if (bytes[i] === byte) return i;
  return -1;
}

function numberAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end && i < start + 9; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}
