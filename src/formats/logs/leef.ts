import type { Line } from "../../bytes/line.ts";
import { type DeviceLayout, defineDeviceFormat, Role } from "../devices/device-format.ts";
import { eventHeader, findEventHeader } from "../devices/event-header.ts";

/**
 * The Log Event Extended Format of any vendor, versions 1 and 2. Source: IBM, "Log Event Extended Format (LEEF)", predefined
 * event attributes.
 */
const layout: DeviceLayout = {
  id: "leef",
  title: "Log Event Extended Format (LEEF) of any device",
  looksLike: (line) => findEventHeader(line, "LEEF:", 5),
  fieldsAt: (line) => (findEventHeader(line, "LEEF:", 5) ? fieldsBehindDelimiter(line) : -1),
  read: (fields, bytes, from, end) => fields.readDelimited(bytes, from, end, delimiter),
  names: {
    source: ["src", "srcIP"],
    target: ["dst", "dstIP"],
    sourcePort: ["srcPort", "sport"],
    targetPort: ["dstPort", "dport"],
    transport: ["proto", "protocol"],
    action: ["action", "act", "disposition", "deviceAction"],
    icmpType: ["icmpType", "icmp_type"],
    icmpCode: ["icmpCode", "icmp_code"],
    receivedPackets: ["dstPackets"],
    receivedBytes: ["dstBytes"],
    duration: ["ElapsedTime", "duration"],
    realTarget: ["dstPostNAT"],
    realTargetPort: ["dstPostNATPort"],
    stamp: ["devTime", "ReceiveTime"],
    host: ["dstHost", "domain"],
    path: ["url", "resource"],
    method: ["method", "httpMethod", "RequestMethod"],
    agent: ["userAgent", "UserAgent"],
    referer: ["referer", "Referer"],
  },
  more: ["Subtype"],
  tellsContact: (view) => view.slot(Role.source) >= 0 && view.slot(Role.target) >= 0 && view.slot(Role.transport) >= 0,
  isOver: (view) => !view.fields.is(view.more(0), "start"),
  tellsRequest: (view) => view.slot(Role.path) >= 0 && view.slot(Role.method) >= 0,
};

export const leef = defineDeviceFormat(layout);

const TAB = 9;
const BAR = 124;

/**
 * What stands between the attributes: a tab, or what version 2 names in a sixth column, as itself or as `x5E`. PAN-OS's own
 * templates for version 1 have bars.
 */
let delimiter = TAB;

function fieldsBehindDelimiter(line: Line): number {
  const { bytes, end } = line;
  const { next, starts } = eventHeader;
  delimiter = bytes.subarray(next, end).includes(TAB) ? TAB : BAR;
  if (bytes[starts[0]!] !== 50) return next;
  let at = next;
  while (at < end && at < next + 6 && bytes[at] !== BAR) at++;
  if (bytes[at] !== BAR) return next;
  if (at === next + 1) delimiter = bytes[next]!;
  else if (at > next + 1) {
    const hex = Number.parseInt(String.fromCharCode(...bytes.subarray(at - 2, at)), 16);
    if (!Number.isNaN(hex)) delimiter = hex;
  }
  return at + 1;
}
