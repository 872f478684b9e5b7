// Hot: once per line; measured by bench/log-formats.ts.
import { parseAddress } from "../../bytes/address.ts";
import type { Line } from "../../bytes/line.ts";
import { LogTime, startsLikeLogLine } from "../../bytes/log-time.ts";
import { Outcome, Transport } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import type { DecodeContext } from "../format.ts";
import { Parties } from "../parties.ts";
import { isSnortTimeAt, SnortTime } from "../snort-time.ts";
import { transportNamed } from "../transport-words.ts";

/**
 * One-line alerts of Snort (`alert_fast`) and Suricata (`fast.log`), alone or through syslog:
 * `11/22-19:05:16.123456 [**] [1:2009187:4] message [**] [Classification: …] [Priority: 3] {TCP} 203.0.113.7:4711 -> …:80`.
 * Source: Snort 3, src/loggers/alert_fast.cc; Suricata, src/alert-fastlog.c.
 */
export const snortAlertFast = defineLineFormat({
  id: "snort-alert-fast",
  title: "Snort alert_fast and Suricata fast.log",
  looksLike: (line) => line.includes("} ") && line.includes(" -> ") && ruleAt(line) >= 0,
  programs: ["snort", "suricata", "barnyard2"],
  open(context) {
    const reader = new AlertReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

/** Where `[1:2009187:4]` starts, or -1. */
function ruleAt(line: Line): number {
  const { bytes } = line;
  for (let at = line.after("["); at >= 0; at = line.after("[", at)) {
    let colons = 0;
    let i = at;
    while (i < line.end && ((bytes[i]! >= 48 && bytes[i]! <= 57) || bytes[i] === 58)) if (bytes[i++] === 58) colons++;
    if (colons === 2 && bytes[i] === 93) return at - 1;
  }
  return -1;
}

class AlertReader {
  readonly #parties = new Parties();
  readonly #syslogTime: LogTime;
  readonly #time: SnortTime;

  constructor(context: DecodeContext) {
    this.#syslogTime = new LogTime(context);
    this.#time = new SnortTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const rule = ruleAt(line);
    const arrow = lastArrow(bytes, start, end);
    if (rule < 0 || arrow < 0) {
      const isLog = startsLikeLogLine(bytes, start, end) || isSnortTimeAt(bytes, start, end);
      return isLog ? witness.other() : "not an alert of one line";
    }
    const atMs = this.#atMs(bytes, start, end);
    if (Number.isNaN(atMs)) return "no time stamp with date and time of day";
    const brace = openingBrace(bytes, rule, arrow);
    if (brace < 0) return "no protocol in braces";
    const close = bytes.indexOf(125, brace);
    const parties = this.#parties;
    parties.transport = transportNamed(bytes, brace + 1, close);
    parties.sourcePort = readEnd(bytes, close + 2, arrow, parties, 0);
    if (parties.sourcePort < 0) return "source is not an address";
    let targetEnd = arrow + 4;
    while (targetEnd < end && bytes[targetEnd]! > 32) targetEnd++;
    parties.targetPort = readEnd(bytes, arrow + 4, targetEnd, parties, 4);
    if (parties.targetPort < 0) return "target is not an address";
    // Snort writes an ICMP packet's type and code nowhere; Suricata writes them as ports.
    if (parties.transport === Transport.icmp && !parties.isIpv4) parties.transport = Transport.icmpv6;
    if (parties.isIcmp) parties.setIcmp(parties.sourcePort, parties.targetPort);
    else parties.turnAnswer();
    const isStopped = isDropped(bytes, start, rule);
    parties.addContact(witness, atMs, isStopped ? Outcome.denied : Outcome.unknown);
    return undefined;
  }

  #atMs(bytes: Uint8Array, start: number, end: number): number {
    if (isSnortTimeAt(bytes, start, end)) return this.#time.parse(bytes, start, end);
    return this.#syslogTime.parse(bytes, start, end);
  }
}

/** `[Drop]` or `[wDrop]`, which Suricata puts before the rule. */
function isDropped(bytes: Uint8Array, start: number, rule: number): boolean {
  for (let i = rule - 1; i > start + 5; i--) {
    if (bytes[i] === 93 && bytes[i - 1] === 112 && bytes[i - 2] === 111 && bytes[i - 3] === 114) return true;
  }
  return false;
}

/** The space before the last `->`: a message may hold one too. */
function lastArrow(bytes: Uint8Array, start: number, end: number): number {
  for (let i = end - 4; i >= start; i--) {
    if (bytes[i + 1] === 45 && bytes[i + 2] === 62 && bytes[i] === 32 && bytes[i + 3] === 32) return i;
  }
  return -1;
}

/** The brace of `{TCP}` before the source. */
function openingBrace(bytes: Uint8Array, from: number, arrow: number): number {
  for (let i = arrow; i > from; i--) if (bytes[i] === 123) return i;
  return -1;
}

/** Reads `203.0.113.7:4711`, `2001:db8::7:4711` or an address alone; returns its port, 0 for none, -1 when it is none. */
function readEnd(bytes: Uint8Array, start: number, end: number, parties: Parties, at: number): number {
  let lastColon = start;
  let colons = 0;
  let isCompressed = false;
  for (let i = start; i < end; i++) {
    if (bytes[i] !== 58) continue;
    if (lastColon === i - 1) isCompressed = true;
    colons++;
    lastColon = i;
  }
  // Without colons of its own an IPv4 address has a port behind one; IPv6 in full has seven. A compressed one has a port if
  // its protocol has, and Suricata writes type and code in its place.
  const hasPort = colons === 1 || colons === 8 || (isCompressed && parties.transport !== Transport.icmp);
  const addressEnd = hasPort ? lastColon : end;
  if (!parseAddress(bytes, start, addressEnd, parties.addresses, at)) return -1;
  let port = 0;
  for (let i = addressEnd + 1; i < end; i++) port = port * 10 + bytes[i]! - 48;
  return port >= 0 && port <= 65_535 ? port : -1;
}
