// Hot: once or twice per line; measured by bench/lines.ts.
import { WordTable } from "../../bytes/word-table.ts";
import { Outcome } from "../../observations/vocabulary.ts";

/** What the action words of firewalls say. */
export const Action = {
  /** No action, or a word we do not know. */
  unknown: 0,
  /** It was let through. */
  permitted: 1,
  /** It was dropped, or refused in the firewall's own name. */
  denied: 2,
  /** A connection ended as connections end. */
  closed: 3,
  /** The client, the server, ended it with RST. */
  clientReset: 4,
  serverReset: 5,
  /** It ended because nothing more came. */
  timedOut: 6,
  /** It was let through just now. */
  opened: 7,
} as const;
export type Action = (typeof Action)[keyof typeof Action];

const wordsByAction: readonly (readonly [Action, string])[] = [
  [
    Action.permitted,
    "allow allowed accept accepted permit permitted permits pass passed passthrough trust trusted monitor monitored " +
      "forward forwarded detect detected alert alerted success successful bypass encrypt decrypt " +
      "est-allowed log continue override dns exempt authorize authorized redirect pass-through notified " +
      "info-allow fast-path fastpath open-allow analyzed mgmt",
  ],
  [
    Action.denied,
    "deny denied drop dropped drops block blocked blocks reject rejected reset reset-both reset-client reset-server " +
      "drop-icmp block-url block-continue block-override block-ip block-override random-drop sinkhole syncookie-sent " +
      "prevent prevented clear_session clear-session drop_session discard discarded deny-icmp info-drop info-reject " +
      "info-close open-fail reset_both reset_client reset_server violation-block quarantine quarantined",
  ],
  [Action.opened, "start started open opened built create created session-init"],
  [Action.closed, "close closed stop stopped end ended finish finished teardown removed"],
  [Action.clientReset, "client-rst tcp-rst-from-client"],
  [Action.serverReset, "server-rst tcp-rst-from-server"],
  [Action.timedOut, "timeout ip-conn aged-out expire expired"],
];

const words = wordsByAction.flatMap(([action, list]) => list.split(" ").map((word) => [word, action] as const));
const actionWords = new WordTable(words.map(([word]) => word));
const actions = Uint8Array.from(words, ([, action]) => action);

/** What `bytes[start, end)` says; of several words (`Block with reset`, `DENY-SILENT`) the first that says anything. */
export function actionAt(bytes: Uint8Array, start: number, end: number): Action {
  if (start < 0 || start >= end) return Action.unknown;
  const whole = actionWords.find(bytes, start, end);
  if (whole >= 0) return actions[whole] as Action;
  const stop = Math.min(end, start + 64);
  let at = start;
  for (let i = start; i <= stop; i++) {
    if (i < stop && isLetter(bytes[i]!)) continue;
    const word = i > at ? actionWords.find(bytes, at, i) : -1;
    if (word >= 0) return actions[word] as Action;
    at = i + 1;
  }
  return Action.unknown;
}

/**
 * How a contact ended, from the action and what came back: `received` counts the packets or bytes from the target, -1
 * when the record does not say; `isOver` tells that the record was written at the end, so nothing more will come.
 */
export function outcomeOf(action: Action, receivedPackets: number, receivedBytes: number, isOver: boolean): Outcome {
  const isAnswered = receivedPackets > 0 || receivedBytes > 0;
  const isSilent = !isAnswered && (receivedPackets === 0 || receivedBytes === 0);
  switch (action) {
    case Action.denied:
      return Outcome.denied;
    case Action.closed:
    case Action.clientReset:
      return isSilent ? Outcome.silent : Outcome.answered;
    case Action.serverReset:
      return isOnlyReset(receivedPackets, receivedBytes) ? Outcome.refused : Outcome.answered;
    case Action.timedOut:
      return isAnswered ? Outcome.answered : Outcome.silent;
    case Action.permitted:
      if (isAnswered) return Outcome.answered;
      return isSilent && isOver ? Outcome.silent : Outcome.admitted;
    case Action.opened:
      return isAnswered ? Outcome.answered : Outcome.admitted;
    case Action.unknown:
      return isAnswered ? Outcome.answered : Outcome.unknown;
  }
}

/** A RST is all the server sent: one packet of at most 60 bytes. */
function isOnlyReset(packets: number, bytes: number): boolean {
  if (packets >= 0) return packets <= 1;
  return bytes <= 60;
}

const protocols: Readonly<Record<string, number>> = {
  hopopt: 0,
  tcp: 6,
  udp: 17,
  icmp: 1,
  icmp6: 58,
  icmpv6: 58,
  "ipv6-icmp": 58,
  "icmp-v6": 58,
  "icmp for ipv6": 58,
  igmp: 2,
  igrp: 9,
  ipinip: 4,
  ipip: 4,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ipsec: 50,
  ah: 51,
  ahp: 51,
  eigrp: 88,
  ospf: 89,
  pim: 103,
  vrrp: 112,
  l2tp: 115,
  sctp: 132,
  udplite: 136,
  tcp_udp: 6,
};
const protocolWords = new WordTable(Object.keys(protocols));
const protocolNumbers = Uint8Array.from(Object.values(protocols));

/** IP protocol number that `bytes[start, end)` names or is, `tcp`, `TCP/IP`, `6`; -1 when it is neither. */
export function transportAt(bytes: Uint8Array, start: number, end: number): number {
  if (start < 0 || start >= end) return -1;
  if (isDigit(bytes[start]!)) {
    let value = 0;
    let i = start;
    for (; i < end && i < start + 4 && isDigit(bytes[i]!); i++) value = value * 10 + bytes[i]! - 48;
    return i === end && value <= 255 ? value : -1;
  }
  const word = protocolWords.find(bytes, start, end);
  if (word >= 0) return protocolNumbers[word]!;
  for (let i = start + 1; i < end && i < start + 8; i++) {
    if (bytes[i] !== 47) continue;
    const name = protocolWords.find(bytes, start, i);
    return name >= 0 ? protocolNumbers[name]! : -1;
  }
  return -1;
}

/** Ports that devices write by name (IANA), those that Cisco's commands know first. */
const ports: Readonly<Record<string, number>> = {
  "ftp-data": 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  dns: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  http: 80,
  www: 80,
  pop3: 110,
  sunrpc: 111,
  ident: 113,
  ntp: 123,
  "netbios-ns": 137,
  "netbios-dgm": 138,
  "netbios-ssn": 139,
  imap4: 143,
  imap: 143,
  snmp: 161,
  snmptrap: 162,
  bgp: 179,
  ldap: 389,
  https: 443,
  isakmp: 500,
  syslog: 514,
  rip: 520,
  ldaps: 636,
  imaps: 993,
  sqlnet: 1521,
  h323: 1720,
  pptp: 1723,
  radius: 1812,
  nfs: 2049,
  sip: 5060,
};
const portWords = new WordTable(Object.keys(ports));
const portNumbers = Uint16Array.from(Object.values(ports));

/** The port that `bytes[start, end)` is or names; -1 when it is neither. */
export function portAt(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) {
      const word = portWords.find(bytes, start, end);
      return word < 0 ? -1 : portNumbers[word]!;
    }
    value = value * 10 + digit;
    if (value > 65535) return -1;
  }
  return value;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

function isLetter(byte: number): boolean {
  return (byte | 32) >= 97 && (byte | 32) <= 122;
}
