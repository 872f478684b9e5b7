import { type DeviceLayout, defineDeviceFormat, Role } from "../devices/device-format.ts";

/**
 * Traffic of Juniper NetScreen and SSG (ScreenOS): `fw: NetScreen device_id=fw [Root]system-notification-00257(traffic):
 * start_time="…" duration=0 policy_id=… proto=6 action=Deny sent=0 rcvd=0 src=… dst=… src_port=… dst_port=…`. Source: Juniper,
 * "ScreenOS Message Log Reference", traffic.
 */
const layout: DeviceLayout = {
  id: "netscreen",
  title: "Juniper NetScreen and SSG (ScreenOS) traffic",
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
  tellsContact: (view) => view.slot(Role.source) >= 0 && view.slot(Role.transport) >= 0,
  isOver: () => true,
};

export const netscreen = defineDeviceFormat(layout);
