import { existsSync } from "node:fs";
import { join } from "node:path";
import { type AddressWords, formatAddress } from "../../bytes/address.ts";
import { UserProblem } from "../../bytes/problem.ts";
import type { RuleIndex } from "../checks/rules/rule-index.ts";
import type { WordList } from "../lists/word-lists.ts";
import type { Software } from "../types.ts";
import type { CheckRule } from "./check-rule.ts";
import { describeStale } from "./describe.ts";
import { AddressList, type Listing } from "./forms/address-list.ts";
import { type AttackTechnique, readAttack } from "./forms/attack-facts.ts";
import { type Network, Networks, networksPath } from "./forms/networks.ts";
import { readRuleIndex, readRules } from "./forms/rules.ts";
import { readWordList } from "./forms/word-list.ts";
import { readSets } from "./knowledge-folder.ts";
import { dateOf, type KnowledgeSet } from "./sets.ts";
import { SoftwareNames } from "./software-names.ts";
import { type SoftwareInQuestion, Vulnerabilities, type VulnerabilityAnswer } from "./vulnerabilities.ts";

/** A set and what it says, as findings quote it. */
export interface Quote {
  /** Id of the set. */
  readonly set: string;
  readonly date: string;
  readonly licence: string;
  /** What the set has for the address, such as the operator; empty when it says nothing. */
  readonly label: string;
  /** Line or element of the set, from 1. */
  readonly position: number;
}

/** What the lists say of an address. */
export interface Reputation {
  /** A census or research scanner's network. Looked up first: on public block lists a third of the addresses are such. */
  readonly research?: Quote;
  /** The block list that weighs most; lists copy from each other, so their weights are not added up. */
  readonly bad?: Quote & { readonly ratio: number };
  /** Names without a weight: clouds, crawlers, proxies. */
  readonly known: readonly Quote[];
}

interface LoadedList {
  readonly set: KnowledgeSet;
  readonly list: AddressList;
}

/**
 * The imported knowledge of one folder. Files are opened when something is first asked of them; nothing is ever fetched. Answers depend on the folder
 * alone.
 */
export class Intel {
  readonly sets: readonly KnowledgeSet[];
  readonly #folder: string;
  #lists: Readonly<Record<"research" | "bad" | "known", readonly LoadedList[]>> | undefined;
  #crawlers: readonly LoadedList[] | undefined;
  #networks: readonly { readonly set: KnowledgeSet; readonly networks: Networks }[] | undefined;
  #vulnerabilities: Vulnerabilities | undefined;
  #software: SoftwareNames | undefined;
  #wordLists: readonly WordList[] | undefined;

  /** @throws UserProblem when the folder's manifest is damaged, or a set's files are gone */
  constructor(folder: string) {
    this.#folder = folder;
    this.sets = readSets(folder);
    const lost = this.sets.find((set) => !existsSync(this.#pathOf(set)));
    if (lost !== undefined) {
      throw new UserProblem(
        "knowledge-missing",
        `the files of the set '${lost.id}' are gone; import it again or remove it`,
      );
    }
  }

  /** What the lists say of the address, or of the IPv6 prefix of `bits` bits that starts there. */
  reputationOf(words: AddressWords, bits = 128): Reputation {
    this.#lists ??= this.#loadLists();
    const { research, bad, known } = this.#lists;
    const isResearch = firstOf(research, words, bits);
    const listed = bad.flatMap((entry) =>
      quotesOf(entry, words, bits).map((quote) => ({ ...quote, ratio: entry.set.ratio ?? 1 })),
    );
    const worst = listed.sort((a, b) => b.ratio - a.ratio || (a.set < b.set ? -1 : 1))[0];
    return {
      ...(isResearch && { research: isResearch }),
      ...(worst && { bad: worst }),
      known: known.flatMap((entry) => quotesOf(entry, words, bits)),
    };
  }

  /**
   * What the set that holds an operator's published crawler networks says of the address: `listed` when it is in one of them; undefined when no such set
   * is imported.
   */
  crawlerOf(words: AddressWords, operator: string): (Quote & { readonly isListed: boolean }) | undefined {
    this.#crawlers ??= this.#files("crawlers").map(({ set, path }) => loaded(set, path));
    const entries = this.#crawlers.filter(({ list }) => list.labels.includes(operator));
    const quote = firstOf(entries, words, 128);
    if (quote?.label === operator) return { ...quote, isListed: true };
    const [entry] = entries;
    return entry && { ...quoteOf(entry.set, "", 0), isListed: false };
  }

  /** Operator and country of the address, when a database is imported that knows them. */
  networkOf(words: AddressWords): (Network & { readonly sets: readonly string[] }) | undefined {
    this.#networks ??= this.sets
      .filter(({ kind }) => kind === "asn" || kind === "country")
      .map((set) => ({ set, networks: new Networks(networksPath(this.#pathOf(set))) }));
    const address = formatAddress(words);
    const found = this.#networks.flatMap(({ set, networks }) => {
      const network = networks.find(address);
      return network === undefined ? [] : [{ set, network }];
    });
    if (found.length === 0) return undefined;
    const sets = found.map(({ set }) => `${set.id} (${dateOf(set)})`);
    return { ...Object.assign({}, ...found.map(({ network }) => network)), sets };
  }

  /** Known vulnerabilities of a product; see `Vulnerabilities`. */
  vulnerabilitiesOf(software: SoftwareInQuestion): VulnerabilityAnswer {
    return this.#knownVulnerabilities.of(software);
  }

  /** What CISA's catalogue and EPSS say of a vulnerability. */
  exploitationOf(cve: string): ReturnType<Vulnerabilities["exploitationOf"]> {
    return this.#knownVulnerabilities.exploitationOf(cve);
  }

  /** Until when a release is maintained, as endoflife.date has it; undefined when it does not know the product or release. */
  maintenanceOf(vendor: string, product: string, version: string): ReturnType<Vulnerabilities["maintenanceOf"]> {
    return this.#knownVulnerabilities.maintenanceOf(vendor, product, version);
  }

  /** What an imported fingerprint reads in a server's words. */
  softwareOf(service: string, text: string): Software | undefined {
    this.#software ??= new SoftwareNames(this.#files("recog"));
    return this.#software.of(service, text);
  }

  /** Techniques of an imported version of ATT&CK, by their ids; undefined when that version is not imported. */
  attackOf(version: string): ReadonlyMap<string, AttackTechnique> | undefined {
    const set = this.sets.find(({ id }) => id === `attack:${version}`);
    return set && readAttack(this.#pathOf(set));
  }

  /** The request rules of all sets. */
  checkRules(): { readonly set: KnowledgeSet; readonly rules: readonly CheckRule[] }[] {
    return this.#ruleSets().map((set) => ({ set, rules: readRules(this.#pathOf(set)) }));
  }

  /** The same as they were compiled when they were imported, to be matched: one index a set. */
  ruleIndexes(): RuleIndex[] {
    return this.#ruleSets().map((set) => readRuleIndex(this.#pathOf(set)));
  }

  /** The user's word lists, by the names of their sets. */
  wordLists(): readonly WordList[] {
    this.#wordLists ??= this.#files("wordlist").map(({ set, path }) =>
      readWordList(join(path, "entries.bin"), set.id.slice(set.id.indexOf(":") + 1)),
    );
    return this.#wordLists;
  }

  /** A sentence for each set that is older than its kind should be. */
  staleSets(nowMs: number): string[] {
    return this.sets.flatMap((set) => describeStale(set, this.sets, nowMs) ?? []);
  }

  close(): void {
    this.#vulnerabilities?.close();
    this.#software?.close();
  }

  get #knownVulnerabilities(): Vulnerabilities {
    this.#vulnerabilities ??= new Vulnerabilities((kind) => this.#files(kind));
    return this.#vulnerabilities;
  }

  #ruleSets(): KnowledgeSet[] {
    return this.sets.filter(({ kind }) => ["nuclei", "crowdsec", "suricata", "sigma", "own"].includes(kind));
  }

  #files(kind: string): { readonly set: KnowledgeSet; readonly path: string }[] {
    return this.sets.filter((set) => set.kind === kind).map((set) => ({ set, path: this.#pathOf(set) }));
  }

  #pathOf(set: KnowledgeSet): string {
    return join(this.#folder, set.folder);
  }

  #loadLists(): Record<"research" | "bad" | "known", LoadedList[]> {
    const lists: Record<"research" | "bad" | "known", LoadedList[]> = { research: [], bad: [], known: [] };
    for (const { set, path } of this.#files("list")) {
      lists[set.role ?? "bad"].push(loaded(set, path));
    }
    for (const { set, path } of this.#files("warninglists")) {
      lists.research.push({ set, list: new AddressList(join(path, "research.bin")) });
      lists.known.push({ set, list: new AddressList(join(path, "known.bin")) });
    }
    return lists;
  }
}

function firstOf(lists: readonly LoadedList[], words: AddressWords, bits: number): Quote | undefined {
  for (const entry of lists) {
    const quote = quotesOf(entry, words, bits)[0];
    if (quote) return quote;
  }
  return undefined;
}

function quotesOf({ set, list }: LoadedList, words: AddressWords, bits: number): Quote[] {
  const found: Listing | undefined = list.find(words, bits);
  if (found === undefined) return [];
  return [quoteOf(set, found.label, found.position)];
}

function quoteOf(set: KnowledgeSet, label: string, position: number): Quote {
  return { set: set.id, date: dateOf(set), licence: set.licence, label, position };
}

function loaded(set: KnowledgeSet, path: string): LoadedList {
  return { set, list: new AddressList(join(path, "addresses.bin")) };
}
