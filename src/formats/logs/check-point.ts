import type { Line } from "../../bytes/line.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { type DeviceLayout, defineDeviceFormat, Role } from "../devices/device-format.ts";
import { firstQuotedField } from "../devices/quoted-fields.ts";
import { Action, actionAt, outcomeOf } from "../devices/words.ts";

/**
 * Check Point's log exporter (`[action:"Drop"; src:"192.0.2.7"; …]`, `Action="drop" UUid="…" src="192.0.2.7"`), LEA clients (fields
 * between bars) and what `fw log` prints (`22Nov2026 19:05:16 drop 198.51.100.1 >eth0 rule: 5; src: 192.0.2.7; …`).
 * Source: Check Point, sk122323 "Log Exporter"; sk144192 "Security Gateway Log Fields".
 */
const layout: DeviceLayout = {
  id: "check-point",
  title: "Check Point firewall (log exporter, LEA)",
  looksLike: (line) => fieldsAt(line) >= 0,
  fieldsAt,
  read(fields, bytes, from, end) {
    const sign = signAt(bytes, from, end);
    const assign = bytes[sign]!;
    if (isSpaced(bytes, sign, end)) fields.readSpaced(bytes, from, end);
    else if (assign === EQUALS && bytes[sign + 1] !== QUOTE && hasBars(bytes, from, end))
      fields.readDelimited(bytes, from, end, BAR);
    else fields.readSemicolons(bytes, from, end, assign);
  },
  names: {
    source: ["src"],
    target: ["dst"],
    sourcePort: ["s_port", "sport_svc"],
    targetPort: ["service", "dst_port", "svc"],
    transport: ["proto"],
    action: ["action"],
    icmpType: ["icmp_type", "icmp-type"],
    icmpCode: ["icmp_code", "icmp-code"],
    receivedPackets: ["server_inbound_packets", "server_outbound_packets"],
    receivedBytes: ["server_outbound_bytes", "received_bytes"],
    realTarget: ["xlatedst"],
    realTargetPort: ["xlatedport"],
    stamp: ["time"],
    host: ["dst_domain_name"],
    path: ["resource"],
    method: ["method"],
    agent: ["user_agent"],
    referer: ["referer"],
  },
  more: ["tcp_packet_out_of_state", "origin"],
  tellsContact: (view) => view.slot(Role.source) >= 0 && view.slot(Role.target) >= 0 && view.slot(Role.transport) >= 0,
  outcome(view, action) {
    // What is left of closed connections is dropped too; only its flags would tell it from a probe.
    if (action === Action.denied && view.fields.has(view.more(0))) return Outcome.unknown;
    return action === Action.unknown ? outcomeOf(actionBefore(view.line, view.at), -1, -1, false) : undefined;
  },
};

export const checkPoint = defineDeviceFormat(layout);

const SPACE = 32;
const QUOTE = 34;
const COLON = 58;
const SEMICOLON = 59;
const EQUALS = 61;
const OPEN = 91;
const BAR = 124;

function fieldsAt(line: Line): number {
  const tag = line.after("CheckPoint ");
  if (tag >= 0) {
    for (let i = tag; i < line.end; i++) if (line.bytes[i] === OPEN) return i + 1;
  }
  if (line.includes('ction="') && (line.includes(' UUid="') || line.includes(' product="VPN-1')))
    return firstQuotedField(line.bytes, line.start, line.end);
  if (line.includes(" src: ") && line.includes(" product: ")) return behindInterface(line);
  const time = line.after("time=");
  const isLea = time >= 0 && line.after("|action=", time) >= 0 && line.after("|orig", time) >= 0;
  return isLea ? time - 5 : -1;
}

/** Where the fields of `22Nov2026 19:05:16 drop 198.51.100.1 >eth0 rule: 5; src: …` start; -1 without the arrow. */
function behindInterface(line: Line): number {
  let arrow = line.after(" >");
  if (arrow < 0) arrow = line.after(" <", line.start + 8);
  return arrow < 0 ? -1 : line.wordEnd(arrow) + 1;
}

/** The action that stands before the device and the interface, where the fields do not tell it. */
function actionBefore(line: Line, at: number): Action {
  const { bytes, start } = line;
  let end = at - 1;
  for (let words = 0; words < 2; words++) {
    while (end > start && bytes[end - 1] !== SPACE) end--;
    while (end > start && bytes[end - 1] === SPACE) end--;
  }
  let from = end;
  while (from > start && bytes[from - 1] !== SPACE) from--;
  return actionAt(bytes, from, end);
}

/** The sign behind the first key: `=` or `:`. */
function signAt(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== EQUALS && bytes[at] !== COLON) at++;
  return at;
}

/** Whether a space, and no semicolon, stands behind the first value, which is in quotes. */
function isSpaced(bytes: Uint8Array, sign: number, end: number): boolean {
  if (bytes[sign + 1] !== QUOTE) return false;
  let close = sign + 2;
  while (close < end && bytes[close] !== QUOTE) close++;
  return close + 1 < end && bytes[close + 1] !== SEMICOLON;
}

function hasBars(bytes: Uint8Array, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (bytes[i] === BAR) return true;
  return false;
}
