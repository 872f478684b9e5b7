import { addressWords, formatAddress } from "../bytes/address.ts";
import { addressTag } from "../observations/address-tag.ts";
import type { Batch } from "../observations/batch.ts";

/** Addresses whose names, and whose claims, are remembered at once; when there are more, all are forgotten and learned anew. */
const MOST_NAMES = 1 << 12;

interface Named {
  readonly name: string;
  readonly tag: number;
  isConfirmed: boolean;
}

/**
 * Names of addresses, confirmed forward (RFC 8499, "forward-confirmed reverse DNS"): the answer to PTR, which the address's holder writes, and then an
 * answer to A or AAAA of that name, which the name's holder writes. Only answers that somebody at home asked for are believed: who asks has chosen
 * the server.
 */
export class Names {
  readonly #byAddress = new Map<string, Named>();
  /** The same by their names' hashes: what A and AAAA are compared with. */
  readonly #byName = new Map<number, Named[]>();
  readonly #claims = new Map<string, string>();
  /** Names and claims that were forgotten. */
  forgotten = 0;

  /** A question that was asked from home. */
  take(batch: Batch, row: number): void {
    const pointer = batch.referer[row]!;
    if (pointer !== 0) this.#takePointer(batch, batch.host[row]!, pointer);
    else if (batch.sequence[row] !== 0 && this.#byName.size > 0) {
      for (const named of this.#byName.get(batch.texts.hashLow[batch.host[row]!]!) ?? [])
        if (named.tag === batch.sequence[row]) named.isConfirmed = true;
    }
  }

  /** A contact whose server had confirmed the name of the source. */
  takeConfirmed(batch: Batch, row: number): void {
    this.confirm(batch.source.subarray(row * 4, row * 4 + 4), batch.texts.text(batch.host[row]!).toLowerCase());
  }

  /** The name of an address, which somebody has confirmed both ways. */
  confirm(words: Uint32Array, name: string): void {
    const address = formatAddress(words);
    const known = this.#byAddress.get(address);
    if (known?.isConfirmed && known.name === name) return;
    this.#makeRoom();
    const tag = addressTag(words[0]!, words[1]!, words[2]!, words[3]!);
    this.#byAddress.set(address, { name, tag, isConfirmed: true });
  }

  /** What a client at an address says that it is. */
  claim(words: Uint32Array, tool: string): void {
    if (this.#claims.size >= MOST_NAMES) {
      this.forgotten += this.#claims.size;
      this.#claims.clear();
    }
    this.#claims.set(formatAddress(words), tool);
  }

  /** Whether no address has a name. */
  get isEmpty(): boolean {
    return this.#byAddress.size === 0;
  }

  /** The confirmed name of an address, lower case; undefined when there is none. */
  nameOf(words: Uint32Array): string | undefined {
    const named = this.#byAddress.get(formatAddress(words));
    return named?.isConfirmed ? named.name : undefined;
  }

  claimOf(words: Uint32Array): string | undefined {
    return this.#claims.get(formatAddress(words));
  }

  #makeRoom(): void {
    if (this.#byAddress.size < MOST_NAMES) return;
    this.forgotten += this.#byAddress.size;
    this.#byAddress.clear();
    this.#byName.clear();
  }

  #takePointer(batch: Batch, host: number, pointer: number): void {
    const { texts } = batch;
    const words = addressOfReverse(texts.text(host));
    if (words === undefined) return;
    const name = texts.text(pointer);
    const address = formatAddress(words);
    if (this.#byAddress.get(address)?.name === name) return;
    this.#makeRoom();
    const named = { name, tag: addressTag(words[0]!, words[1]!, words[2]!, words[3]!), isConfirmed: false };
    this.#byAddress.set(address, named);
    const hash = texts.hashLow[pointer]!;
    this.#byName.set(hash, [...(this.#byName.get(hash) ?? []), named]);
  }
}

/** `150.113.19.198.in-addr.arpa` (RFC 1035, section 3.5) and the nibbles of `ip6.arpa` (RFC 3596, section 2.5) as an address. */
function addressOfReverse(name: string): Uint32Array | undefined {
  const labels = name.split(".").reverse();
  const zone = labels.splice(0, 2).join(".");
  if (zone === "arpa.in-addr" && labels.length === 4) return addressWords(labels.join("."));
  if (zone !== "arpa.ip6" || labels.length !== 32 || labels.some((label) => label.length !== 1)) return undefined;
  return addressWords(labels.join("").replace(/.{4}(?!$)/g, "$&:"));
}
