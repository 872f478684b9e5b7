import type { Packet } from "../packet.ts";

/** One way packets are framed on a link. Adding one is one file and one line in links/index.ts. */
export interface LinkLayer {
  /** What it is, for people. */
  readonly title: string;
  /** Numbers of the LINKTYPE_ registry (https://www.tcpdump.org/linktypes.html) that are framed this way. */
  readonly linkTypes: readonly number[];
  /**
   * Finds what the frame carries: sets `etherType` and `toGroup`.
   * @returns the offset of that, CUT or UNREADABLE
   */
  locate(packet: Packet): number;
}

/** The frame is too short for its own headers. */
export const CUT = -1;
/** The frame is whole, but what it carries is encrypted. */
export const UNREADABLE = -2;

/**
 * EtherTypes that are read (IEEE 802 numbers). Values up to 1500 are a length: LLC follows. 0 is for whatever is not read.
 */
export const EtherType = {
  none: 0,
  longestLlc: 1500,
  ipv4: 0x0800,
  ipv6: 0x86dd,
  vlan: 0x8100,
  serviceVlan: 0x88a8,
  oldVlan: 0x9100,
  /** Transparent Ethernet bridging: a whole frame (RFC 1701). */
  ethernet: 0x6558,
  ppp: 0x880b,
  pppoe: 0x8864,
  mpls: 0x8847,
  mplsUpstream: 0x8848,
  erspan: 0x88be,
  erspanIii: 0x22eb,
  /** No EtherType: a firewall's verdict stands in `verdict`, and what the frame carries in `inner`. */
  filtered: 0x10000,
} as const;
