import { type DeviceLayout, type DeviceView, defineDeviceFormat, Role } from "../devices/device-format.ts";

/**
 * Sophos Firewall (XG, XGS, SFOS) in both of its layouts: `device="SFW" date=… time=…` and `device_name="SFW"
 * timestamp="…"`. Source: Sophos, "Sophos Firewall Syslog Guide".
 */
const layout: DeviceLayout = {
  id: "sophos-firewall",
  title: "Sophos Firewall (XG, XGS)",
  looksLike: (line) => {
    const at = line.after("log_component=");
    return at >= 0 && line.after("log_type=") >= 0 && (line.includes('device="') || line.includes("device_name="));
  },
  fieldsAt(line) {
    const device = line.after('device="');
    if (device >= 0) return device - 8;
    const name = line.after("device_name=");
    return name < 0 || line.after("log_type=", name) < 0 ? -1 : name - 12;
  },
  read: (fields, bytes, from, end) => fields.readSpaced(bytes, from, end),
  names: {
    source: ["src_ip", "sourceip"],
    target: ["dst_ip", "localip"],
    sourcePort: ["src_port"],
    targetPort: ["dst_port"],
    transport: ["protocol"],
    action: ["log_subtype", "status"],
    icmpType: ["icmp_type"],
    icmpCode: ["icmp_code"],
    receivedPackets: ["recv_pkts", "packets_received"],
    receivedBytes: ["recv_bytes", "bytes_received"],
    duration: ["duration"],
    realTarget: ["tran_dst_ip", "dst_trans_ip"],
    realTargetPort: ["tran_dst_port", "dst_trans_port"],
    stamp: ["timestamp"],
    date: ["date"],
    time: ["time"],
    zone: ["timezone"],
    host: ["domain", "server"],
    path: ["url"],
    method: ["http_method", "method"],
    agent: ["user_agent", "useragent"],
    referer: ["referer"],
    status: ["httpstatus"],
  },
  more: ["connevent", "con_event", "log_type", "log_component"],
  tellsContact(view) {
    const type = view.more(2);
    if (isWebRequest(view)) return true;
    const isTraffic = view.fields.is(type, "Firewall") || view.fields.is(type, "IDP");
    return isTraffic && view.slot(Role.source) >= 0 && view.slot(Role.transport) >= 0;
  },
  tellsRequest: isWebRequest,
  // Packets are counted when a connection ends; at its start, and in between, there are zeros.
  isOver: (view) => view.fields.is(view.more(0), "Stop") || view.fields.is(view.more(1), "Stop"),
};

export const sophosFirewall = defineDeviceFormat(layout);

/** A line of the web application firewall. */
function isWebRequest(view: DeviceView): boolean {
  return view.fields.is(view.more(2), "WAF") && view.slot(Role.path) >= 0 && view.slot(Role.method) >= 0;
}
