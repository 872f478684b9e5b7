import type { Line } from "../../bytes/line.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { type DeviceLayout, type DeviceView, defineDeviceFormat, Role } from "../devices/device-format.ts";
import { eventHeader, findBareHeader, findEventHeader } from "../devices/event-header.ts";
import { Action, actionAt, transportAt } from "../devices/words.ts";

/**
 * The Common Event Format of any vendor, by the meaning that the format gives its fields; FortiGate, PAN-OS, Check Point,
 * UniFi and others write it. Source: ArcSight, "Common Event Format", "Extension Dictionary".
 */
const layout: DeviceLayout = {
  id: "cef",
  title: "Common Event Format (CEF) of any device",
  looksLike: (line) => hasHeader(line),
  fieldsAt: (line) => (hasHeader(line) ? eventHeader.next : -1),
  read: (fields, bytes, from, end) => fields.readExtension(bytes, from, end),
  names: {
    source: ["src", "c6a2", "sourceAddress"],
    target: ["dst", "c6a3", "destinationAddress"],
    sourcePort: ["spt", "sourcePort"],
    targetPort: ["dpt", "destinationPort"],
    transport: ["proto", "transportProtocol", "app"],
    action: ["act", "deviceAction", "outcome", "FTNTFGTaction", "ad.action"],
    icmpType: ["icmp_type", "icmpType"],
    icmpCode: ["icmp_code", "icmpCode"],
    receivedPackets: ["FTNTFGTrcvdpkt", "PanOSPacketsReceived", "UNIFIpacketsReceived"],
    receivedBytes: ["in", "FTNTFGTrcvdbyte"],
    duration: ["FTNTFGTduration"],
    realTarget: ["destinationTranslatedAddress"],
    realTargetPort: ["destinationTranslatedPort"],
    stamp: ["start", "rt", "UNIFIutcTime", "FTNTFGTeventtime", "end"],
    host: ["dhost", "destinationDnsDomain"],
    path: ["request"],
    method: ["requestMethod"],
    agent: ["requestClientApplication"],
    referer: ["requestContext"],
  },
  more: ["cat"],
  tellsContact: (view) =>
    view.slot(Role.source) >= 0 && ((view.slot(Role.target) >= 0 && hasTransport(view)) || tellsRequest(view)),
  // Bytes that came back are told when it was over.
  isOver: (view) => view.number(Role.receivedBytes) >= 0 && nameSays(view) !== "start",
  outcome: (view, action) => (action === Action.unknown ? outcomeByName(view) : undefined),
  tellsRequest,
};

export const cef = defineDeviceFormat(layout);

function tellsRequest(view: DeviceView): boolean {
  return view.slot(Role.path) >= 0 && view.slot(Role.method) >= 0;
}

/** Where no protocol is told, the application may be one: `app=TCP`. */
function hasTransport(view: DeviceView): boolean {
  const slot = view.slot(Role.transport);
  if (slot < 0) return false;
  const { bytes, starts, ends } = view.fields;
  const isApplication = bytes[starts[slot]! - 4] === 97 && bytes[starts[slot]! - 2] === 112;
  return !isApplication || transportAt(bytes, starts[slot]!, ends[slot]!) >= 0;
}

function hasHeader(line: Line): boolean {
  return findEventHeader(line, "CEF:", 7) || findBareHeader(line, 7);
}

/** The columns of the header that hold words about what happened: the event's id and its name. */
const ID = 4;
const NAME = 5;

function nameSays(view: DeviceView): "start" | "other" {
  const { starts, ends } = eventHeader;
  for (const column of [ID, NAME]) {
    const text = view.line.bytes.subarray(starts[column]!, Math.min(ends[column]!, starts[column]! + 40));
    const isStart = text.length >= 5 && (text[0]! | 32) === 115 && (text[1]! | 32) === 116 && (text[2]! | 32) === 97;
    if (isStart) return "start";
  }
  return "other";
}

/** Without an action the event's name is all there is: `Threat Detected and Blocked`. */
function outcomeByName(view: DeviceView): Outcome {
  const { starts, ends } = eventHeader;
  const { bytes } = view.line;
  // The last word that says anything counts.
  let found: Action = Action.unknown;
  let at = starts[NAME]!;
  for (let i = at; i <= ends[NAME]!; i++) {
    if (i < ends[NAME]! && bytes[i] !== 32) continue;
    const action = actionAt(bytes, at, i);
    if (action !== Action.unknown) found = action;
    at = i + 1;
  }
  if (found === Action.unknown) return Outcome.unknown;
  return found === Action.denied ? Outcome.denied : Outcome.admitted;
}
