import { CUT, type LinkLayer } from "./link-layer.ts";
import { byIpVersion } from "./raw-ip.ts";

/** OpenBSD's enc(4): address family, security parameter index, flags; then the packet that IPsec carries, decrypted. */
export const enc: LinkLayer = {
  title: "ENC of OpenBSD: what IPsec carried",
  linkTypes: [109],
  locate(packet) {
    packet.toGroup = false;
    return packet.end - packet.start < 12 ? CUT : byIpVersion(packet, packet.start + 12);
  },
};
