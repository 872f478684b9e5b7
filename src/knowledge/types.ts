import type { Batch } from "../observations/batch.ts";
import type { Asked, ListProgress } from "./lists/word-lists.ts";
import type { ProbeHabit } from "./signatures/probe-habits.ts";
import type { ToolMark } from "./tools/tool-mark.ts";

export type { ToolMark };

/** A known vulnerability or exposure check: what a scanner asks to learn whether a host has CVE-… or runs product P. */
export interface Check {
  /** `CVE-2021-41773`, or a name of ours such as `dotenv-file`. */
  readonly id: string;
  /** For people: `Apache HTTP Server`. */
  readonly product: string;
  /** CPE `vendor:product`, when there is one. */
  readonly cpe?: string;
  /** `exploit`: the request carries an attempt (T1190); `probe`: it only looks whether something is there. */
  readonly intent: "probe" | "exploit";
  readonly knownExploited: boolean;
  /** Known by a string wherever it stands, not by what is asked for: an answer to it says nothing. */
  readonly isShape?: boolean;
}

/** One check a request may be, with how surely: 1 when only this check asks so, 1/N when it is one of N. */
export interface CheckMatch {
  readonly check: Check;
  readonly share: number;
  /** Which request of a check with several it is, and how many can be recognised; undefined where that does not matter. */
  readonly step?: number;
  readonly steps?: number;
}

/** An attack in a header field: what it is, and the id of the field among the texts of the batch. */
export interface FieldAttack {
  readonly match: CheckMatch;
  readonly field: number;
}

/** What a user agent says of its sender. A user agent can be forged: it is a label, and weighs little alone. */
export interface AgentLabel {
  readonly kind: "scanner" | "research" | "crawler" | "monitor" | "library" | "browser" | "none" | "other";
  /** Name of the tool or service, lower case, when the token names one. */
  readonly tool?: string;
  /** ln P(this agent | scanner) - ln P(this agent | visitor), as measured or reasoned where the token is declared. */
  readonly weight: number;
}

/** A packet-level tool signature that fitted a contact. */
export interface PacketSignature {
  readonly tool: string;
  /** For people: what was recognised. */
  readonly because: string;
  /** Log likelihood ratio, with its reason beside the declaration. */
  readonly weight: number;
}

/** What a server's own words say it runs. Undefined parts were not told. */
export interface Software {
  readonly vendor?: string;
  readonly product: string;
  readonly version?: string;
  readonly cpe?: string;
  /** The CPE's `vendor:product`, where no version was told that would complete it. */
  readonly cpeProduct?: string;
  /** The system it runs on, when the banner tells it or the product runs on no other. */
  readonly operatingSystem?: string;
  /** Such as `possibly fixed by the distribution (Debian)` when the banner names a back-ported package. */
  readonly note?: string;
  /** The change that hides it, in the words of the product; absent where the catalogue of advice has it. */
  readonly advice?: string;
}

/** A check known by what was asked of a service other than the web. */
export interface WordCheck {
  readonly id: string;
  readonly service: string;
  /** Tells the ways to ask apart: the same for the same way. */
  readonly number: number;
  /** Vulnerabilities that the words are about. */
  readonly cves: readonly string[];
  /** For people: what the words are. */
  readonly note: string;
  /** ln P(these words | scanner) - ln P(these words | visitor); 0 for what ordinary clients say, too. */
  readonly weight: number;
}

/** Everything the judgement asks of the knowledge. All look-ups are pure: same question, same answer. */
export interface Knowledge {
  /** Checks that the request in `row` may be; an empty constant array for ordinary requests, found without allocation. */
  checksOf(batch: Batch, row: number): readonly CheckMatch[];
  /** The attack that a header field of the request carries, wherever the request goes. Allocates nothing for usual fields. */
  attackOf(batch: Batch, row: number): FieldAttack | undefined;
  /** Label of the user agent text. */
  agentOf(agent: string): AgentLabel;
  /** The packet signature of the contact in `row`, from its first packet's facts, or undefined. Allocates nothing. */
  signatureOf(batch: Batch, row: number): PacketSignature | undefined;
  /** The tool that probes in this way, or undefined. Allocates nothing. */
  toolOfHabit(habit: ProbeHabit): PacketSignature | undefined;
  /** Software named by what a server said; undefined when it names none. */
  softwareOf(service: string, text: string): Software | undefined;
  /** What a contact with this port looked for, such as `smb`; undefined where the port tells nothing. */
  checkOfPort(transport: number, port: number): { readonly id: string; readonly service: string } | undefined;
  /** The tool or library whose requests have these header names, comma-separated in order. */
  toolOfHeaders(names: string): ToolMark | undefined;
  /** The tool or library of a hello: JA4 of `tls`, HASSH of `hassh`. */
  toolOfHello(service: string, fingerprint: string): ToolMark | undefined;
  /** The tool that makes this path up. */
  toolOfPath(path: string): ToolMark | undefined;
  /** The word list that requests follow in order, and how far they got; undefined when they follow none that is known. */
  listProgressOf(asked: readonly Asked[]): ListProgress | undefined;
  /** The check that asks a service this, see `Kind.ask`; undefined where the words tell nothing. */
  checkOfWords(service: string, words: string): WordCheck | undefined;
}
