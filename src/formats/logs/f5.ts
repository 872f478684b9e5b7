import { type DeviceLayout, defineDeviceFormat, Role } from "../devices/device-format.ts";
import { firstQuotedField } from "../devices/quoted-fields.ts";

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
    return application < 0 ? -1 : firstQuotedField(line.bytes, line.start, application);
  },
  read(fields, bytes, from, end) {
    if (bytes[from - 1] === OPEN) fields.readSpaced(bytes, from, end);
    else fields.readCommas(bytes, from, end);
  },
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

const OPEN = 91;

export const f5 = defineDeviceFormat(layout);
