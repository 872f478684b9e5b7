import { CUT, type LinkLayer } from "./link-layer.ts";
import { byIpVersion } from "./raw-ip.ts";

/** Solaris' ipnet: 24 bytes of version, family, interface and zones; then IP. */
export const ipnet: LinkLayer = {
  title: "IPNET of Solaris",
  linkTypes: [226],
  locate(packet) {
    packet.toGroup = false;
    return packet.end - packet.start < 24 ? CUT : byIpVersion(packet, packet.start + 24);
  },
};
