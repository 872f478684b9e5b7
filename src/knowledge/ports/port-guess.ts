import { Transport } from "../../observations/vocabulary.ts";
import { scannedTcpPorts, scannedUdpPorts } from "./port-lists.ts";

/**
 * P(port | a scanner picks one port): a mixture of three habits.
 *
 * - Half of all picks follow a list of what is exposed and attacked. Its weights fall as 1/(rank + 3): measured lists of
 *   scanned ports have such a heavy tail, and the 3 keeps the first from taking a tenth of everything alone.
 * - A fifth sweep the low ports, evenly over 1…1024: vertical scans begin there.
 * - The rest, three tenths, fall anywhere in 1…65535: full-range scans, and services moved to an odd port.
 *
 * The shares matter only in their order of magnitude: the judgement compares them with how often visitors use the port, which
 * differs by far more. Every port keeps a chance of at least 0.3/65535.
 */
const LISTED_SHARE = 0.5;
const LOW_SHARE = 0.2;
const ANY_SHARE = 0.3;
const LOW_PORTS = 1024;
const ALL_PORTS = 65_535;
/** ICMP has few questions that differ: an echo request is what nearly every sweep sends. */
const ECHO_GUESS = 0.8;
const OTHER_ICMP_GUESS = 0.02;
/** Protocols without known habits: as if any of a few hundred protocol numbers or ports were picked. */
const OTHER_GUESS = 1 / 256;

const tcpGuess = guesses(scannedTcpPorts);
const udpGuess = guesses(scannedUdpPorts);

/** See `Knowledge.portGuess`. */
export function portGuess(transport: number, port: number): number {
  switch (transport) {
    case Transport.tcp:
    case Transport.sctp:
      return tcpGuess[port & 0xffff]!;
    case Transport.udp:
      return udpGuess[port & 0xffff]!;
    case Transport.icmp:
      return port >> 8 === 8 ? ECHO_GUESS : OTHER_ICMP_GUESS;
    case Transport.icmpv6:
      return port >> 8 === 128 ? ECHO_GUESS : OTHER_ICMP_GUESS;
    default:
      return OTHER_GUESS;
  }
}

function guesses(list: readonly number[]): Float64Array {
  const ports = [...new Set(list)];
  const weights = ports.map((_, rank) => 1 / (rank + 3));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const guess = new Float64Array(ALL_PORTS + 1).fill(ANY_SHARE / ALL_PORTS);
  for (let port = 1; port <= LOW_PORTS; port++) guess[port]! += LOW_SHARE / LOW_PORTS;
  ports.forEach((port, rank) => {
    guess[port]! += (LISTED_SHARE * weights[rank]!) / total;
  });
  return guess;
}
