import type { Line } from "../../bytes/line.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { type DeviceLayout, defineDeviceFormat, Role } from "../devices/device-format.ts";
import { Action } from "../devices/words.ts";

/**
 * Check Point's log exporter (`[action:"Drop"; src:"192.0.2.7"; …]`) and the older syslog and LEA forms with `=` or `: ` and
 * `;` or `|`. Source: Check Point, sk122323 "Log Exporter"; sk144192 "Security Gateway Log Fields".
 */
const layout: DeviceLayout = {
  id: "check-point",
  title: "Check Point firewall (log exporter, LEA)",
  looksLike: (line) => fieldsAt(line) >= 0,
  fieldsAt,
  read(fields, bytes, from, end) {
    if (bytes[from] === OPEN) fields.readSemicolons(bytes, from + 1, end);
    else if (hasBars(bytes, from, end)) fields.readDelimited(bytes, from, end, 124);
    else fields.readSemicolons(bytes, from, end, 61);
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
    return action === Action.denied && view.fields.has(view.more(0)) ? Outcome.unknown : undefined;
  },
};

export const checkPoint = defineDeviceFormat(layout);

const OPEN = 91;

function fieldsAt(line: Line): number {
  const tag = line.after("CheckPoint ");
  if (tag >= 0) {
    for (let i = tag; i < line.end; i++) if (line.bytes[i] === OPEN) return i;
  }
  const time = line.after("time=");
  const isLea = time >= 0 && line.after("|action=", time) >= 0 && line.after("|origin=", time) >= 0;
  return isLea ? time - 5 : -1;
}

function hasBars(bytes: Uint8Array, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (bytes[i] === 124) return true;
  return false;
}
