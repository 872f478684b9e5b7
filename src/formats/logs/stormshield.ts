import { type DeviceLayout, defineDeviceFormat, Role } from "../devices/device-format.ts";

/**
 * Filter, connection and alarm logs of Stormshield Network Security: `id=firewall time="…" fw="…" … src=… dst=… action=pass
 * logtype="filter"`. Source: Stormshield, "Description of audit logs".
 */
const layout: DeviceLayout = {
  id: "stormshield",
  title: "Stormshield Network Security",
  looksLike: (line) => line.includes("id=firewall ") && line.includes("logtype=") && line.includes("startime="),
  fieldsAt(line) {
    const at = line.after("id=firewall ");
    return at < 0 || line.after("startime=", at) < 0 ? -1 : at;
  },
  read: (fields, bytes, from, end) => fields.readSpaced(bytes, from, end),
  names: {
    source: ["src"],
    target: ["dst"],
    sourcePort: ["srcport"],
    targetPort: ["dstport"],
    transport: ["ipproto", "proto"],
    action: ["action"],
    icmpType: ["icmptype"],
    icmpCode: ["icmpcode"],
    receivedBytes: ["rcvd"],
    realTarget: ["modifieddst", "realdst"],
    stamp: ["startime", "time"],
    zone: ["tz"],
  },
  more: ["logtype"],
  tellsContact: (view) => view.slot(Role.source) >= 0 && view.slot(Role.target) >= 0 && view.slot(Role.transport) >= 0,
  // The connection log is written at the end; its stamp is the start's.
  isOver: (view) => view.fields.is(view.more(0), "connection"),
};

export const stormshield = defineDeviceFormat(layout);
