import type { Cells } from "../bytes/cells.ts";
import { WordMap } from "../bytes/word-map.ts";
import { Transport } from "../observations/vocabulary.ts";

const { icmp, tcp, udp, icmpv6, sctp } = Transport;

/** Names of transport protocols as logs write them, in either case. */
const transportWords = new WordMap({
  tcp,
  TCP: tcp,
  udp,
  UDP: udp,
  icmp,
  ICMP: icmp,
  icmp6: icmpv6,
  ICMP6: icmpv6,
  icmpv6,
  ICMPv6: icmpv6,
  "IPv6-ICMP": icmpv6,
  "ipv6-icmp": icmpv6,
  ICMPV6: icmpv6,
  ICMPv4: icmp,
  sctp,
  SCTP: sctp,
  gre: 47,
  GRE: 47,
  esp: 50,
  ESP: 50,
  igmp: 2,
  IGMP: 2,
});

/** The IP protocol number of a value that names it or is it; 0 when it is absent or unknown. */
export function transportOf(cells: Cells, slot: number): number {
  const named = cells.word(slot, transportWords);
  if (named !== 0) return named;
  const value = cells.number(slot);
  return value > 0 && value < 256 ? value : 0;
}

/** The same for bytes that stand alone. */
export function transportNamed(bytes: Uint8Array, start: number, end: number): number {
  return transportWords.find(bytes, start, end);
}
