import { formatAddress } from "../bytes/address.ts";
import type { Names } from "../judgement/names.ts";
import type { Intel, Quote } from "../knowledge/intel/intel.ts";
import { operatorOfAgent, operatorOfName } from "../knowledge/tools/operators.ts";

/** What confirmed names in the inputs say of an address, as sets of knowledge are quoted. */
export interface NameFindings {
  /** It belongs to an operator of research scanning. */
  readonly research?: Quote;
  /** Its name, when that belongs to a crawler or contradicts the one that the client says it is. */
  readonly known: readonly Quote[];
}

/**
 * Judges the forward-confirmed name of an address by its operator. A user agent of a search engine whose host bears another's name is exposed; without a
 * confirmed name nothing is said, since most inputs show no answers.
 * @param lastMs when the address was seen last: names are those of the inputs' time
 */
export function nameFindingsOf(names: Names, words: Uint32Array, lastMs: number): NameFindings {
  const name = names.nameOf(words);
  if (name === undefined) return { known: [] };
  const operator = operatorOfName(name);
  const tool = names.claimOf(words);
  const claimed = tool === undefined ? undefined : operatorOfAgent(tool);
  const quote = (label: string): Quote => ({
    set: "dns:confirmed-names",
    date: new Date(lastMs).toISOString().slice(0, 10),
    licence: "",
    label,
    position: 0,
  });
  const known: Quote[] = [];
  if (claimed !== undefined && claimed !== operator)
    known.push(quote(`says it is ${tool}, but ${formatAddress(words)} is ${name}, no host of ${claimed.name}`));
  else if (operator?.kind === "crawler") known.push(quote(`${operator.name} (${name})`));
  // A scanner that borrows a search engine's name has declared nothing.
  const isResearch = operator?.kind === "research" && claimed === undefined;
  return { known, ...(isResearch && { research: quote(`${operator.name} (${name})`) }) };
}

/**
 * Judges the user agent of a search engine by the networks that the engine publishes for its crawlers; nothing is said where those are not imported, or
 * where no client at the address says that it is such a crawler.
 */
export function publishedFindingOf(names: Names, intel: Intel | undefined, words: Uint32Array): Quote | undefined {
  const tool = names.claimOf(words);
  const operator = tool === undefined ? undefined : operatorOfAgent(tool);
  const published = operator && intel?.crawlerOf(words, operator.name);
  if (operator === undefined || published === undefined) return undefined;
  const { isListed, ...quote } = published;
  const owner = operator.name;
  const unlisted = `says it is ${tool}, but ${formatAddress(words)} is in no network that ${owner} publishes for its crawlers`;
  return { ...quote, label: isListed ? `${owner} (published for its crawlers)` : unlisted };
}
