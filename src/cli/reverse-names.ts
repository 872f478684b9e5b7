import { Resolver } from "node:dns/promises";
import { addressWords, formatAddress } from "../bytes/address.ts";
import type { ConfirmName } from "../stories/confirm-names.ts";

/** Names of one address that are confirmed at most: more are a trick. */
const MOST_NAMES = 4;
const TIMEOUT_MS = 2000;
/** After this long no further question is asked: a report waits for it. */
const PATIENCE_MS = 30_000;

/**
 * Reverse look-ups for `--resolve`: the first name of an address that leads back to it (RFC 8499, "forward-confirmed reverse DNS").
 * @param servers name servers, `127.0.0.1:5300`; the machine's when absent
 */
export function nameConfirmer(servers?: readonly string[]): ConfirmName {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
  if (servers !== undefined) resolver.setServers(servers);
  const endMs = performance.now() + PATIENCE_MS;
  return async (address) => {
    if (performance.now() > endMs) return undefined;
    const names = await orNone(resolver.reverse(address));
    for (const name of names.slice(0, MOST_NAMES)) {
      const back = await orNone(address.includes(":") ? resolver.resolve6(name) : resolver.resolve4(name));
      if (back.some((one) => isSame(one, address))) return name.toLowerCase().replace(/\.$/, "");
    }
    return undefined;
  };
}

/** No answer and no name are the same: nothing is known then. */
async function orNone(answer: Promise<string[]>): Promise<string[]> {
  return answer.catch(() => []);
}

function isSame(one: string, address: string): boolean {
  const words = addressWords(one);
  return words !== undefined && formatAddress(words) === address;
}
