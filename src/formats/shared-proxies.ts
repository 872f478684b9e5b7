// Hot: once per request that came through a proxy or from a private address.

import type { AddressWords } from "../bytes/address.ts";
import { mix } from "../bytes/hash.ts";

/** Coverage's name for requests whose sender the log does not show. */
export const BEHIND_PROXY =
  "requests behind a shared proxy, told by its address only: let the server log the client (nginx: set_real_ip_from and " +
  "real_ip_header, or $http_x_forwarded_for; Apache: mod_remoteip; IIS: X-Forwarded-For as a custom field)";

/** Peers watched at once; the one with the fewest requests gives way. */
const PEERS = 64;
const BITMAP_WORDS = 8;

/** Requests after which a peer is judged, and the clients or programs that make it shared. */
const ENOUGH_REQUESTS = 200;
const ENOUGH_FORWARDED = 40;
const MANY_CLIENTS = 16;
const MANY_AGENTS = 8;

/**
 * Finds out which peers are proxies that many clients share (a reverse proxy, a load balancer, a content delivery
 * network), from the log alone and with bounded memory.
 *
 * - A **public** peer is one when it forwards many different clients most of whom come again. A client that forges a new
 *   forwarded address with each request does not get there, so it cannot hide behind its forgeries.
 * - A **private** peer that forwards nobody is one when it carries most of the log, with many programs, mostly with
 *   success. Its clients cannot be told apart, so its requests are counted as what the log hides instead of being held
 *   against it.
 */
export class SharedProxies {
  readonly #words = new Uint32Array(4 * PEERS);
  readonly #requests = new Uint32Array(PEERS);
  readonly #successes = new Uint32Array(PEERS);
  readonly #repeats = new Uint32Array(PEERS);
  readonly #shared = new Uint8Array(PEERS);
  /** Which of 256 hashes of forwarded clients, or of agents, were met. */
  readonly #met = new Uint32Array(BITMAP_WORDS * PEERS);
  readonly #distinct = new Uint32Array(PEERS);
  #all = 0;

  /** Counts a request that the public `words[peer]` forwarded for `words[client]`; whether the peer is a shared proxy. */
  isSharedBy(words: AddressWords, peer: number, client: number): boolean {
    const slot = this.#slotOf(words, peer);
    this.#requests[slot]! += 1;
    if (!this.#meet(slot, hashOf(words, client))) this.#repeats[slot]! += 1;
    if (this.#shared[slot] === 1) return true;
    const isShared =
      this.#requests[slot]! >= ENOUGH_FORWARDED &&
      this.#distinct[slot]! >= MANY_CLIENTS &&
      2 * this.#repeats[slot]! >= this.#requests[slot]!;
    if (isShared) this.#shared[slot] = 1;
    return isShared;
  }

  /** Counts a request of any client, for the share of a log that one address carries. */
  countRequest(): void {
    this.#all++;
  }

  /**
   * Counts a request that came from the private `words[at]` with no client forwarded, `agent` being any hash of its user
   * agent; whether that address only stands for others.
   */
  hidesClients(words: AddressWords, at: number, agent: number, status: number): boolean {
    const slot = this.#slotOf(words, at);
    this.#requests[slot]! += 1;
    if (status >= 200 && status < 400) this.#successes[slot]! += 1;
    this.#meet(slot, mix(agent, 0x5bd1e995));
    if (this.#shared[slot] === 1) return true;
    const requests = this.#requests[slot]!;
    const isShared =
      requests >= ENOUGH_REQUESTS &&
      2 * requests >= this.#all &&
      2 * this.#successes[slot]! >= requests &&
      this.#distinct[slot]! >= MANY_AGENTS;
    if (isShared) this.#shared[slot] = 1;
    return isShared;
  }

  /** Notes a hash; false when it was met before. */
  #meet(slot: number, hash: number): boolean {
    const word = slot * BITMAP_WORDS + ((hash >>> 5) & (BITMAP_WORDS - 1));
    const bit = 1 << (hash & 31);
    if ((this.#met[word]! & bit) !== 0) return false;
    this.#met[word]! |= bit;
    this.#distinct[slot]! += 1;
    return true;
  }

  #slotOf(words: AddressWords, at: number): number {
    let fewest = 0;
    for (let slot = 0; slot < PEERS; slot++) {
      const own = slot * 4;
      if (
        this.#words[own + 3] === words[at + 3] &&
        this.#words[own + 2] === words[at + 2] &&
        this.#words[own + 1] === words[at + 1] &&
        this.#words[own] === words[at]
      ) {
        return slot;
      }
      const rank = this.#requests[slot]! + 0x7fffffff * this.#shared[slot]!;
      if (rank < this.#requests[fewest]! + 0x7fffffff * this.#shared[fewest]!) fewest = slot;
    }
    for (let w = 0; w < 4; w++) this.#words[fewest * 4 + w] = words[at + w]!;
    this.#requests[fewest] = 0;
    this.#successes[fewest] = 0;
    this.#repeats[fewest] = 0;
    this.#shared[fewest] = 0;
    this.#distinct[fewest] = 0;
    this.#met.fill(0, fewest * BITMAP_WORDS, (fewest + 1) * BITMAP_WORDS);
    return fewest;
  }
}

function hashOf(words: AddressWords, at: number): number {
  return mix(mix(words[at]!, words[at + 1]!), mix(words[at + 2]!, words[at + 3]!));
}
