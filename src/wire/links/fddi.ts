import { CUT, EtherType, type LinkLayer } from "./link-layer.ts";
import { readLlc } from "./llc.ts";

/** FDDI: frame control, two addresses, LLC (RFC 1390). */
export const fddi: LinkLayer = {
  title: "FDDI",
  linkTypes: [10],
  locate(packet) {
    const { bytes, start, end } = packet;
    if (end - start < 13) return CUT;
    packet.toGroup = (bytes[start + 1]! & 1) !== 0;
    packet.etherType = EtherType.none;
    return (bytes[start]! & 0x70) === 0x50 ? readLlc(packet, start + 13) : start + 13;
  },
};
