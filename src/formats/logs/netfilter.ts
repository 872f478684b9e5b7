// Hot: once per line; measured by bench/lines.ts.

import { isAccessTimeAt, parseAccessTime } from "../../bytes/access-time.ts";
import { MAPPED, parseAddress } from "../../bytes/address.ts";
import type { Line } from "../../bytes/line.ts";
import { LogTime, startsLikeLogLine } from "../../bytes/log-time.ts";
import { Kind, Known, Outcome, TcpFlag, Transport } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { FirewallVerdicts, Verdict } from "../firewall-verdict.ts";
import type { DecodeContext } from "../format.ts";
import { readTcpOptions, tcpOptions } from "../tcp-options.ts";

/**
 * Packets that the Linux firewall logged: netfilter's LOG target and nftables' `log`, as iptables, nft, ufw, firewalld,
 * Shorewall and ulogd set them up, under any syslog time stamp. Source: Linux,
 * net/netfilter/nf_log_syslog.c; ulogd2, util/printpkt.c.
 */
export const netfilter = defineLineFormat({
  id: "netfilter",
  title: "Linux firewall log (iptables, nftables, ufw, firewalld, Shorewall)",
  looksLike: (line) => findSource(line.bytes, line.start, line.end) >= 0 && line.includes(" DST="),
  programs: ["kernel", "ulogd"],
  open(context) {
    const reader = new NetfilterReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const SPACE = 32;
const EQUALS = 61;

/** Skip table of ` SRC=` (Horspool): how far the search may move, by the byte at the window's end. */
const skips = new Uint8Array(256).fill(5);
for (const [i, letter] of [..." SRC"].entries()) skips[letter.charCodeAt(0)] = 4 - i;

/** Where the outer packet's source address starts: after the first ` SRC=`; -1 when there is none. */
function findSource(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start + 4; i < end; i += skips[bytes[i]!]!) {
    if (
      bytes[i] === EQUALS &&
      bytes[i - 1] === 67 &&
      bytes[i - 2] === 82 &&
      bytes[i - 3] === 83 &&
      bytes[i - 4] === SPACE
    ) {
      return i + 1;
    }
  }
  return -1;
}

/** The two addresses of the line, source first. */
const addresses = new Uint32Array(8);

class NetfilterReader {
  readonly #time: LogTime;
  readonly #verdicts = new FirewallVerdicts();

  constructor(context: DecodeContext) {
    this.#time = new LogTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    let atMs = this.#time.parse(bytes, start, end);
    let verdict = this.#verdicts.find(bytes, end, this.#time);
    let sourceAt = findSource(bytes, this.#verdicts.fieldsAt, end);
    if (sourceAt < 0 || Number.isNaN(atMs)) {
      // An unusual line: it starts in another way, or its first field is no usual first field, or it is not ours.
      sourceAt = findSource(bytes, start, end);
      if (sourceAt < 0)
        return startsLikeLogLine(bytes, start, end) ? witness.other() : "neither a log line nor a packet";
      atMs = this.#timeOf(bytes, start, sourceAt);
      verdict = this.#verdicts.find(bytes, sourceAt - 5, this.#time);
    }
    if (verdict === Verdict.otherProgram) return witness.other();
    if (Number.isNaN(atMs)) return "no time stamp with date and time of day";
    return readPacket(bytes, sourceAt, end, verdict, atMs, witness);
  }

  #timeOf(bytes: Uint8Array, start: number, end: number): number {
    const atMs = this.#time.parse(bytes, start, end);
    return !Number.isNaN(atMs) ? atMs : this.#timeWithin(bytes, start, end);
  }

  /** Proxmox's firewall daemon puts `20/Jun/2022:13:09:14 +0200` after the guest's number and the chain. */
  #timeWithin(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at + 26 <= end; at++) {
      if (!isAccessTimeAt(bytes, at, end)) continue;
      this.#time.next = at + 27;
      return parseAccessTime(bytes, at, end);
    }
    return Number.NaN;
  }
}

/** The fields of one packet; -1 where the line does not show one. One reused object. */
const packet = {
  transport: -1,
  sourcePort: -1,
  targetPort: -1,
  type: -1,
  code: 0,
  ttl: -1,
  ipId: -1,
  window: -1,
  sequence: -1,
  flags: 0,
  /** Where the digits of TCP options stand; empty when the line has none. */
  optionsAt: 0,
  optionsEnd: 0,
  /** The kernel saw only the first bytes of its transport header. */
  isIncomplete: false,
  isLaterFragment: false,
};

/** Reads the fields from the source address on and adds the contact, or returns why not. */
function readPacket(
  bytes: Uint8Array,
  sourceAt: number,
  end: number,
  verdict: Verdict,
  atMs: number,
  witness: Witness,
): string | undefined {
  let at = addressAt(bytes, sourceAt, end, 0);
  if (at < 0) return "SRC is not an address";
  if (!isKey(bytes, at, end, 68, 83, 84)) return "no DST after SRC";
  at = addressAt(bytes, at + 4, end, 4);
  if (at < 0) return "DST is not an address";

  packet.transport = -1;
  packet.sourcePort = -1;
  packet.targetPort = -1;
  packet.type = -1;
  packet.code = 0;
  packet.ttl = -1;
  packet.ipId = -1;
  packet.window = -1;
  packet.sequence = -1;
  packet.flags = 0;
  packet.optionsAt = 0;
  packet.optionsEnd = 0;
  packet.isIncomplete = false;
  packet.isLaterFragment = false;
  at = readUsualFields(bytes, at, end);
  if (at < end) readFields(bytes, at, end);
  if (packet.isLaterFragment) {
    witness.tally.gap("later fragments of packets");
    return undefined;
  }
  const reason = settlePorts();
  if (reason === undefined) addContact(bytes, verdict, atMs, witness);
  return reason;
}

/**
 * Reads the fields that are in the usual order, by their distances: `LEN=60 TOS=0x00 PREC=0x00 TTL=62 ID=41448 DF PROTO=TCP
 * SPT=39570 DPT=80 WINDOW=64240 RES=0x00 SYN URGP=0`. Returns where a line departs from it: the start of a word, from which
 * `readFields` goes on. This halved the time of a line.
 */
function readUsualFields(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  if (bytes[at] !== 76 || bytes[at + 3] !== EQUALS) return at; // LEN
  readNumber(bytes, at + 4, end);
  let i = numberEnd;
  if (i + 32 > end || bytes[i + 1] !== 84 || bytes[i + 10] !== 80) return at; // TOS, PREC
  if (bytes[i + 20] !== 84 || bytes[i + 21] !== 84 || bytes[i + 23] !== EQUALS) return at; // TTL
  packet.ttl = readNumber(bytes, i + 24, end);
  i = numberEnd;
  if (i + 20 > end || bytes[i] !== SPACE || bytes[i + 1] !== 73 || bytes[i + 3] !== EQUALS) return at; // ID
  packet.ipId = readNumber(bytes, i + 4, end);
  i = numberEnd;
  if (i + 24 > end || bytes[i] !== SPACE) return at;
  at = i + 1;
  if (bytes[at] === 68 && bytes[at + 1] === 70 && bytes[at + 2] === SPACE) at += 3; // DF
  if (bytes[at] !== 80 || bytes[at + 5] !== EQUALS || bytes[at + 8] !== 80 || bytes[at + 9] !== SPACE) return at; // PROTO
  const isTcp = bytes[at + 6] === 84 && bytes[at + 7] === 67;
  if (!isTcp && (bytes[at + 6] !== 85 || bytes[at + 7] !== 68)) return at;
  if (bytes[at + 10] !== 83 || bytes[at + 11] !== 80 || bytes[at + 13] !== EQUALS) return at; // SPT
  const sourcePort = readNumber(bytes, at + 14, end);
  i = numberEnd;
  if (i + 6 > end || bytes[i + 1] !== 68 || bytes[i + 2] !== 80 || bytes[i + 4] !== EQUALS) return at; // DPT
  packet.sourcePort = sourcePort;
  packet.targetPort = readNumber(bytes, i + 5, end);
  packet.transport = isTcp ? Transport.tcp : Transport.udp;
  i = numberEnd;
  at = i + 1;
  if (!isTcp || i + 26 > end || bytes[at] !== 87 || bytes[at + 6] !== EQUALS) return at; // WINDOW
  const window = readNumber(bytes, at + 7, end);
  i = numberEnd;
  if (i + 10 > end || bytes[i + 1] !== 82 || bytes[i + 4] !== EQUALS || bytes[i + 9] !== SPACE) return at; // RES
  packet.window = window;
  at = i + 10;
  let flags = 0;
  while (at + 4 <= end && bytes[at + 3] === SPACE) {
    const flag = flagByLetter[bytes[at]!]!;
    if (flag === 0) break;
    flags |= flag;
    at += 4;
  }
  packet.flags = flags;
  return end - at < 8 && bytes[at] === 85 && bytes[at + 4] === EQUALS ? end : at; // URGP
}

/**
 * Reads `KEY=value` words and bare flags in any order, told apart by length and first letters. Long on purpose: a
 * tokenizer.
 */
function readFields(bytes: Uint8Array, start: number, end: number): void {
  let at = start;
  while (at < end) {
    // `at` is the start of a word, `i` runs over its name.
    const a = bytes[at]!;
    const b = at + 1 < end ? bytes[at + 1]! : 0;
    let i = at;
    let c = a;
    while (c >= 65) c = ++i < end ? bytes[i]! : SPACE;
    const length = i - at;
    if (c === EQUALS) {
      const valueAt = i + 1;
      const value = readNumber(bytes, valueAt, end);
      i = numberEnd;
      const isNumber = value >= 0 && i - valueAt <= 10 && (i === end || bytes[i] === SPACE);
      if (length === 3) {
        if (a === 77 && b === 65) return; // MAC: another packet's line is glued to this one
        if (isNumber) {
          if (a === 84 && b === 84) packet.ttl = value;
          else if (a === 83 && b === 80) packet.sourcePort = value;
          else if (a === 68 && b === 80) packet.targetPort = value;
          else if (a === 83 && b === 69 && packet.transport === Transport.tcp) packet.sequence = value;
        }
      } else if (length === 2) {
        if (a === 73 && b === 78) return; // IN: another packet's line
        if (isNumber && a === 73 && b === 68 && packet.transport < 0) packet.ipId = value; // ICMP has an ID of its own
      } else if (length === 5) {
        if (a === 80 && b === 82) packet.transport = isNumber ? value : transportNamed(bytes, valueAt, end);
      } else if (length === 6) {
        if (a === 87 && isNumber) packet.window = value;
      } else if (length === 4) {
        if (a === 91) return; // [SRC=: the packet that an ICMP error speaks of
        if (isNumber && a === 84) packet.type = value;
        else if (isNumber && a === 67) packet.code = value;
      } else if (length === 8) {
        if (a === 72 && isNumber) packet.ttl = value; // HOPLIMIT
      }
    } else if (length === 3) {
      packet.flags |= flagByLetter[a]!;
      if (a === 79 && b === 80) {
        // OPT (hex): IP options before PROTO, TCP options after it.
        const optionsAt = i + 2;
        while (i < end && bytes[i] !== 41) i++;
        if (packet.transport === Transport.tcp && i < end) {
          packet.optionsAt = optionsAt;
          packet.optionsEnd = i;
        }
      }
    } else if (length === 10 && a === 73) packet.isIncomplete = true;
    else if (length === 4 && a === 70 && bytes[i] === 58 && bytes[i + 1] !== 48) packet.isLaterFragment = true; // FRAG:185
    while (i < end && bytes[i] !== SPACE) i++;
    while (i < end && bytes[i] === SPACE) i++;
    at = i;
  }
}

/** Gives the packet the ports that a contact has; returns a reject when the line lacks what its protocol must show. */
function settlePorts(): string | undefined {
  const { transport, type } = packet;
  if (transport < 0 || transport > 255) return "no protocol";
  if (transport === Transport.icmp || transport === Transport.icmpv6) {
    if (type < 0 && !packet.isIncomplete) return "no ICMP type";
    packet.sourcePort = 0;
    packet.targetPort = type < 0 ? 0 : ((type & 255) << 8) | (packet.code & 255);
  } else if (packet.targetPort < 0) {
    if (hasPorts(transport) && !packet.isIncomplete) return "no ports";
    packet.sourcePort = 0;
    packet.targetPort = 0;
  }
  return packet.sourcePort > 65535 || packet.targetPort > 65535 ? "port above 65535" : undefined;
}

function addContact(bytes: Uint8Array, verdict: Verdict, atMs: number, witness: Witness): void {
  const { batch, tally } = witness;
  const row = batch.add(Kind.contact, atMs, witness.position);
  const { transport, flags, window, ttl, ipId, sequence, optionsAt, optionsEnd } = packet;
  const isTcp = transport === Transport.tcp && window >= 0;
  const { source, target } = batch;
  const four = row * 4;
  for (let i = 0; i < 4; i++) {
    source[four + i] = addresses[i]!;
    target[four + i] = addresses[4 + i]!;
  }
  batch.sourcePort[row] = Math.max(packet.sourcePort, 0);
  batch.targetPort[row] = packet.targetPort;
  batch.transport[row] = transport;
  batch.outcome[row] = outcomeOf(verdict, isTcp, flags);
  batch.tcpFlags[row] = isTcp ? flags : 0;
  batch.window[row] = isTcp ? window : 0;
  batch.ttl[row] = Math.max(ttl, 0);
  batch.ipId[row] = Math.max(ipId, 0);
  batch.sequence[row] = Math.max(sequence, 0);
  batch.mss[row] = 0;
  batch.synOptions[row] = 0;
  let known = isTcp ? Known.tcp : 0;
  if (ipId >= 0 && ttl >= 0) known |= Known.ip;
  if (sequence >= 0) known |= Known.sequence;
  if (optionsEnd > optionsAt) {
    readTcpOptions(bytes, optionsAt, optionsEnd);
    known |= Known.options;
    batch.mss[row] = tcpOptions.mss;
    batch.synOptions[row] = tcpOptions.kinds;
  }
  batch.known[row] = known;
  tally.sawTime(atMs);
}

/** TCP flags by the first letter of the words that stand for them. */
const flagByLetter = new Uint8Array(256);
for (const [name, bit] of Object.entries(TcpFlag)) flagByLetter[name.toUpperCase().charCodeAt(0)] = bit;

/** Where the digits of the last `readNumber` ended. */
let numberEnd = 0;

/** The number at `start`; -1 when there is none. */
function readNumber(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let i = start;
  for (; i < end; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  numberEnd = i;
  return i === start ? -1 : value;
}

/**
 * Connection tracking calls leftovers of closed connections invalid too, and many rule sets only log those. What nobody
 * sends within a connection (a SYN; FIN, PSH, URG without ACK; no flag at all) was sent to be refused: it counts as denied.
 */
function outcomeOf(verdict: Verdict, isTcp: boolean, flags: number): Outcome {
  if (verdict === Verdict.admitted) return Outcome.admitted;
  if (verdict === Verdict.denied) return Outcome.denied;
  const isProbe = isTcp && (flags & (TcpFlag.ack | TcpFlag.rst)) === 0;
  return verdict === Verdict.invalid && isProbe ? Outcome.denied : Outcome.unknown;
}

function hasPorts(transport: number): boolean {
  return transport === Transport.tcp || transport === Transport.udp || transport === 136;
}

/** Parses the address at `start` into `addresses[to..to+3]`. Returns where the next word starts, or -1. */
function addressAt(bytes: Uint8Array, start: number, end: number, to: number): number {
  let ipv4 = 0;
  let octet = 0;
  let dots = 0;
  let digits = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - 48;
    if (digit >= 0 && digit <= 9) {
      octet = octet * 10 + digit;
      digits++;
    } else if (digit === -2 && digits > 0 && digits < 4 && octet < 256) {
      ipv4 = (ipv4 << 8) | octet;
      octet = 0;
      digits = 0;
      dots++;
    } else {
      if (digit !== SPACE - 48 || dots !== 3 || digits === 0 || digits > 3 || octet > 255) break;
      addresses[to] = 0;
      addresses[to + 1] = 0;
      addresses[to + 2] = MAPPED;
      addresses[to + 3] = (ipv4 << 8) | octet;
      return i + 1;
    }
  }
  let stop = start;
  while (stop < end && bytes[stop] !== SPACE) stop++;
  return parseAddress(bytes, start, stop, addresses, to) ? stop + 1 : -1;
}

/** True when `bytes[at…]` is a three-letter key and `=`. */
function isKey(bytes: Uint8Array, at: number, end: number, a: number, b: number, c: number): boolean {
  return at + 4 <= end && bytes[at] === a && bytes[at + 1] === b && bytes[at + 2] === c && bytes[at + 3] === EQUALS;
}

/** The protocols that the kernel (and ulogd) writes by name. */
const transports: Readonly<Record<string, number>> = {
  TCP: Transport.tcp,
  UDP: Transport.udp,
  ICMP: Transport.icmp,
  ICMPv6: Transport.icmpv6,
  UDPLITE: 136,
  AH: 51,
  ESP: 50,
  SCTP: Transport.sctp,
};

function transportNamed(bytes: Uint8Array, start: number, end: number): number {
  // TCP and UDP by their letters: they are nearly every line.
  if (start + 3 < end && bytes[start + 3] === SPACE && bytes[start + 2] === 80) {
    if (bytes[start] === 84 && bytes[start + 1] === 67) return Transport.tcp;
    if (bytes[start] === 85 && bytes[start + 1] === 68) return Transport.udp;
  }
  if (start + 4 < end && bytes[start + 4] === SPACE && bytes[start] === 73 && bytes[start + 1] === 67)
    return Transport.icmp;
  let stop = start;
  while (stop < end && stop < start + 8 && bytes[stop] !== SPACE) stop++;
  return transports[String.fromCharCode(...bytes.subarray(start, stop))] ?? -1;
}
