import { isIpv4 } from "../bytes/address.ts";
import { mixSigned } from "../bytes/hash.ts";
import type { Batch } from "../observations/batch.ts";
import { Count, type Estate, ResourceKind } from "../observations/estate.ts";
import { Known, Outcome, TcpFlag, Transport } from "../observations/vocabulary.ts";
import { Class } from "./classes.ts";
import { resourceTag } from "./lessons.ts";

const POPULAR = 2;
const POPULAR_MISS = 3;

/** First port and number of ports of the UDP traceroute convention (traceroute(8), V. Jacobson): 30 hops, 3 probes each. */
const TRACEROUTE_PORT = 33_434;
const TRACEROUTE_PORTS = 100;

/** Ports that people's own software connects to: web, mail, names, remote work, time, telephony (IANA service names). */
const tcpPortsInUse = new Set([
  80, 443, 25, 465, 587, 143, 993, 110, 995, 53, 853, 22, 21, 8080, 8443, 5222, 5269, 1723,
]);
const udpPortsInUse = new Set([53, 443, 123, 500, 4500, 1194, 51820, 3478, 5060]);

/** The hashes of a contact's resource and containers, signed; a reused record. */
export interface ContactKeys {
  low: number;
  high: number;
  host: number;
  port: number;
  /** The port after conventions are folded: all traceroute ports are one, ICMP types of one message are one. */
  foldedPort: number;
}

export function readContactKeys(batch: Batch, row: number, out: ContactKeys): void {
  const at = row * 4;
  const transport = batch.transport[row]!;
  const t = batch.target;
  const host = mixSigned(mixSigned(t[at]! | 0, t[at + 1]! | 0), mixSigned(t[at + 2]! | 0, t[at + 3]! | 0));
  const port = foldedPort(transport, batch.targetPort[row]!);
  const service = (transport << 16) | port;
  out.foldedPort = port;
  out.low = mixSigned(mixSigned(ResourceKind.service, host), service);
  out.high = mixSigned(mixSigned(host, service), ResourceKind.service);
  out.host = mixSigned(ResourceKind.host, host);
  out.port = mixSigned(ResourceKind.port, service);
}

/** The resource of another port on the contact's host. */
export function serviceKeys(batch: Batch, row: number, transport: number, port: number, out: ContactKeys): void {
  const at = row * 4;
  const t = batch.target;
  const host = mixSigned(mixSigned(t[at]! | 0, t[at + 1]! | 0), mixSigned(t[at + 2]! | 0, t[at + 3]! | 0));
  const service = (transport << 16) | port;
  out.low = mixSigned(mixSigned(ResourceKind.service, host), service);
  out.high = mixSigned(mixSigned(host, service), ResourceKind.service);
}

function foldedPort(transport: number, port: number): number {
  if (transport === Transport.udp && port >= TRACEROUTE_PORT && port < TRACEROUTE_PORT + TRACEROUTE_PORTS)
    return TRACEROUTE_PORT;
  if (transport === Transport.icmp || transport === Transport.icmpv6) return port & 0xff00;
  return port;
}

/** Whether a contact is somebody trying something: not an answer, not the tail of an old conversation. */
export function isAttempt(batch: Batch, row: number): boolean {
  if (batch.transport[row] !== Transport.tcp || (batch.known[row]! & Known.tcp) === 0) return true;
  const flags = batch.tcpFlags[row]!;
  if (flags & TcpFlag.rst) return false;
  if ((flags & (TcpFlag.syn | TcpFlag.ack)) === (TcpFlag.syn | TcpFlag.ack)) return false;
  if (flags & TcpFlag.syn) return true;
  // Without SYN it may be a late packet of a closed connection, unless the input can say how it ended.
  return (flags & TcpFlag.ack) === 0 || batch.outcome[row] !== Outcome.unknown;
}

/**
 * Services that agree with their clients on further ports of the same host: FTP (RFC 959, section 3.2: PASV), RTSP, the
 * endpoint mapper of DCE/RPC; TURN (RFC 8656) and SIP, whose media flow over UDP.
 */
const tcpAgreements = [21, 554, 135];
const udpAgreements = [3478, 5349, 5060, 5061, 554, 69];
const noAgreements: readonly number[] = [];

/** Ports whose use by the same source explains that it turns to this one. */
export function agreementsFor(transport: number, port: number): readonly number[] {
  if (port < 1024) return noAgreements;
  return transport === Transport.tcp ? tcpAgreements : transport === Transport.udp ? udpAgreements : noAgreements;
}

/**
 * The class of a contact with something this actor had not tried before.
 * @param own how many of the service's visitors are the actor itself
 */
export function classOfContact(estate: Estate, batch: Batch, row: number, keys: ContactKeys, own: number): number {
  const service = estate.find(keys.low, resourceTag(keys.high));
  const hits = Math.max(0, estate.get(service, Count.hits) - own);
  const misses = estate.get(service, Count.misses);
  const outcome = batch.outcome[row]!;
  const portInUse = isPortInUse(estate, batch, row, keys);
  if (outcome === Outcome.answered || outcome === Outcome.admitted || outcome === Outcome.unknown) {
    if (hits >= POPULAR) return Class.popularService;
    if (hits > 0) return Class.knownService;
    if (portInUse) return Class.newService;
    return outcome === Outcome.answered ? Class.oddService : Class.admittedPort;
  }
  if (misses >= POPULAR_MISS || hits >= POPULAR) return Class.failingService;
  const hostInUse = estate.get(estate.find(keys.host, keys.host), Count.hits) > 0;
  if (hostInUse) return portInUse ? Class.closedPort : Class.unusedPort;
  return portInUse ? Class.unusedAddress : Class.dark;
}

function isPortInUse(estate: Estate, batch: Batch, row: number, keys: ContactKeys): boolean {
  const transport = batch.transport[row]!;
  if (transport === Transport.tcp && tcpPortsInUse.has(keys.foldedPort)) return true;
  if (transport === Transport.udp && udpPortsInUse.has(keys.foldedPort)) return true;
  if (transport === Transport.icmp || transport === Transport.icmpv6) return isEcho(batch, row);
  return estate.get(estate.find(keys.port, keys.port), Count.hits) >= POPULAR;
}

function isEcho(batch: Batch, row: number): boolean {
  const type = batch.targetPort[row]! >>> 8;
  return type === (isIpv4(batch.target, row * 4) ? 8 : 128);
}
