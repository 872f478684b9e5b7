// Hot: once per observation, of the first 200,000.

import { isIpv4, isUnknown } from "../bytes/address.ts";
import { addressScope } from "../bytes/address-scope.ts";
import { mix } from "../bytes/hash.ts";
import type { Batch } from "./batch.ts";
import { KeyTable } from "./key-table.ts";
import { type Prefix, parsePrefix, prefixHas, prefixOf } from "./prefix.ts";
import { Kind, Outcome, Transport } from "./vocabulary.ts";

/** A network that takes part: an IPv4 /24 or an IPv6 /64, the sizes that are handed out whole, or the loopback network. */
export interface TrafficNet {
  readonly prefix: Prefix;
  readonly family: 4 | 6;
  readonly isPrivate: boolean;
  /** The host that was captured on, talking to itself. */
  readonly isLoopback: boolean;
  /** Addresses of it that were seen. */
  readonly hosts: number;
  /** The first of them. */
  readonly firstHost: Prefix;
}

/** All that one network asked another. */
export interface TrafficEdge {
  /** Index of the network that asked, and of the one that was asked; they may be the same. */
  readonly source: number;
  readonly target: number;
  /** Distinct things asked for: (target, port) of contacts, (target, path) of requests. */
  readonly questions: number;
  /** There is more than name look-ups, time, discovery and ping. */
  readonly isLive: boolean;
  /** Something of that was answered. */
  readonly isAnswered: boolean;
  /** Some source of it does not behave like a scanner. */
  readonly isOrdinary: boolean;
}

const NET_BITS_IPV4 = 96 + 24;
const NET_BITS_IPV6 = 64;

/** Pairs of hosts that are remembered; when there are more, a sample of them, so that a flood of forged sources costs little. */
const MOST_PAIRS = 1 << 14;

/** Who asked whom for what, counted by pair of hosts: what home inference rests on. */
export class HomeTraffic {
  readonly #hosts = new KeyTable(4);
  #pairs = new KeyTable(2);
  readonly #questions = new KeyTable(3);
  /** By host. */
  #contacts = new Uint32Array(1024);
  #contactsFailed = new Uint32Array(1024);
  #requests = new Uint32Array(1024);
  #requestsFailed = new Uint32Array(1024);
  /** By pair. */
  #asked = new Uint32Array(MOST_PAIRS);
  #isLive = new Uint8Array(MOST_PAIRS);
  #isAnswered = new Uint8Array(MOST_PAIRS);
  #sampleOf = new Uint32Array(MOST_PAIRS);
  /** Pairs whose hash has one of these bits set are not in the sample. */
  #unsampled = 0;
  readonly #key = new Uint32Array(3);

  observe(batch: Batch, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const kind = batch.kind[row]!;
      if (kind !== Kind.contact && kind !== Kind.request) continue;
      const at = row * 4;
      if (isUnknown(batch.target, at) || addressScope(batch.target, at) === "none") continue;
      if (addressScope(batch.source, at) === "none") continue;
      const sample = pairHash(batch, at);
      if ((sample & this.#unsampled) === 0) this.#count(batch, row, kind, sample);
    }
  }

  #count(batch: Batch, row: number, kind: number, sample: number): void {
    const source = this.#hosts.add(batch.source, row * 4);
    const target = this.#hosts.add(batch.target, row * 4);
    this.#makeRoom();
    const key = this.#key;
    key[0] = source;
    key[1] = target;
    key[2] = kind === Kind.contact ? (batch.transport[row]! << 16) | batch.targetPort[row]! : pathKey(batch, row);
    if (this.#pairs.size === MOST_PAIRS) this.#thin();
    const pair = this.#pairs.add(key);
    this.#sampleOf[pair] = sample;
    if (!isHousekeeping(batch, row, kind)) {
      this.#isLive[pair] = 1;
      if (isAnswer(batch, row, kind)) this.#isAnswered[pair] = 1;
    }
    const before = this.#questions.size;
    this.#questions.add(key);
    if (this.#questions.size === before) return;
    this.#asked[pair]!++;
    if (kind === Kind.contact) {
      this.#contacts[source]!++;
      if (hasFailed(batch.outcome[row]!)) this.#contactsFailed[source]!++;
    } else {
      this.#requests[source]!++;
      if (batch.status[row]! >= 400) this.#requestsFailed[source]!++;
    }
  }

  #makeRoom(): void {
    if (this.#hosts.size < this.#contacts.length) return;
    this.#contacts = doubled(this.#contacts);
    this.#contactsFailed = doubled(this.#contactsFailed);
    this.#requests = doubled(this.#requests);
    this.#requestsFailed = doubled(this.#requestsFailed);
  }

  /** Halves the sample. What was counted of hosts stays: it is only ever compared with itself. */
  #thin(): void {
    this.#unsampled = (this.#unsampled << 1) | 1;
    const { keys, size } = this.#pairs;
    this.#pairs = new KeyTable(2);
    for (let pair = 0; pair < size; pair++) {
      if ((this.#sampleOf[pair]! & this.#unsampled) !== 0) continue;
      const kept = this.#pairs.add(keys, pair * 2);
      for (const column of [this.#asked, this.#isLive, this.#isAnswered, this.#sampleOf]) column[kept] = column[pair]!;
    }
    for (const column of [this.#asked, this.#isLive, this.#isAnswered]) column.fill(0, this.#pairs.size);
  }

  /**
   * Whether a host mostly asks for what is not there. A visitor misses now and then; one that misses three times in five,
   * over at least ten services or twenty pages, is guessing.
   */
  #guesses(host: number): boolean {
    return (
      (this.#contacts[host]! >= 10 && this.#contactsFailed[host]! >= 0.6 * this.#contacts[host]!) ||
      (this.#requests[host]! >= 20 && this.#requestsFailed[host]! >= 0.6 * this.#requests[host]!)
    );
  }

  /** Whether no observation has said who was asked. */
  get isEmpty(): boolean {
    return this.#hosts.size === 0;
  }

  /** There were more pairs of hosts than are remembered. */
  get isSample(): boolean {
    return this.#unsampled !== 0;
  }

  /** What was seen, by network. */
  byNetwork(): { readonly nets: readonly TrafficNet[]; readonly edges: readonly TrafficEdge[] } {
    const nets = new NetList(this.#hosts.keys);
    const table = new KeyTable(2);
    const edges: { -readonly [K in keyof TrafficEdge]: TrafficEdge[K] }[] = [];
    const key = new Uint32Array(2);
    for (let pair = 0; pair < this.#pairs.size; pair++) {
      const host = this.#pairs.keys[pair * 2]!;
      key[0] = nets.indexOf(host);
      key[1] = nets.indexOf(this.#pairs.keys[pair * 2 + 1]!);
      const number = table.add(key);
      if (number === edges.length) {
        const none = { questions: 0, isLive: false, isAnswered: false, isOrdinary: false };
        edges.push({ source: key[0], target: key[1], ...none });
      }
      const edge = edges[number]!;
      edge.questions += this.#asked[pair]!;
      edge.isLive ||= this.#isLive[pair] === 1;
      edge.isAnswered ||= this.#isAnswered[pair] === 1;
      edge.isOrdinary ||= this.#isLive[pair] === 1 && !this.#guesses(host);
    }
    return { nets: nets.all, edges };
  }
}

/** RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3. */
const loopbacks: readonly Prefix[] = ["127.0.0.0/8", "::1/128"].map((text) => parsePrefix(text)!);

/** The networks of hosts. */
class NetList {
  readonly all: (TrafficNet & { hosts: number })[] = [];
  readonly #hostKeys: Uint32Array;
  readonly #table = new KeyTable(4);
  readonly #byHost = new Map<number, number>();

  constructor(hostKeys: Uint32Array) {
    this.#hostKeys = hostKeys;
  }

  indexOf(host: number): number {
    const known = this.#byHost.get(host);
    if (known !== undefined) return known;
    const at = host * 4;
    const family = isIpv4(this.#hostKeys, at) ? 4 : 6;
    const loopback = loopbacks.find((each) => prefixHas(each, this.#hostKeys, at));
    const prefix = loopback ?? prefixOf(this.#hostKeys, at, family === 4 ? NET_BITS_IPV4 : NET_BITS_IPV6);
    const index = this.#table.add(prefix.words);
    if (index === this.all.length) {
      const isPrivate = addressScope(this.#hostKeys, at) === "private";
      const firstHost = prefixOf(this.#hostKeys, at, 128);
      this.all.push({ prefix, family, isPrivate, isLoopback: loopback !== undefined, hosts: 0, firstHost });
    }
    this.all[index]!.hosts++;
    this.#byHost.set(host, index);
    return index;
  }
}

function pairHash({ source, target }: Batch, at: number): number {
  return mix(mix(source[at + 1]!, source[at + 3]!), mix(target[at + 1]!, target[at + 3]!));
}

function pathKey(batch: Batch, row: number): number {
  // The highest bit is never set for contacts, whose key is the transport and port.
  return (batch.texts.hashLow[batch.path[row]!]! | 0x80000000) >>> 0;
}

function hasFailed(outcome: number): boolean {
  return (
    outcome === Outcome.refused ||
    outcome === Outcome.silent ||
    outcome === Outcome.unreachable ||
    outcome === Outcome.denied
  );
}

function isAnswer(batch: Batch, row: number, kind: number): boolean {
  return kind === Kind.request ? batch.status[row] !== 0 : batch.outcome[row] === Outcome.answered;
}

/** Ports of what every host does without being told to: DNS, DHCP, NTP, NetBIOS, SSDP, WS-Discovery, mDNS, LLMNR. */
const housekeepingPorts: ReadonlySet<number> = new Set([53, 67, 68, 123, 137, 138, 546, 547, 1900, 3702, 5353, 5355]);

function isHousekeeping(batch: Batch, row: number, kind: number): boolean {
  if (kind !== Kind.contact) return false;
  const transport = batch.transport[row]!;
  if (transport === Transport.udp) return housekeepingPorts.has(batch.targetPort[row]!);
  return transport === Transport.icmp || transport === Transport.icmpv6;
}

function doubled(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(column.length * 2);
  next.set(column);
  return next;
}
