import type { PacketSignature } from "../types.ts";

/** What the probes of one source have in common, so far. A probe is a contact with a port that it had not tried before. */
export interface ProbeHabit {
  readonly probes: number;
  /** Those of UDP, and those of TCP without any option. */
  readonly datagrams: number;
  readonly bare: number;
  readonly leastSourcePort: number;
  readonly mostSourcePort: number;
  readonly leastTargetPort: number;
  readonly mostTargetPort: number;
  readonly leastTtl: number;
  readonly mostTtl: number;
  /** Probes of the ports that nmap asks for first, how many of them came before any other, and of these how many had a lower number than the one before. */
  readonly popular: number;
  readonly popularFirst: number;
  readonly descents: number;
}

const nmapTtl: PacketSignature = {
  tool: "nmap",
  because: "one source port for most probes, each with another time to live, as nmap's raw scans send",
  weight: 5,
};
// nmap 7.93 -sU: TTL 37 to 59 at random, a source port two higher for each further try (nmap book, "--ttl"; scan_engine_raw.cc). A stack's TTL is a
// constant, and paths differ by one or two.
const nmapOrder: PacketSignature = {
  tool: "nmap",
  because: "the ports that are open most often first, in no order, as nmap shuffles them",
  weight: 3,
};
// nmap 7.93 -sT, 3 of 3 recordings (source: nmap.cc, `random_port_cheat`). By chance six of twelve stand first once in 924 orders.
const hpingPorts: PacketSignature = {
  tool: "hping3",
  because: "source ports that count up by one with each probe, in packets that no system's own stack sends",
  weight: 5,
};
// hping3 3.a2, 11 of 12 recordings with ports that count (source: hping2 manual, -s). Systems that count theirs up send options.

/** Probes after which a habit shows. */
const FEW = 3;
const SEVERAL = 8;
const FURTHER_TRIES = 10;
/** Between the least and the most of nmap's times to live are 22; paths of one network differ by less than this. */
const TTL_SPREAD = 6;
const NMAP_SPREAD = 22;
/** What is left of 37 after the longest paths. Traces of routes come with less. */
const LEAST_TTL = 6;
/** One order in 900. */
const LEAST_LN_CHOICES = 6.8;

/** The tool that probes in this way. */
export function toolOfHabit(habit: ProbeHabit): PacketSignature | undefined {
  const { probes, leastSourcePort, mostSourcePort } = habit;
  if (probes < FEW || mostSourcePort === 0) return undefined;
  const spread = habit.mostTtl - habit.leastTtl;
  const range = mostSourcePort - leastSourcePort;
  const isRandom = spread >= TTL_SPREAD && spread <= NMAP_SPREAD && habit.leastTtl >= LEAST_TTL;
  if (range <= FURTHER_TRIES && isRandom) return nmapTtl;
  if (probes < SEVERAL) return undefined;
  const isCounting = range === probes - 1;
  const isSweep = habit.mostTargetPort - habit.leastTargetPort === probes - 1;
  if (isCounting && (habit.bare === probes || (habit.datagrams === probes && isSweep && spread === 0)))
    return hpingPorts;
  return isShuffled(habit) ? nmapOrder : undefined;
}

/** Whether all popular ports came first, which chance does not do, and in no order of theirs, which a list would have. */
function isShuffled({ probes, popular, popularFirst, descents }: ProbeHabit): boolean {
  return popular === popularFirst && descents >= 2 && lnChoices(probes, popular) >= LEAST_LN_CHOICES;
}

/** ln of how many ways there are to choose `few` of `all`. */
function lnChoices(all: number, few: number): number {
  let sum = 0;
  for (let i = 1; i <= Math.min(few, all - few); i++) sum += Math.log((all - i + 1) / i);
  return sum;
}

/** nmap.cc, `random_port_cheat`. */
const popularPorts = new Set([
  80, 23, 443, 21, 22, 25, 3389, 110, 445, 139, 143, 53, 135, 3306, 8080, 1723, 111, 995, 993, 5900, 1025, 587, 8888,
  199, 1720, 113, 554, 256,
]);

/** Whether nmap asks for this port before others. */
export function isPopularPort(port: number): boolean {
  return popularPorts.has(port);
}
