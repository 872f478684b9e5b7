import { CUT, EtherType, type LinkLayer } from "./link-layer.ts";
import { readLlc } from "./llc.ts";
import { byIpVersion } from "./raw-ip.ts";

/** ATM adaptation layer 5, with LLC (RFC 2684) or, in Linux's "Classical IP", IP alone. */
export const atm: LinkLayer = {
  title: "ATM (RFC 2684, Classical IP)",
  linkTypes: [100, 106],
  locate(packet) {
    packet.toGroup = false;
    const { bytes, start } = packet;
    const hasLlc = bytes[start] === bytes[start + 1] && bytes[start + 2] === 3;
    return hasLlc ? readLlc(packet, start) : byIpVersion(packet, start);
  },
};

/** Traffic types of SunATM's header, in the lower half of its first byte. */
const LANE = 1;
const LLC = 2;

/** SunATM devices: flags, path, channel; then LLC, or LAN emulation: two bytes and an Ethernet frame. */
export const sunAtm: LinkLayer = {
  title: "SunATM",
  linkTypes: [123],
  locate(packet) {
    packet.toGroup = false;
    if (packet.end - packet.start < 8) return CUT;
    const type = packet.bytes[packet.start]! & 15;
    packet.etherType = type === LANE ? EtherType.ethernet : EtherType.none;
    return type === LLC ? readLlc(packet, packet.start + 4) : packet.start + 6;
  },
};
