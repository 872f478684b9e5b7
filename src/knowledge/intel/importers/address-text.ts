import { addressWords, isIpv4 } from "../../../bytes/address.ts";
import { addressScope } from "../../../bytes/address-scope.ts";
import { IPV4_BITS, type Prefix, parsePrefix, prefixOf } from "../../../observations/prefix.ts";
import { isTooWide } from "../forms/address-list.ts";

/** The networks of one entry of a list: an address, a network in CIDR form, or `first-last`; a sentence when it is none. */
export function prefixesIn(text: string): Prefix[] | string {
  const dash = text.indexOf("-");
  const prefixes = dash > 0 ? rangeOf(text.slice(0, dash).trim(), text.slice(dash + 1).trim()) : listed(text);
  if (prefixes === undefined) return "not an address or network";
  if (prefixes.some(isTooWide)) return "a network that holds a large part of the Internet";
  // A private address on a public list names a host of whoever made the list, not of who reads it.
  if (prefixes.some(({ words }) => addressScope(words) !== "public")) return "a private or reserved network";
  return prefixes;
}

function listed(text: string): Prefix[] | undefined {
  if (!/^[0-9a-fA-F.:]+(\/\d{1,3})?$/.test(text)) return undefined;
  const prefix = parsePrefix(text);
  return prefix && [prefix];
}

/** The fewest networks between two IPv4 addresses. */
function rangeOf(first: string, last: string): Prefix[] | undefined {
  const from = addressWords(first);
  const to = addressWords(last);
  if (from === undefined || to === undefined || !isIpv4(from) || !isIpv4(to) || from[3]! > to[3]!) return undefined;
  const prefixes: Prefix[] = [];
  for (let at = from[3]!; at <= to[3]!; ) {
    let bits = 32;
    while (bits > 0 && at % 2 ** (33 - bits) === 0 && at + 2 ** (33 - bits) - 1 <= to[3]!) bits--;
    const words = Uint32Array.of(0, 0, from[2]!, at);
    prefixes.push(prefixOf(words, 0, IPV4_BITS + bits));
    at += 2 ** (32 - bits);
  }
  return prefixes;
}
