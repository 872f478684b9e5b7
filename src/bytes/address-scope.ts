import { type AddressWords, isIpv4 } from "./address.ts";

/**
 * Where an address can be used (IANA special-purpose address registries, RFC 6890):
 * - `public`: on the Internet. Documentation and benchmark networks (RFC 5737, 3849, 2544) count as public, because they
 *   stand for public ones wherever they are met.
 * - `private`: inside one site: RFC 1918, shared (RFC 6598), loopback, IPv4 link-local, IPv6 unique local (RFC 4193).
 * - `none`: names no one host beyond the link: unspecified, multicast, broadcast, IPv6 link-local.
 */
export type AddressScope = "public" | "private" | "none";

export function addressScope(words: AddressWords, at = 0): AddressScope {
  return isIpv4(words, at) ? ipv4Scope(words[at + 3]!) : ipv6Scope(words, at);
}

function ipv4Scope(address: number): AddressScope {
  const first = address >>> 24;
  if (first === 0 || first >= 224) return "none";
  const isPrivate =
    first === 10 ||
    first === 127 ||
    address >>> 16 === 0xc0a8 ||
    address >>> 16 === 0xa9fe ||
    address >>> 20 === 0xac1 ||
    address >>> 22 === 0x191;
  return isPrivate ? "private" : "public";
}

function ipv6Scope(words: AddressWords, at: number): AddressScope {
  const first = words[at]!;
  if (first >>> 24 === 0xff || first >>> 22 === 0x3fa) return "none";
  if (first >>> 25 === 0x7e) return "private";
  if (first !== 0 || words[at + 1] !== 0 || words[at + 2] !== 0) return "public";
  // `::` names no one, `::1` is the loopback address.
  return words[at + 3] === 1 ? "private" : "none";
}
