/** Bits of a flow's STATE word. */
export const Phase = {
  mask: 7,
  /** The initiator asked; the outcome is open. */
  asked: 1,
  /** First seen in the middle: an acknowledgement or data without a beginning. */
  middle: 2,
  /** First seen was an answer (SYN-ACK, a datagram from a service port) to something the capture did not show. */
  answerFirst: 3,
  /** The contact is told, or there is none to tell. */
  told: 4,
} as const;

/** A firewall let its first packet pass. */
export const ADMITTED = 1 << 3;
/** Which end began: 0 or 1, in this bit. */
export const INITIATOR_SHIFT = 4;
export const INITIATOR = 1 << INITIATOR_SHIFT;
/** End 0 sent a FIN; end 1 is the next bit. */
export const FIN_SHIFT = 5;
export const FIN_BOTH = 3 << FIN_SHIFT;
/** Reset, refused, silent or closed by both: what comes now is late, or a new flow. */
export const CLOSED = 1 << 7;
/** WANTED of end 0 is known; end 1 is the next bit. */
export const SYNCED_SHIFT = 8;
export const TWO_WAY = 1 << 10;
export const DATA = 1 << 11;
/** The initiator is certain: it was seen to begin, or what it says tells. */
export const SURE = 1 << 12;
/** End that sent the first packet. */
export const FIRST_SHIFT = 13;
export const FIRST = 1 << FIRST_SHIFT;
/** The first packet was a SYN, so whatever follows from the initiator means it was answered. */
export const BEGAN = 1 << 14;
/** The target never took part; kept only to recognise retransmissions. */
export const UNANSWERED = 1 << 15;
/** Bits of `Known` for the first packet, four of them. */
export const KNOWN_SHIFT = 16;
/** Packets seen while the outcome was open, up to seven. */
export const PACKETS_SHIFT = 20;
export const PACKETS = 7 << PACKETS_SHIFT;
/** The first packet came when the capture had run for a while. */
export const LATE = 1 << 23;
/** Upper eight bits of the first packet's position. */
export const POSITION_SHIFT = 24;

/** How many packets a state has counted. */
export function packetsOf(state: number): number {
  return (state & PACKETS) >>> PACKETS_SHIFT;
}

/** A state with one packet more. */
export function withPacket(state: number): number {
  return (state & PACKETS) === PACKETS ? state : state + (1 << PACKETS_SHIFT);
}

/**
 * Whether, of two ports, the first looks like a service's: under 1024, or registered while the other is in the range that
 * systems give to clients (32768 and up on Linux; IANA starts at 49152).
 */
export function looksLikeService(port: number, other: number): boolean {
  return port < other && (port < 1024 || (port < 32768 && other >= 32768));
}
