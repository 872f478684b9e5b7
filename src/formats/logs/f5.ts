import { type DeviceLayout, defineDeviceFormat, Role } from "../devices/device-format.ts";

/**
 * F5 BIG-IP: the network firewall (AFM) as `key="value"` with commas, and the application firewall (ASM) likewise. Source: F5,
 * "BIG-IP Network Firewall: External Monitoring", "Event Messages and Attack Types".
 */
const layout: DeviceLayout = {
  id: "f5",
  title: "F5 BIG-IP network and application firewall (AFM, ASM)",
  looksLike: (line) =>
    (line.includes('acl_policy_name="') && line.includes('dest_ip="')) ||
    (line.includes('attack_type="') && line.includes('ip_client="')),
  fieldsAt(line) {
    const network = line.after("acl_policy_name=");
    const application = network >= 0 ? network : line.after("attack_type=");
    return application < 0 ? -1 : firstField(line.bytes, line.start, application);
  },
  read: (fields, bytes, from, end) => fields.readCommas(bytes, from, end),
  names: {
    source: ["source_ip", "ip_client"],
    target: ["dest_ip"],
    sourcePort: ["source_port", "src_port"],
    targetPort: ["dest_port"],
    transport: ["ip_protocol", "protocol"],
    action: ["action", "request_status"],
    realTarget: ["translated_dest_ip"],
    realTargetPort: ["translated_dest_port"],
    stamp: ["date_time"],
    host: ["host"],
    path: ["uri"],
    method: ["method"],
    agent: ["user_agent"],
    referer: ["referer"],
    status: ["response_code"],
  },
  tellsContact: (view) => view.slot(Role.source) >= 0 && view.slot(Role.target) >= 0,
  tellsRequest: (view) => view.slot(Role.path) >= 0 && view.slot(Role.method) >= 0,
};

export const f5 = defineDeviceFormat(layout);

/** Where the first `key="` of the list starts: behind the last space before the first `="`. */
function firstField(bytes: Uint8Array, start: number, to: number): number {
  let at = start;
  for (let i = start; i < to; i++) {
    if (bytes[i] === 32) at = i + 1;
    else if (bytes[i] === 61 && bytes[i + 1] === 34) return at;
  }
  return at;
}
