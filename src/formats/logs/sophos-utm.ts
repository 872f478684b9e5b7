import { type DeviceLayout, defineDeviceFormat } from "../devices/device-format.ts";

/**
 * Packet filter log of Sophos UTM (Astaro): `ulogd[123]: id="2001" … sub="packetfilter" … action="drop" … srcip="…"`. The
 * stamp is `2026:11:22-19:05:16`. Source: Sophos UTM Administration Guide, "Logging & Reporting".
 */
const layout: DeviceLayout = {
  id: "sophos-utm",
  title: "Sophos UTM packet filter",
  looksLike: (line) => line.includes('sub="packetfilter"'),
  fieldsAt(line) {
    const at = line.after(': id="');
    return at < 0 || line.after('sub="packetfilter"', at) < 0 ? -1 : at - 4;
  },
  read: (fields, bytes, from, end) => fields.readSpaced(bytes, from, end),
  names: {
    source: ["srcip"],
    target: ["dstip"],
    sourcePort: ["srcport"],
    targetPort: ["dstport"],
    transport: ["proto"],
    action: ["action"],
    icmpType: ["type"],
    icmpCode: ["code"],
  },
};

export const sophosUtm = defineDeviceFormat(layout);
