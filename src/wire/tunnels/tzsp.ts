import { EtherType } from "../links/link-layer.ts";
import { CLOSED, type Tunnel } from "./tunnel.ts";

/** Version 1; a received packet, or one to transmit; what it carries. */
const VERSION = 1;
const TRANSMIT = 1;
const ETHERNET = 1;
/** Tags: padding and end have no length. */
const PADDING = 0;
const END = 1;

/** Frames that MikroTik's and others' devices mirror (TaZmen Sniffer Protocol). */
export const tzsp: Tunnel = {
  title: "TZSP",
  ports: [37008],
  open(packet, at) {
    const { view, bytes, end } = packet;
    if (end - at < 6 || bytes[at] !== VERSION || bytes[at + 1]! > TRANSMIT) return CLOSED;
    if (view.getUint16(at + 2, false) !== ETHERNET) return CLOSED;
    packet.etherType = EtherType.ethernet;
    for (let tag = at + 4; end - tag >= 2; tag += bytes[tag] === PADDING ? 1 : 2 + bytes[tag + 1]!) {
      if (bytes[tag] === END) return tag + 1;
    }
    return CLOSED;
  },
};
