import { CUT, type LinkLayer } from "./link-layer.ts";
import { byIpVersion } from "./raw-ip.ts";

/** SLIP as the BSDs capture it: sixteen bytes of direction and compressed header, then IP. */
export const slip: LinkLayer = {
  title: "SLIP",
  linkTypes: [8],
  locate(packet) {
    packet.toGroup = false;
    return packet.end - packet.start < 16 ? CUT : byIpVersion(packet, packet.start + 16);
  },
};
