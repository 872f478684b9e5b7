import type { AddressWords } from "../bytes/address.ts";
import { type Prefix, prefixHas } from "../observations/prefix.ts";

/** A scanner that the user runs, or has let in, at a time. */
export interface DeclaredScanner {
  readonly address: Prefix;
  readonly name: string;
  /** Milliseconds since the Unix epoch; open where absent. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

/** What the user's declarations say of an actor. */
export interface Declaration {
  readonly name: string;
  /** Everything it did lies in a time for which it was declared. What it does at other times is judged like anybody's. */
  readonly isInTime: boolean;
}

/** The declaration that holds for an actor which was seen from `firstMs` to `lastMs`. */
export function declarationOf(
  scanners: readonly DeclaredScanner[],
  words: AddressWords,
  prefixBits: number,
  firstMs: number,
  lastMs: number,
): Declaration | undefined {
  const named = scanners.filter(({ address }) => address.bits <= prefixBits && prefixHas(address, words));
  const timely = named.find(
    ({ from, until }) => (from === undefined || firstMs >= from) && (until === undefined || lastMs <= until),
  );
  const declared = timely ?? named[0];
  return declared && { name: declared.name, isInTime: timely !== undefined };
}
