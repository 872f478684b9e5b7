import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Reader } from "mmdb-lib";
import { UserProblem } from "../../../bytes/problem.ts";

/** What a database says of the network that an address lies in. */
export interface Network {
  readonly asn?: number;
  readonly organisation?: string;
  /** ISO 3166-1, two letters. */
  readonly country?: string;
}

const FILE = "database.mmdb";

export function networksPath(folder: string): string {
  return join(folder, FILE);
}

/** An ASN or country database in MaxMind's format (MMDB specification 2.0), of whichever publisher. */
export class Networks {
  readonly #reader: Reader<Record<string, never>>;

  /** @throws UserProblem when it is no such database */
  constructor(path: string) {
    try {
      this.#reader = new Reader(readFileSync(path));
    } catch (cause) {
      throw new UserProblem("knowledge-refused", `'${path}' is refused: not an MMDB database`, { cause });
    }
    const { nodeCount, recordSize, ipVersion } = this.#reader.metadata;
    if (!(nodeCount > 0 && [24, 28, 32].includes(recordSize) && [4, 6].includes(ipVersion))) {
      throw new UserProblem("knowledge-refused", `'${path}' is refused: its description is damaged`);
    }
  }

  get type(): string {
    return String(this.#reader.metadata.databaseType);
  }

  get nodes(): number {
    return this.#reader.metadata.nodeCount;
  }

  /** The day it was made. */
  get builtDate(): string | undefined {
    const atMs = Number(this.#reader.metadata.buildEpoch);
    return atMs > 0 && atMs < Date.UTC(2100, 0) ? new Date(atMs).toISOString().slice(0, 10) : undefined;
  }

  /** Undefined for addresses that it does not know, and wherever it is damaged. */
  find(address: string): Network | undefined {
    let found: Readonly<Record<string, unknown>> | null;
    try {
      found = this.#reader.get(address);
    } catch {
      // The decoder follows pointers of the file: a damaged one ends in an error of any kind.
      return undefined;
    }
    return found === null ? undefined : networkOf(found);
  }
}

/** The fields as MaxMind, DB-IP and IPinfo name them. */
function networkOf(found: Readonly<Record<string, unknown>>): Network | undefined {
  const asn = Number(String(found.autonomous_system_number ?? found.asn ?? "").replace(/^AS/i, ""));
  const organisation = found.autonomous_system_organization ?? found.as_name ?? found.name;
  const nested = (found.country ?? found.registered_country) as { iso_code?: unknown } | string | undefined;
  const country = found.country_code ?? (typeof nested === "object" ? nested?.iso_code : nested);
  const network = {
    ...(Number.isInteger(asn) && asn > 0 && { asn }),
    ...(typeof organisation === "string" && { organisation: organisation.slice(0, 200) }),
    ...(typeof country === "string" && /^[A-Z]{2}$/.test(country) && { country }),
  };
  return Object.keys(network).length > 0 ? network : undefined;
}
