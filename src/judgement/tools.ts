import type { Knowledge, ToolMark } from "../knowledge/types.ts";
import type { Batch } from "../observations/batch.ts";
import { ResourceKind } from "../observations/estate.ts";
import { Tallied } from "./actor-table.ts";
import { TextRole } from "./ledger.ts";
import { recalled } from "./memory.ts";
import { NO_WEIGHT, type SequentialTest } from "./sequential-test.ts";

/** Lists of header names whose mark is remembered at once. */
const MOST_HEADERS = 1 << 12;
/** What weighs less is a library's mark: told of who guesses, no evidence by itself. */
const NAMES_TOOL = 1;
/** Observations against it after which a library's client walks a list, of paths or of values. */
const LIST_LENGTH = 10;
/** Weight of a calibration below a directory: more than a walker's, and a label only. */
const CALIBRATION = 2;
/** Guesses of an actor that are looked at: tools calibrate first, and a library is known by then. */
const MOST_LOOKED_AT = 64;
/** None of 561 ordinary clients bears one hello of a tool's, so several by chance are rarer still; and how many further ones are weighed. */
const FURTHER_HELLO = 2.5;
const MOST_FURTHER = 2;
/** Names that tools make up are no shorter: a random UUID before a domain. */
const SHORTEST_MADE_UP = 36;

/**
 * Recognises tools by what they send unasked: which headers in which order, hellos, their own paths. The marks of one tool are not added up: together they
 * weigh what the best of them does.
 */
export class Tools {
  readonly #test: SequentialTest;
  readonly #knowledge: Knowledge;
  readonly #ofHeaders = new Map<number, ToolMark | undefined>();

  constructor(test: SequentialTest, knowledge: Knowledge) {
    this.#test = test;
    this.#knowledge = knowledge;
  }

  /** The header names of a request, when they are others than the actor's last ones. */
  takeHeaders(batch: Batch, row: number): void {
    const id = batch.detail[row]!;
    if (id === 0) return;
    const mark = this.#markOfHeaders(batch, id);
    if (mark !== undefined && mark.weight >= NAMES_TOOL) this.#takeMark(batch, row, mark, 0);
  }

  /** The JA4 of a TLS hello, the HASSH of an SSH client; new to the actor. */
  takeHello(batch: Batch, row: number): void {
    const { texts } = batch;
    const mark = this.#knowledge.toolOfHello(texts.text(batch.service[row]!), texts.text(batch.detail[row]!));
    if (mark === undefined || mark.weight < NAMES_TOOL) return;
    // The first hello is the mark; further ones of the tool's say a little more each.
    for (let further = 0; further <= MOST_FURTHER; further++) {
      if (this.#takeMark(batch, row, further === 0 ? mark : withFurther(mark, further), 0)) return;
    }
  }

  /** A host name that is new to the actor; tools that try names first ask for one that cannot be. */
  takeName(batch: Batch, row: number, id: number): void {
    if (batch.texts.lengths[id]! < SHORTEST_MADE_UP) return;
    const label = batch.texts.text(id).split(".", 1)[0]!;
    const mark = this.#knowledge.toolOfPath(`/${label}`);
    if (mark !== undefined) this.#takeMark(batch, row, mark, id);
  }

  /** A request for something new that counted against the actor. */
  takeGuess(batch: Batch, row: number): void {
    if (this.#test.actors.get(this.#test.actor, Tallied.guesses) > MOST_LOOKED_AT) return;
    const id = batch.path[row]!;
    const own = this.#knowledge.toolOfPath(batch.texts.text(id));
    if (own !== undefined) this.#takeMark(batch, row, own, id);
    this.labelLibrary(batch, row);
  }

  /** The library of a request that counted against the actor. */
  labelLibrary(batch: Batch, row: number): void {
    const names = batch.detail[row]!;
    const library = names === 0 ? undefined : this.#markOfHeaders(batch, names);
    if (library === undefined || library.weight >= NAMES_TOOL) return;
    const { dossier } = this.#test;
    const walker = library.whenGuessing;
    const mark = walker !== undefined && this.#walksList() ? walker : library;
    dossier.sawTool(mark.tool, mark.weight, mark.because);
    if (walker !== undefined) this.#labelCalibration(batch, row);
  }

  /** Below a directory a random name may be the site's own, which its clients miss, too: it tells one walker of lists from another. */
  #labelCalibration(batch: Batch, row: number): void {
    const path = batch.texts.text(batch.path[row]!);
    const mark = this.#knowledge.toolOfPath(path.slice(path.lastIndexOf("/", path.length - 2)));
    if (mark !== undefined) this.#test.dossier.sawTool(mark.tool, CALIBRATION, mark.because);
  }

  /** Whether it tries one name after the other, few of them because they belong to a known check: then it works through checks. */
  #walksList(): boolean {
    const { dossier, actors, actor } = this.#test;
    const weighed = actors.get(actor, Tallied.weighed);
    return weighed >= LIST_LENGTH && dossier.checks.size * 2 < weighed;
  }

  #markOfHeaders(batch: Batch, id: number): ToolMark | undefined {
    const hash = batch.texts.hashLow[id]!;
    if (this.#ofHeaders.has(hash)) return this.#ofHeaders.get(hash);
    const mark = this.#knowledge.toolOfHeaders(batch.texts.text(id));
    if (this.#ofHeaders.size >= MOST_HEADERS) this.#ofHeaders.clear();
    this.#ofHeaders.set(hash, mark);
    return mark;
  }

  /** Enters a mark. @returns whether it is new */
  #takeMark(batch: Batch, row: number, { tool, because, weight }: ToolMark, text: number): boolean {
    const test = this.#test;
    test.recall(hashOfText(because), ResourceKind.name, batch.atMs[row]!);
    if (!recalled.isNew) return false;
    const more = weight - (test.dossier.tools.get(tool)?.weight ?? 0);
    test.dossier.sawTool(tool, weight, because);
    if (more >= NO_WEIGHT) test.enter(batch, row, more, because, text, text === 0 ? TextRole.label : TextRole.path);
    return true;
  }
}

function withFurther({ tool, because, weight }: ToolMark, further: number): ToolMark {
  return { tool, because: `${because}, ${further + 1} of them`, weight: weight + further * FURTHER_HELLO };
}

function hashOfText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
