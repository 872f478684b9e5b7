// Hot: once per request that came through a proxy.

import { type AddressWords, parseAddress } from "../bytes/address.ts";
import { type AddressScope, addressScope } from "../bytes/address-scope.ts";
import type { SharedProxies } from "./shared-proxies.ts";

const SPACE = 32;
const QUOTE = 34;
const PLUS = 43;
const DASH = 45;
const COMMA = 44;
const COLON = 58;
/** `X.X.X.23` */
const MASK = 120;

/** More hops than that are forged. */
const MOST_HOPS = 16;

/** Why a client cannot be told; formats return it as their reject. */
export const NO_CLIENT = "client is not an address (masked, or absent)";
/** A name may stand for many hosts, and whoever holds an address writes any name for it: nobody can be judged by it. */
export const NAMED_CLIENT = "client is a host name, not an address (Apache: HostnameLookups Off)";

/** Why the client at `bytes[start, end)` cannot be told: what is no address there. */
export function reasonOfClient(bytes: Uint8Array, start: number, end: number): string {
  let dots = 0;
  let letters = 0;
  for (let at = start; at < end; at++) {
    const c = bytes[at]!;
    const lower = c | 32;
    if (c === 46) dots++;
    else if (lower >= 97 && lower <= 122) letters += lower === MASK ? 0 : 1;
    else if (c !== 45 && c !== 95 && !(c >= 48 && c <= 57)) return NO_CLIENT;
  }
  return dots > 0 && letters > 1 ? NAMED_CLIENT : NO_CLIENT;
}

/**
 * Who sent a request that came through proxies. Every hop appends whom it heard from, so a list such as X-Forwarded-For is
 * believable from its right end only as far as the hops are the estate's own: whoever sends a request may write what he
 * likes into the left of it. The client is therefore the right-most hop that is neither private nor a proxy shared by
 * many; when all hops are private, it is the left-most.
 */
export class ClientChain {
  /** The client. */
  readonly address = new Uint32Array(4);
  /** The client's port where its hop states it, else 0. */
  port = 0;
  readonly #hops = new Uint32Array(4 * MOST_HOPS);
  readonly #ports = new Uint16Array(MOST_HOPS);
  #count = 0;

  /** Starts a request. Hops are told from the right: first the peer, then what it forwarded. */
  begin(): void {
    this.#count = 0;
    this.port = 0;
  }

  get length(): number {
    return this.#count;
  }

  /** Adds one hop: an address, perhaps with a port, in brackets or quotes; false when it is none. */
  addHop(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#count === MOST_HOPS) return false;
    if (!parseHop(bytes, start, end, this.#hops, 4 * this.#count)) return false;
    this.#ports[this.#count++] = hop.port;
    return true;
  }

  /** Adds an address that is parsed already. */
  addAddress(words: AddressWords, at: number, port: number): void {
    if (this.#count === MOST_HOPS) return;
    for (let w = 0; w < 4; w++) this.#hops[4 * this.#count + w] = words[at + w]!;
    this.#ports[this.#count++] = port;
  }

  /**
   * Adds the hops of a list (X-Forwarded-For; Forwarded, RFC 7239), its right-most first. Ends at the first entry that is no
   * address: what stands left of it was not written by a proxy that writes addresses.
   */
  addList(bytes: Uint8Array, start: number, end: number): void {
    let to = end;
    while (to > start) {
      let from = to;
      while (from > start && bytes[from - 1] !== COMMA) from--;
      if (!this.addHop(bytes, from, to)) return;
      to = from - 1;
    }
  }

  /**
   * Settles `address` and `port`; false when there is no hop at all. Tells `proxies` which hops carry others, and how they were
   * answered (0: not known).
   */
  settle(proxies: SharedProxies | undefined, status = 0): boolean {
    if (this.#count === 0) return false;
    let chosen = this.#count - 1;
    for (let i = 0; i < this.#count; i++) {
      const scope: AddressScope = addressScope(this.#hops, 4 * i);
      if (scope !== "public") continue;
      if (proxies !== undefined && i + 1 < this.#count) {
        const left = addressScope(this.#hops, 4 * (i + 1));
        if (left === "public" && proxies.isSharedBy(this.#hops, 4 * i, 4 * (i + 1), status)) continue;
      }
      chosen = i;
      break;
    }
    for (let w = 0; w < 4; w++) this.address[w] = this.#hops[4 * chosen + w]!;
    this.port = this.#ports[chosen]!;
    return true;
  }
}

/** Result of the last `parseHop`, reused. */
const hop = { port: 0 };

/** `192.0.2.7`, `192.0.2.7:51234`, `[2001:db8::7]:51234`, `"…"`, `for="[2001:db8::7]";proto=https`. */
function parseHop(bytes: Uint8Array, from: number, to: number, words: AddressWords, at: number): boolean {
  let start = from;
  let end = to;
  hop.port = 0;
  while (start < end && isPadding(bytes[start]!)) start++;
  if (end - start > 4 && (bytes[start]! | 32) === 102 && bytes[start + 3] === 61) {
    start += 4; // for=
    let stop = start;
    while (stop < end && bytes[stop] !== 59) stop++;
    end = stop;
    if (bytes[start] === QUOTE) start++;
  }
  while (end > start && isPadding(bytes[end - 1]!)) end--;
  if (parseAddress(bytes, start, end, words, at)) return true;
  let colon = end - 1;
  let port = 0;
  let scale = 1;
  while (colon > start && bytes[colon]! >= 48 && bytes[colon]! <= 57) {
    port += (bytes[colon]! - 48) * scale;
    scale *= 10;
    colon--;
  }
  if (colon > start && colon < end - 1 && bytes[colon] === COLON && port <= 65535) end = colon;
  else port = 0;
  if (bytes[start] === 91 && bytes[end - 1] === 93) {
    start++;
    end--;
  }
  hop.port = port;
  return parseAddress(bytes, start, end, words, at);
}

/** Spaces, the `+` that W3C logs write for them, and quotes. */
function isPadding(c: number): boolean {
  return c === SPACE || c === QUOTE || c === PLUS;
}

/** Whether the field says that there is nothing: empty or `-`. */
export function isAbsent(bytes: Uint8Array, start: number, end: number): boolean {
  return end <= start || (end - start === 1 && bytes[start] === DASH);
}
