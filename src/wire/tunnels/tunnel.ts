import type { Packet } from "../packet.ts";

/** One way packets travel inside others. Adding one is one file and one line in tunnels/index.ts. */
export interface Tunnel {
  /** What it is, for people. */
  readonly title: string;
  /** What announces it: EtherTypes, IP protocol numbers, UDP ports of the receiver. */
  readonly etherTypes?: readonly number[];
  readonly protocols?: readonly number[];
  readonly ports?: readonly number[];
  /**
   * Reads the header at `at`, up to `packet.end`: sets `etherType`, and nothing else.
   * @returns the offset of what is inside; CLOSED when this is no such header, or it is cut short
   */
  open(packet: Packet, at: number): number;
}

/** Not to be opened. */
export const CLOSED = -1;
