import type { Packet } from "../packet.ts";

/** One way packets are framed on a link. Adding one is one file and one line in links/index.ts. */
export interface LinkLayer {
  /** Numbers of the LINKTYPE_ registry (https://www.tcpdump.org/linktypes.html) that are framed this way. */
  readonly linkTypes: readonly number[];
  /**
   * Finds the network layer: sets `etherType` and `toGroup`.
   * @returns the offset of the network header, or -1 when the frame is too short or carries none.
   */
  locate(packet: Packet): number;
}

/** EtherTypes that are read (IEEE 802 numbers). */
export const EtherType = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, serviceVlan: 0x88a8, oldVlan: 0x9100 } as const;
