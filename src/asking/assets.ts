import { isIP } from "node:net";
import { type AddressWords, addressWords, formatAddress, isIpv4 } from "../bytes/address.ts";
import { addressScope } from "../bytes/address-scope.ts";
import { UserProblem } from "../bytes/problem.ts";
import { formatPrefix, IPV4_BITS, type Prefix, prefixHas } from "../observations/prefix.ts";
import { type Ask, asks } from "./asks.ts";
import type { Place } from "./recording.ts";

/** A service that an asset has: where it is asked, and how. */
export interface Service {
  readonly port: number;
  readonly ask: Ask;
}

/** Hosts of the user's own that may be asked, and why they may. */
export interface Asset {
  readonly network: Prefix;
  readonly reason: string;
  /** What a single host is asked as: the Host header and the TLS server name. */
  readonly name?: string | undefined;
  readonly services: readonly Service[];
}

/** One service to ask. */
export interface Errand {
  readonly place: Place;
  readonly ask: Ask;
  readonly reason: string;
}

/** Names of hosts, as they may stand in a header; RFC 1123, section 2.1, and the underscore that many have. */
export const hostName = /^[A-Za-z0-9_.-]{1,253}$/;

/** Hosts of a declared network that are asked without being named. */
const MOST_UNNAMED_BITS = 8;
/** Services of one run: at five a second, more than half an hour. */
const MOST_ERRANDS = 10_000;

/** Addresses of a name, all of them: `dns.promises.lookup` with `all`. */
export type Resolve = (name: string) => Promise<readonly { readonly address: string }[]>;

/** Parses `443`, or `8443/https`; undefined when there is no such port or way to ask. */
export function parseService(text: string): Service | undefined {
  const [, digits, id] = /^(\d{1,5})(?:\/([a-z]{2,12}))?$/.exec(text) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 65535)) return undefined;
  const ask = asks.find((each) => (id === undefined ? each.ports.includes(port) : each.id === id));
  return ask && { port, ask };
}

/**
 * What to ask: every declared service of the hosts that are named, or of all assets. Names are resolved here, once. Every
 * address is held against the assets, and one that none of them holds ends it all before anything is asked.
 * @throws UserProblem
 */
export async function planErrands(
  assets: readonly Asset[],
  hosts: readonly string[],
  resolve: Resolve,
): Promise<Errand[]> {
  if (assets.length === 0) throw refused("the configuration declares no assets");
  const named = hosts.length > 0 ? hosts : assets.flatMap(addressesOf);
  const errands: Errand[] = [];
  const seen = new Set<string>();
  for (const host of new Set(named)) {
    const isName = isIP(host) === 0;
    for (const address of isName ? await addressesNamed(host, resolve) : [host]) {
      const found = assetOf(assets, address);
      if (found === undefined) throw undeclared(host, address);
      for (const errand of errandsAt(found.asset, found.words, isName ? host : undefined)) {
        const key = JSON.stringify(errand.place);
        if (!seen.has(key)) errands.push(errand);
        seen.add(key);
      }
      if (errands.length > MOST_ERRANDS)
        throw refused(`there are more than ${MOST_ERRANDS} services: name fewer hosts`);
    }
  }
  return errands;
}

function errandsAt(asset: Asset, words: AddressWords, name = asset.name): Errand[] {
  const address = formatAddress(words);
  const { reason, services } = asset;
  return services.map(({ port, ask }) => ({ place: { address, port, name }, ask, reason }));
}

/** The narrowest asset that holds an address, which has to be one host's. */
function assetOf(assets: readonly Asset[], address: string): { asset: Asset; words: AddressWords } | undefined {
  const words = addressWords(address);
  if (words === undefined || addressScope(words) === "none") return undefined;
  const [asset] = assets
    .filter(({ network }) => prefixHas(network, words))
    .sort((a, b) => b.network.bits - a.network.bits);
  return asset && { asset, words };
}

async function addressesNamed(name: string, resolve: Resolve): Promise<string[]> {
  if (!hostName.test(name)) throw refused(`'${name}' is no host name`);
  let answers: Awaited<ReturnType<Resolve>> = [];
  try {
    answers = await resolve(name);
  } catch (cause) {
    throw new UserProblem("host-unresolved", `the name '${name}' could not be resolved`, { cause });
  }
  return [...new Set(answers.map(({ address }) => address))];
}

function addressesOf({ network }: Asset): string[] {
  const free = 128 - network.bits;
  if (free > MOST_UNNAMED_BITS) {
    throw refused(
      `${formatPrefix(network)} holds more than ${2 ** MOST_UNNAMED_BITS} addresses: name the hosts to ask`,
    );
  }
  return Array.from({ length: 2 ** free }, (_, i) => {
    const words = network.words.slice();
    words[3] = words[3]! + i;
    return formatAddress(words);
  });
}

/** Whether a declaration is too wide to be meant: nobody's own is more than an IPv4 /8 or an IPv6 /20. */
export function isTooWide({ bits, words }: Prefix): boolean {
  if (bits >= IPV4_BITS && isIpv4(words)) return bits < IPV4_BITS + 8;
  // Under ::/8 lies all of IPv4; nothing else of it is given to anybody (RFC 4291, section 2.4).
  return bits < 20 || words[0]! >>> 24 === 0;
}

function undeclared(host: string, address: string): UserProblem {
  const where = host === address ? `'${host}'` : `'${host}' resolves to ${address}, which`;
  return refused(`${where} is in no declared asset`);
}

function refused(why: string): UserProblem {
  return new UserProblem("asset-undeclared", `nothing was asked: ${why}`);
}
