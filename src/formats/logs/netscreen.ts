import type { Line } from "../../bytes/line.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { contact } from "../devices/contact.ts";
import { type DeviceLayout, defineDeviceFormat, Role } from "../devices/device-format.ts";
import { hostPort, hostPortAt } from "../devices/host-port.ts";
import { transportAt } from "../devices/words.ts";

/**
 * Traffic and attack alerts of Juniper NetScreen and SSG (ScreenOS): `fw: NetScreen device_id=fw
 * [Root]system-notification-00257(traffic): start_time="…" duration=0 policy_id=… proto=6 action=Deny sent=0 rcvd=0 src=… dst=…
 * src_port=… dst_port=…`, `…system-alert-00016: Port scan! From 192.0.2.7:51234 to 198.51.100.5:23, proto TCP (zone Untrust, …)`.
 * Source: Juniper, "ScreenOS Message Log Reference", traffic and attack.
 */
const layout: DeviceLayout = {
  id: "netscreen",
  title: "Juniper NetScreen and SSG (ScreenOS) traffic and attack alerts",
  looksLike: (line) => line.includes("NetScreen device_id="),
  fieldsAt: (line) => line.after("NetScreen device_id="),
  read: (fields, bytes, from, end) => fields.readSpaced(bytes, from, end),
  names: {
    source: ["src"],
    target: ["dst"],
    sourcePort: ["src_port"],
    targetPort: ["dst_port"],
    transport: ["proto"],
    action: ["action"],
    icmpType: ["type"],
    receivedBytes: ["rcvd"],
    stamp: ["start_time"],
  },
  takeSentence: takeAlert,
  tellsContact: (view) => view.slot(Role.source) >= 0 && view.slot(Role.transport) >= 0,
  isOver: () => true,
};

export const netscreen = defineDeviceFormat(layout);

/** `Port scan! From ADDRESS[:PORT] to ADDRESS[:PORT], proto TCP (zone …)`. What became of the packets is not told. */
function takeAlert(line: Line, at: number): boolean {
  const { bytes } = line;
  const source = line.after("! From ", at);
  const target = source < 0 ? -1 : line.after(" to ", source);
  const protocol = target < 0 ? -1 : line.after(", proto ", target);
  if (protocol < 0) return false;
  if (!hostPortAt(bytes, source, target - 4, contact.addresses, 0)) return false;
  contact.sourcePort = hostPort;
  if (!hostPortAt(bytes, target, protocol - 8, contact.addresses, 4)) return false;
  contact.targetPort = hostPort;
  contact.transport = transportAt(bytes, protocol, line.wordEnd(protocol));
  contact.outcome = Outcome.unknown;
  return true;
}
