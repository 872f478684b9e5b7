import { parseAddress } from "../bytes/address.ts";
import { startsLikeLogLine } from "../bytes/log-time.ts";
import { structuredMessageAt } from "../bytes/structured-syslog.ts";
import { ClientChain, NO_CLIENT, reasonOfClient } from "./client-chain.ts";
import type { SharedProxies } from "./shared-proxies.ts";

const SPACE = 32;
const COLON = 58;
const COMMA = 44;

const scratch = new Uint32Array(4);

/**
 * Reads what stands before the time stamp of an access log line: `client ident user`, before it perhaps a virtual host
 * (`www.example.org:443`), before that perhaps a syslog header that ends in `nginx: `. Ident and user may hold anything,
 * spaces too, so the client is looked for from the left. In its place may stand the list of X-Forwarded-For, and behind
 * that the peer.
 */
export class AccessClient {
  /** The client's address. */
  readonly address = new Uint32Array(4);
  /** The client's port where the log adds it, else 0. */
  port = 0;
  /** The virtual host without its port: `bytes[hostAt, hostEnd)`; empty when the line names none. */
  hostAt = 0;
  hostEnd = 0;
  /** The virtual host's port, else 0. */
  hostPort = 0;
  /** Whether the client was told by a proxy. */
  isForwarded = false;
  readonly #chain = new ClientChain();
  readonly #proxies: SharedProxies;

  constructor(proxies: SharedProxies) {
    this.#proxies = proxies;
  }

  /** Reads `bytes[start, end)`, up to the space before the time stamp. Returns why not, or undefined. */
  parse(bytes: Uint8Array, start: number, end: number): string | undefined {
    this.port = 0;
    this.isForwarded = false;
    this.hostPort = 0;
    this.hostAt = start;
    this.hostEnd = start;
    const reason = this.#parseFields(bytes, start, end);
    if (reason === undefined || !startsLikeLogLine(bytes, start, end)) return reason;
    const structured = structuredMessageAt(bytes, start, end);
    const message = structured < 0 ? afterSyslogTag(bytes, start, end) : behindTag(bytes, structured, end);
    return message < 0 ? reason : this.#parseFields(bytes, message, end);
  }

  #parseFields(bytes: Uint8Array, start: number, end: number): string | undefined {
    const first = wordEnd(bytes, start, end);
    const second = wordEnd(bytes, first + 1, end);
    const secondIsAddress = second > first + 1 && parseAddress(bytes, first + 1, second, scratch, 0);
    const severalAddresses = "several addresses in the client field";
    if (bytes[first - 1] === COMMA) return this.#takeList(bytes, start, end);
    if (bytes[second - 1] === COMMA) {
      this.#takeHost(bytes, start, first);
      return this.#takeList(bytes, first + 1, end);
    }
    if (parseAddress(bytes, start, first, this.address, 0)) {
      // lighttpd writes the host name that was asked for in the ident's place (`%h %V %u`): an ident has no dots.
      const isHost = wordEnd(bytes, second + 1, end) === end && (secondIsAddress || holdsDot(bytes, first + 1, second));
      if (isHost) this.#takeHost(bytes, first + 1, second);
      return secondIsAddress && !isHost ? severalAddresses : undefined;
    }
    if (secondIsAddress) {
      this.address.set(scratch);
      this.#takeHost(bytes, start, first);
      return undefined;
    }
    return this.#takeDecorated(bytes, start, first) ? undefined : reasonOfClient(bytes, start, first);
  }

  /** `203.0.113.7, 198.51.100.1`, in quotes perhaps, and the peer behind it when one stands there. */
  #takeList(bytes: Uint8Array, start: number, end: number): string | undefined {
    let listEnd = wordEnd(bytes, start, end);
    while (bytes[listEnd - 1] === COMMA && listEnd < end) listEnd = wordEnd(bytes, listEnd + 1, end);
    this.#chain.begin();
    this.#chain.addHop(bytes, listEnd + 1, wordEnd(bytes, listEnd + 1, end));
    this.#chain.addList(bytes, start, listEnd);
    if (!this.#chain.settle(this.#proxies)) return NO_CLIENT;
    this.address.set(this.#chain.address);
    this.port = this.#chain.port;
    this.isForwarded = true;
    return undefined;
  }

  #takeHost(bytes: Uint8Array, start: number, end: number): void {
    const colon = portColon(bytes, start, end);
    this.hostAt = start;
    this.hostEnd = colon < 0 ? end : colon;
    if (end - start === 1 && (bytes[start] === 45 || bytes[start] === 95)) this.hostEnd = start;
    this.hostPort = colon < 0 ? 0 : portAt(bytes, colon + 1, end);
  }

  /** `[2001:db8::7]`, `192.0.2.7:51234`, `[2001:db8::7]:51234`. */
  #takeDecorated(bytes: Uint8Array, start: number, end: number): boolean {
    const colon = portColon(bytes, start, end);
    const addressEnd = colon < 0 ? end : colon;
    const inBrackets = bytes[start] === 91 && bytes[addressEnd - 1] === 93;
    const from = inBrackets ? start + 1 : start;
    if (!parseAddress(bytes, from, inBrackets ? addressEnd - 1 : addressEnd, this.address, 0)) return false;
    this.port = colon < 0 ? 0 : portAt(bytes, colon + 1, end);
    return true;
  }
}

/** Where the colon before a port stands: the last one, with only digits behind it; -1 when there is none. */
function portColon(bytes: Uint8Array, start: number, end: number): number {
  let at = end - 1;
  while (at > start && bytes[at]! >= 48 && bytes[at]! <= 57) at--;
  return at > start && at < end - 1 && bytes[at] === COLON ? at : -1;
}

function holdsDot(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === 46) return true;
  return false;
}

function portAt(bytes: Uint8Array, start: number, end: number): number {
  let port = 0;
  for (let i = start; i < end && port <= 65535; i++) port = port * 10 + bytes[i]! - 48;
  return port <= 65535 ? port : 0;
}

function wordEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== SPACE) at++;
  return Math.min(at, end);
}

/** Behind `nginx: `, which some put before the message although the header names the program; `from` when it is not there. */
function behindTag(bytes: Uint8Array, from: number, end: number): number {
  const stop = wordEnd(bytes, from, end);
  const isTag = stop > from + 1 && bytes[stop - 1] === COLON && bytes[stop - 2] !== COLON;
  return isTag ? stop + 1 : from;
}

/** Where the message of `Nov 22 19:05:16 web nginx: message` starts: after the first word that ends in a colon; or -1. */
function afterSyslogTag(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at + 1 < end; at++) if (bytes[at] === COLON && bytes[at + 1] === SPACE) return at + 2;
  return -1;
}
