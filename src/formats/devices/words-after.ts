// Hot: once or twice per line; measured by bench/lines.ts.
import { parseAddress } from "../../bytes/address.ts";
import { portAt } from "./words.ts";

const SPACE = 32;
const OPEN = 40;
const CLOSE = 41;
const COMMA = 44;
const SLASH = 47;
const COLON = 58;

/** What `endpointAt` found besides the address; reused. */
export const endpoint = {
  /** -1 when none was written, or what stands there is no port. */
  port: -1,
  /** The first byte behind it. */
  next: 0,
};

/**
 * Parses an end of a connection as Cisco writes it in sentences: `outside:192.0.2.7/443`, `192.0.2.7/443`, `inside:192.0.2.7`,
 * `inside/192.0.2.7(443)`, `192.0.2.7(443)`, `outside:2001:db8::7/443`. `named` says that an interface is to be expected, for
 * the name of one (`dead:`) may look like the start of an IPv6 address. False when there is no address.
 */
export function endpointAt(
  bytes: Uint8Array,
  start: number,
  end: number,
  words: Uint32Array,
  at: number,
  named = false,
): boolean {
  let stop = start;
  let slash = -1;
  let colon = -1;
  for (; stop < end; stop++) {
    const c = bytes[stop];
    if (c === SPACE || c === OPEN || c === COMMA || c === CLOSE) break;
    if (c === SLASH) slash = stop;
    else if (c === COLON && colon < 0) colon = stop;
  }
  endpoint.port = -1;
  endpoint.next = stop;
  if (bytes[stop] === OPEN && stop < end) {
    const close = closingAt(bytes, stop, end);
    const port = close < 0 ? -1 : portAt(bytes, stop + 1, close);
    if (port >= 0) {
      endpoint.port = port;
      endpoint.next = close + 1;
      if (parseAddress(bytes, slash + 1 > start ? slash + 1 : start, stop, words, at)) return true;
    }
  }
  // `interface:address/port`, and the same without interface.
  const addressEnd = slash >= 0 ? slash : stop;
  if (slash >= 0) endpoint.port = portAt(bytes, slash + 1, stop);
  const hasName = colon >= 0 && colon < addressEnd;
  if (named && hasName && parseAddress(bytes, colon + 1, addressEnd, words, at)) return true;
  if (parseAddress(bytes, start, addressEnd, words, at)) return true;
  return !named && hasName && parseAddress(bytes, colon + 1, addressEnd, words, at);
}

function closingAt(bytes: Uint8Array, from: number, end: number): number {
  for (let i = from; i < end && i < from + 8; i++) if (bytes[i] === CLOSE) return i;
  return -1;
}
