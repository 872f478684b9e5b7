import type { Line } from "../../bytes/line.ts";
import { type DeviceLayout, defineDeviceFormat, Role } from "../devices/device-format.ts";

/**
 * Packet filter, intrusion and web application firewall logs of Sophos UTM (Astaro): `ulogd[123]: id="2001" …
 * sub="packetfilter" … action="drop" … srcip="…"`, `reverseproxy: id="0299" srcip="…" … statuscode="404" … url="…"`. The stamp is `2026:11:22-19:05:16`. Source: Sophos UTM Administration Guide, "Logging & Reporting".
 */
const layout: DeviceLayout = {
  id: "sophos-utm",
  title: "Sophos UTM packet filter, intrusion and web application firewall",
  programs: ["ulogd", "reverseproxy", "snort"],
  looksLike: (line) => fieldsAt(line) >= 0,
  fieldsAt,
  read: (fields, bytes, from, end) => fields.readSpaced(bytes, from, end),
  names: {
    source: ["srcip"],
    target: ["dstip", "localip"],
    sourcePort: ["srcport"],
    targetPort: ["dstport", "port"],
    transport: ["proto"],
    action: ["action"],
    icmpType: ["type"],
    icmpCode: ["code"],
    host: ["server"],
    path: ["url"],
    method: ["method"],
    referer: ["referer"],
    status: ["statuscode"],
  },
  tellsRequest: (view) => view.slot(Role.path) >= 0 && view.slot(Role.method) >= 0,
};

export const sophosUtm = defineDeviceFormat(layout);

function fieldsAt(line: Line): number {
  const at = line.after(': id="');
  if (at < 0) return -1;
  const isOurs =
    line.after('sub="packetfilter"', at) >= 0 ||
    line.after('sub="ips"', at) >= 0 ||
    (line.includes("reverseproxy") && line.after('statuscode="', at) >= 0);
  return isOurs ? at - 4 : -1;
}
