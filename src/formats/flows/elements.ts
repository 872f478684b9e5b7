/** What an information element means for a flow; 0 is "of no interest". */
export const Role = {
  none: 0,
  sourceIpv4: 1,
  targetIpv4: 2,
  sourceIpv6: 3,
  targetIpv6: 4,
  sourcePort: 5,
  targetPort: 6,
  protocol: 7,
  flags: 8,
  packets: 9,
  answerPackets: 10,
  answerFlags: 11,
  icmp: 12,
  icmpType: 13,
  icmpCode: 14,
  startUptime: 15,
  startSeconds: 16,
  startMs: 17,
  startNtp: 18,
  startDeltaMicros: 19,
  endUptime: 20,
  endSeconds: 21,
  endMs: 22,
  eventMs: 23,
  systemInitMs: 24,
  firewallEvent: 25,
  forwardingStatus: 26,
  direction: 27,
  realTargetIpv4: 28,
  realTargetIpv6: 29,
  realTargetPort: 30,
  natEvent: 31,
  samplingInterval: 32,
  samplingSpace: 33,
  samplingSize: 34,
  samplingPopulation: 35,
  laterFlags: 36,
  laterAnswerFlags: 37,
} as const;

/** Elements by number (IANA "IP Flow Information Export (IPFIX) Entities"; NetFlow version 9, RFC 3954, section 8, has the same up to 127). */
const standard = new Map<number, number>([
  [2, Role.packets],
  [4, Role.protocol],
  [6, Role.flags],
  [7, Role.sourcePort],
  [8, Role.sourceIpv4],
  [11, Role.targetPort],
  [12, Role.targetIpv4],
  [21, Role.endUptime],
  [22, Role.startUptime],
  [27, Role.sourceIpv6],
  [28, Role.targetIpv6],
  [32, Role.icmp],
  [34, Role.samplingInterval],
  [50, Role.samplingInterval],
  [86, Role.packets],
  [89, Role.forwardingStatus],
  [139, Role.icmp],
  [150, Role.startSeconds],
  [151, Role.endSeconds],
  [152, Role.startMs],
  [153, Role.endMs],
  [154, Role.startNtp],
  [156, Role.startNtp],
  [158, Role.startDeltaMicros],
  [160, Role.systemInitMs],
  [176, Role.icmpType],
  [177, Role.icmpCode],
  [178, Role.icmpType],
  [179, Role.icmpCode],
  [180, Role.sourcePort],
  [181, Role.targetPort],
  [182, Role.sourcePort],
  [183, Role.targetPort],
  [226, Role.realTargetIpv4],
  [228, Role.realTargetPort],
  [230, Role.natEvent],
  [232, Role.answerPackets],
  [233, Role.firewallEvent],
  [239, Role.direction],
  [282, Role.realTargetIpv6],
  [298, Role.packets],
  [299, Role.answerPackets],
  [305, Role.samplingInterval],
  [306, Role.samplingSpace],
  [309, Role.samplingSize],
  [310, Role.samplingPopulation],
  [323, Role.eventMs],
  // Cisco ASA before 8.4.
  [40002, Role.realTargetIpv4],
  [40004, Role.realTargetPort],
  [40005, Role.firewallEvent],
]);

/** Elements of the other direction (RFC 5103, section 6.1). */
const REVERSE = 29305;
const reverse = new Map<number, number>([
  [1, Role.answerPackets],
  [2, Role.answerPackets],
  [6, Role.answerFlags],
  [85, Role.answerPackets],
  [86, Role.answerPackets],
]);

/** YAF's own (CERT): the flags of the first packet and of all later ones, and the same of the answer. */
const CERT = 6871;
const cert = new Map<number, number>([
  [14, Role.flags],
  [15, Role.laterFlags],
  [16398, Role.answerFlags],
  [16399, Role.laterAnswerFlags],
]);

/** The role of element `id` of an enterprise; 0 is IANA. */
export function roleOf(enterprise: number, id: number): number {
  if (enterprise === 0) return standard.get(id) ?? Role.none;
  if (enterprise === REVERSE) return reverse.get(id) ?? Role.none;
  return enterprise === CERT ? (cert.get(id) ?? Role.none) : Role.none;
}
