// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";
import { Outcome, TcpFlag, Transport } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { contact, NO_SOURCE, NO_TARGET } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { hostPort, hostPortAt } from "../devices/host-port.ts";
import { notOurs } from "../devices/other-lines.ts";
import { Action, actionAt } from "../devices/words.ts";
import type { DecodeContext } from "../format.ts";

/**
 * OpenBSD's and FreeBSD's pflog as text: what `tcpdump -n -e -ttt -r /var/log/pflog` prints, often sent to syslog: `rule 7/(match)
 * block in on em0: 192.0.2.7.51234 > 198.51.100.5.22: S 1:1(0) win 1024`. Source: OpenBSD, tcpdump(8), pflogd(8); FreeBSD prints
 * `Flags [S]`.
 */
export const pflog = defineLineFormat({
  id: "pflog",
  title: "pf log as text (OpenBSD, FreeBSD)",
  looksLike: (line) => ruleAt(line) >= 0,
  programs: ["pf", "pflogd"],
  open(context) {
    const reader = new PflogReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const SPACE = 32;

/** Where the verdict starts: behind `rule 7/0(match): `, `rule 7/(match) ` or `rule def/(short) `; -1 when there is none. */
function ruleAt(line: Line): number {
  const rule = line.after("rule ");
  if (rule < 0) return -1;
  const reason = line.after("(", rule);
  const slash = line.after("/", rule);
  if (reason < 0 || reason > rule + 60 || slash < 0 || slash > reason) return -1;
  let at = line.wordEnd(reason) + 1;
  if (line.bytes[at] === 91) at = Math.max(at, line.after("] ", at)); // [uid 0, pid 1234]
  if (actionAt(line.bytes, at, line.wordEnd(at)) === Action.unknown) return -1;
  return line.after(" on ", at) >= 0 && line.after(" > ", at) >= 0 ? at : -1;
}

const flagByLetter = new Uint8Array(256);
for (const [name, bit] of Object.entries(TcpFlag)) flagByLetter[name.toUpperCase().charCodeAt(0)] = bit;
flagByLetter[46] = TcpFlag.ack;
flagByLetter[87] = TcpFlag.cwr;

class PflogReader {
  readonly #time: DeviceTime;

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const at = ruleAt(line);
    if (at < 0) return notOurs(line, witness);
    contact.clear();
    const action = actionAt(bytes, at, line.wordEnd(at));
    contact.outcome =
      action === Action.denied ? Outcome.denied : action === Action.unknown ? Outcome.unknown : Outcome.admitted;
    const arrow = line.after(" > ", at) - 3;
    let source = arrow;
    while (source > at && bytes[source - 1] !== SPACE) source--;
    if (!hostPortAt(bytes, source, arrow, contact.addresses, 0)) return NO_SOURCE;
    contact.sourcePort = hostPort;
    let stop = line.wordEnd(arrow + 3);
    if (bytes[stop - 1] === 58) stop--;
    if (!hostPortAt(bytes, arrow + 3, stop, contact.addresses, 4)) return NO_TARGET;
    contact.targetPort = hostPort;
    this.#takeTransport(line, stop + 1);
    return contact.add(witness, this.#time.before(bytes, start, at, end));
  }

  /** Behind the addresses: `S 1:1(0) win 1024`, `Flags [S], seq 1, win 1024`, `udp 40`, `UDP, length 12`, `icmp: echo request`. */
  #takeTransport(line: Line, from: number): void {
    const { bytes, end } = line;
    let at = from;
    while (at < end && bytes[at] === SPACE) at++;
    if (isWord(line, at, "icmp6") || isWord(line, at, "ICMP6")) contact.transport = Transport.icmpv6;
    else if (isWord(line, at, "icmp") || isWord(line, at, "ICMP")) contact.transport = Transport.icmp;
    if (contact.transport >= 0) {
      if (line.after("echo request", at) >= 0) contact.icmpType = contact.transport === Transport.icmp ? 8 : 128;
      else if (line.after("echo reply", at) >= 0) contact.icmpType = contact.transport === Transport.icmp ? 0 : 129;
      else if (line.after("unreachable", at) >= 0) contact.icmpType = contact.transport === Transport.icmp ? 3 : 1;
      return;
    }
    const flags = isWord(line, at, "Flags [") ? at + 7 : flagByLetter[bytes[at]!]! !== 0 && isFlags(line, at) ? at : -1;
    if (flags < 0) {
      contact.transport = contact.targetPort > 0 ? Transport.udp : 0;
      return;
    }
    contact.transport = Transport.tcp;
    contact.tcpFlags = 0;
    for (let i = flags; i < end && flagByLetter[bytes[i]!]! !== 0; i++) contact.tcpFlags |= flagByLetter[bytes[i]!]!;
    const window = line.after("win ", flags);
    if (window >= 0) contact.window = numberAt(line, window);
    const sequence = line.after("seq ", flags);
    if (sequence >= 0) contact.sequence = numberAt(line, sequence);
    else {
      const next = line.wordEnd(flags) + 1;
      if (next < end && isDigit(bytes[next]!)) contact.sequence = numberAt(line, next);
    }
  }
}

/** Whether the word at `at` is made of flag letters: `S`, `FP`, `.`, `R`. */
function isFlags(line: Line, at: number): boolean {
  const stop = line.wordEnd(at);
  for (let i = at; i < stop; i++) if (flagByLetter[line.bytes[i]!]! === 0) return false;
  return stop > at && stop - at <= 8;
}

function isWord(line: Line, at: number, text: string): boolean {
  return line.after(text, at) === at + text.length;
}

function numberAt(line: Line, at: number): number {
  let value = 0;
  for (let i = at; i < line.end && i < at + 10; i++) {
    const digit = line.bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
