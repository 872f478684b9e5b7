import type { Packet } from "../packet.ts";
import { CUT, type LinkLayer } from "./link-layer.ts";
import { readPpp } from "./ppp.ts";

/** Cisco's HDLC: address, control, EtherType. The same numbers carry PPP, told by its address and control. */
export const hdlc: LinkLayer = {
  title: "HDLC, as Cisco frames it",
  linkTypes: [104],
  locate: (packet) => readHdlc(packet, packet.start),
};

export const hdlcWithDirection: LinkLayer = {
  title: "HDLC with a direction byte",
  linkTypes: [205],
  locate: (packet) => readHdlc(packet, packet.start + 1),
};

/** Address of frames to all stations. */
const BROADCAST = 0x8f;

function readHdlc(packet: Packet, at: number): number {
  if (packet.end - at < 4) return CUT;
  packet.toGroup = packet.bytes[at] === BROADCAST;
  if (packet.bytes[at] === 0xff && packet.bytes[at + 1] === 3) return readPpp(packet, at);
  packet.etherType = packet.view.getUint16(at + 2, false);
  return at + 4;
}
