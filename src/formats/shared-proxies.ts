// Hot: once per request that came through a proxy or from a private address.

import type { AddressWords } from "../bytes/address.ts";
import { mix } from "../bytes/hash.ts";

/** Coverage's name for requests whose sender the log does not show. */
export const BEHIND_PROXY =
  "requests behind a shared proxy, told by its address only: let the server log the client (nginx: set_real_ip_from and " +
  "real_ip_header, or $http_x_forwarded_for; Apache: mod_remoteip; IIS: X-Forwarded-For as a custom field)";

/** Coverage's name for requests of clients whose addresses the log does not hold in full. */
export const CUT_ADDRESSES =
  "requests of anonymised clients, whose addresses end in a zero: each may be many people, and those that several programs use are " +
  "left out; let the server log whole addresses, if only for a few days";

/** Proxies watched at once, and addresses that may be edges of a delivery network; whoever comes last takes a place. */
const CARRIERS = 64;
const EDGES = 512;
const BITMAP_WORDS = 8;

/** Requests after which a peer is judged, and the clients or programs that make it shared. */
const ENOUGH_REQUESTS = 200;
const ENOUGH_FORWARDED = 40;
const MANY_CLIENTS = 16;
const MANY_AGENTS = 8;
/** The same of one edge of many: a delivery network spreads its clients, so each of its addresses shows few of them. */
const ENOUGH_OF_AN_EDGE = 24;
const AGENTS_OF_AN_EDGE = 5;
/** How much of a log edges carry together before any address counts as one, and how many there are of them. */
const SHARE_OF_EDGES = 0.8;
const MANY_EDGES = 4;
/** A single public address must carry as much of at least so many requests, with so many programs: a scanner has several, too. */
const ENOUGH_OF_A_SINGLE_EDGE = 1000;
const AGENTS_OF_A_SINGLE_EDGE = 16;
/** So many peers that forward others tell together that the server stands behind proxies, when they carry this share of the log. */
const MANY_FORWARDERS = 4;
const SHARE_OF_FORWARDERS = 0.9;
/** A log is anonymised when this share of its requests are of addresses that end in a zero, and there are several of those. */
const SHARE_OF_CUT = 0.9;
const MANY_CUT = 8;
/** Programs that make an anonymised address many people's: one person has a browser and its helpers. */
const AGENTS_OF_A_CUT = 3;
/** After so many requests a log that is mostly asked by single clients is no longer watched for edges. */
const WATCHED_FOR_EDGES = 65_536;

/**
 * Finds out which peers are proxies that many clients share (a reverse proxy, a load balancer, a content delivery
 * network), from the log alone and with bounded memory.
 *
 * - A **public** peer is one when it forwards many different clients most of whom come again, mostly with success. A client that
 *   forges a new forwarded address with each request, or guesses, does not get there, so it cannot hide behind its forgeries.
 * - **Public** peers that forward others are proxies too when there are several, nearly all of the log came through them, and
 *   most of whom they forward come again: a network with many edges shows few clients at each.
 * - **Public** peers that forward nobody stand for others when some together carry most of the log, each with several programs
 *   and mostly with success, or one alone with many: the network's addresses are logged in place of its clients'.
 * - A **private** peer that forwards nobody is one when it carries most of the log, with many programs, mostly with
 *   success. Its clients cannot be told apart, so its requests are counted as what the log hides instead of being held
 *   against it; so are those of edges.
 * - **Anonymised** addresses, whose last part is zero in all of a log, are many people's when they use several programs.
 */
export class SharedProxies {
  readonly #carriers = new PeerTable(CARRIERS);
  readonly #edges = new PeerTable(EDGES);
  #all = 0;
  /** Requests that public peers forwarded, how many of them for clients met before, and how many peers and clients there are. */
  #forwarded = 0;
  #forwardedAgain = 0;
  #forwardedWell = 0;
  #forwarders = 0;
  #clients = 0;
  readonly #clientsMet = new Uint32Array(32);
  /** Requests of addresses that look like edges. */
  #ofEdges = 0;
  #edgeCount = 0;
  /** Requests of addresses that end in a zero, how many of them were told, and which of those addresses were met. */
  #cut = 0;
  #cutTold = 0;
  #cutAddresses = 0;
  readonly #cutMet = new Uint32Array(32);

  /**
   * Counts a request that the public `words[peer]` forwarded for `words[client]`, and what it was answered (0 when that is not known);
   * whether the peer is a shared proxy.
   */
  isSharedBy(words: AddressWords, peer: number, client: number, status: number): boolean {
    const peers = this.#carriers;
    const slot = peers.slotOf(words, peer);
    const hash = hashOf(words, client);
    if (peers.requests[slot] === 0) this.#forwarders++;
    peers.requests[slot]! += 1;
    if (!peers.meet(slot, hash)) peers.repeats[slot]! += 1;
    const isSuccess = status < 400;
    if (isSuccess) peers.successes[slot]! += 1;
    this.#countForwarded(hash, isSuccess);
    if (peers.shared[slot] === 1 || this.#isBehindProxies()) return true;
    const isShared =
      peers.requests[slot]! >= ENOUGH_FORWARDED &&
      peers.distinct[slot]! >= MANY_CLIENTS &&
      2 * peers.repeats[slot]! >= peers.requests[slot]! &&
      2 * peers.successes[slot]! >= peers.requests[slot]!;
    if (isShared) peers.shared[slot] = 1;
    return isShared;
  }

  /**
   * Counts a request of any client, for the share of a log that some addresses carry. Returns how many requests are now known to be
   * of anonymised clients that were not before: 0 in logs of whole addresses.
   */
  countRequest(words: AddressWords, at: number): number {
    this.#all++;
    if ((words[at + 3]! & 255) !== 0) return 0;
    this.#cut++;
    if (meets(this.#cutMet, hashOf(words, at))) this.#cutAddresses++;
    if (!this.isAnonymised) return 0;
    const more = this.#cut - this.#cutTold;
    this.#cutTold = this.#cut;
    return more;
  }

  /** Whether the log holds addresses without their last part. */
  get isAnonymised(): boolean {
    return this.#all >= ENOUGH_REQUESTS && this.#cut >= SHARE_OF_CUT * this.#all && this.#cutAddresses >= MANY_CUT;
  }

  /**
   * Counts a request that came from the private `words[at]` with no client forwarded, `agent` being any hash of its user
   * agent; whether that address only stands for others.
   */
  hidesClients(words: AddressWords, at: number, agent: number, status: number): boolean {
    const peers = this.#carriers;
    const slot = peers.slotOf(words, at);
    peers.countAnswer(slot, agent, status);
    if (peers.shared[slot] === 1) return true;
    const requests = peers.requests[slot]!;
    const isShared = requests >= ENOUGH_REQUESTS && 2 * requests >= this.#all && peers.looksShared(slot, MANY_AGENTS);
    if (isShared) peers.shared[slot] = 1;
    return isShared;
  }

  /** Whether edges are still looked for, so that `isEdge` is to be asked. */
  get watchesEdges(): boolean {
    return this.#all <= WATCHED_FOR_EDGES || 2 * this.#ofEdges >= this.#all || this.isAnonymised;
  }

  /** The same of the public `words[at]`: whether it is one of the addresses of a delivery network, or anonymised and many people's. */
  isEdge(words: AddressWords, at: number, agent: number, status: number): boolean {
    const peers = this.#edges;
    const slot = peers.slotOf(words, at);
    peers.countAnswer(slot, agent, status);
    if (this.isAnonymised) return peers.looksShared(slot, AGENTS_OF_A_CUT);
    const requests = peers.requests[slot]!;
    if (requests < ENOUGH_OF_AN_EDGE || !peers.looksShared(slot, AGENTS_OF_AN_EDGE)) return false;
    if (3 * peers.successes[slot]! < 2 * requests) return false;
    if (peers.shared[slot] === 0) this.#edgeCount++;
    this.#ofEdges += peers.shared[slot] === 1 ? 1 : requests;
    peers.shared[slot] = 1;
    if (this.#all < ENOUGH_REQUESTS || this.#ofEdges < SHARE_OF_EDGES * this.#all) return false;
    if (this.#edgeCount >= MANY_EDGES) return true;
    return requests >= ENOUGH_OF_A_SINGLE_EDGE && peers.distinct[slot]! >= AGENTS_OF_A_SINGLE_EDGE;
  }

  #countForwarded(hash: number, isSuccess: boolean): void {
    this.#forwarded++;
    if (isSuccess) this.#forwardedWell++;
    if (meets(this.#clientsMet, hash)) this.#clients++;
    else this.#forwardedAgain++;
  }

  #isBehindProxies(): boolean {
    return (
      this.#forwarded >= ENOUGH_FORWARDED &&
      this.#forwarders >= MANY_FORWARDERS &&
      this.#clients >= MANY_CLIENTS &&
      2 * this.#forwardedAgain >= this.#forwarded &&
      2 * this.#forwardedWell >= this.#forwarded &&
      this.#forwarded >= SHARE_OF_FORWARDERS * this.#all
    );
  }
}

/** What is known of some addresses, each in a place that its hash tells. */
class PeerTable {
  readonly requests: Uint32Array;
  readonly repeats: Uint32Array;
  readonly shared: Uint8Array;
  readonly distinct: Uint32Array;
  readonly successes: Uint32Array;
  readonly #words: Uint32Array;
  /** Which of 256 hashes of forwarded clients, or of agents, were met. */
  readonly #met: Uint32Array;

  constructor(size: number) {
    this.requests = new Uint32Array(size);
    this.repeats = new Uint32Array(size);
    this.shared = new Uint8Array(size);
    this.distinct = new Uint32Array(size);
    this.#words = new Uint32Array(4 * size);
    this.successes = new Uint32Array(size);
    this.#met = new Uint32Array(BITMAP_WORDS * size);
  }

  slotOf(words: AddressWords, at: number): number {
    const slot = hashOf(words, at) & (this.shared.length - 1);
    const own = slot * 4;
    const isOwn =
      this.#words[own + 3] === words[at + 3] &&
      this.#words[own + 2] === words[at + 2] &&
      this.#words[own + 1] === words[at + 1] &&
      this.#words[own] === words[at];
    if (!isOwn) this.#take(slot, words, at);
    return slot;
  }

  countAnswer(slot: number, agent: number, status: number): void {
    this.requests[slot]! += 1;
    if (status >= 200 && status < 400) this.successes[slot]! += 1;
    this.meet(slot, mix(agent, 0x5bd1e995));
  }

  /** Several programs, mostly with success. */
  looksShared(slot: number, agents: number): boolean {
    return this.distinct[slot]! >= agents && 2 * this.successes[slot]! >= this.requests[slot]!;
  }

  /** Notes a hash; false when it was met before. */
  meet(slot: number, hash: number): boolean {
    const word = slot * BITMAP_WORDS + ((hash >>> 5) & (BITMAP_WORDS - 1));
    const bit = 1 << (hash & 31);
    if ((this.#met[word]! & bit) !== 0) return false;
    this.#met[word]! |= bit;
    this.distinct[slot]! += 1;
    return true;
  }

  #take(slot: number, words: AddressWords, at: number): void {
    for (let w = 0; w < 4; w++) this.#words[slot * 4 + w] = words[at + w]!;
    this.requests[slot] = 0;
    this.successes[slot] = 0;
    this.repeats[slot] = 0;
    this.shared[slot] = 0;
    this.distinct[slot] = 0;
    for (let w = 0; w < BITMAP_WORDS; w++) this.#met[slot * BITMAP_WORDS + w] = 0;
  }
}

/** Notes a hash in a bitmap of 1,024; whether it was not met before. */
function meets(met: Uint32Array, hash: number): boolean {
  const word = (hash >>> 5) & 31;
  const bit = 1 << (hash & 31);
  const isNew = (met[word]! & bit) === 0;
  met[word]! |= bit;
  return isNew;
}

function hashOf(words: AddressWords, at: number): number {
  return mix(mix(words[at]!, words[at + 1]!), mix(words[at + 2]!, words[at + 3]!));
}
