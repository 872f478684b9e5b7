import { mix } from "../bytes/hash.ts";
import { automaticPaths } from "../knowledge/automatic-paths.ts";
import type { AgentLabel, Knowledge } from "../knowledge/types.ts";
import type { Batch } from "../observations/batch.ts";
import { Count, ResourceKind } from "../observations/estate.ts";
import { Kind } from "../observations/vocabulary.ts";
import { ActorFlag, Tallied } from "./actor-table.ts";
import { Class } from "./classes.ts";
import { TextRole } from "./ledger.ts";
import { resourceTag } from "./lessons.ts";
import { recalled } from "./memory.ts";
import type { Names } from "./names.ts";
import { Reflections } from "./reflections.ts";
import { succeeded } from "./request-class.ts";
import { SameAnswers } from "./same-answers.ts";
import { NO_WEIGHT, type SequentialTest } from "./sequential-test.ts";
import type { Tools } from "./tools.ts";

/** User agents whose label is remembered at once. */
const MOST_LABELS = 1 << 16;
/** Distinct client hellos that the programs behind one address may well send. */
const USUAL_HELLOS = 4;
/** Distinct credible visitors that make a name or a hello popular. */
const POPULAR = 2;
/** Names that must be known before an unknown one says anything. */
const ENOUGH_NAMES = 8;
/** A tool is named when its label weighs at least this much. */
const NAMES_TOOL = 1;
/** A scanner's ident sent to yet another host: owners who use such a tool use it on a host or two. */
const ANOTHER_HOST = 1.2;

/** All names, and all hellos, as containers of the estate. */
const NAMES = mix(ResourceKind.name, 0x4e);
const HELLOS = mix(ResourceKind.hello, 0x48);
const SSH = new TextEncoder().encode("ssh");

/** Takes what clients say of themselves as evidence: user agents and idents, names asked for, shapes of their hellos. */
export class Clients {
  readonly #test: SequentialTest;
  readonly #knowledge: Knowledge;
  readonly #tools: Tools;
  readonly #names: Names;
  /** What is answered to names that nobody asks for. */
  readonly #sameAnswers = new SameAnswers();
  readonly #reflections: Reflections;
  readonly #labels = new Map<number, AgentLabel>();
  /** Inputs that have told a user agent. */
  readonly #withAgents = new Set<number>();

  constructor(test: SequentialTest, knowledge: Knowledge, tools: Tools, names: Names) {
    this.#tools = tools;
    this.#names = names;
    this.#test = test;
    this.#reflections = new Reflections(test);
    this.#knowledge = knowledge;
  }

  /** The user agent, the header names and the host name of a request. */
  takeRequest(batch: Batch, row: number): void {
    const { actor, actors } = this.#test;
    const { hashLow } = batch.texts;
    const said = mix(hashLow[batch.agent[row]!]!, hashLow[batch.detail[row]!]!);
    // What was sent before the first request has hash 0.
    if (said !== actors.get(actor, Tallied.lastAgent) || actors.get(actor, Tallied.observations) === 1) {
      actors.set(actor, Tallied.lastAgent, said);
      if (this.#tellsAgents(batch, row)) this.#label(batch, row, batch.agent[row]!);
      this.#tools.takeHeaders(batch, row);
    }
    this.#nameIfNew(batch, row);
  }

  /** Whether a request without user agent is one: not every log has a column for it. */
  #tellsAgents(batch: Batch, row: number): boolean {
    if (batch.agent[row] !== 0) this.#withAgents.add(batch.input);
    return this.#withAgents.has(batch.input);
  }

  takeHello(batch: Batch, row: number): void {
    this.#nameIfNew(batch, row);
    if (batch.detail[row] === 0) return;
    this.#hello(batch, row);
    if (isText(batch, batch.service[row]!, SSH)) this.#ident(batch, row, batch.detail[row]!);
  }

  /** What was asked of a service: telling where knowledge names a check that asks so. Each way to ask counts once per actor. */
  takeAsk(batch: Batch, row: number): void {
    const test = this.#test;
    const { texts } = batch;
    const service = batch.service[row]!;
    const id = batch.detail[row]!;
    const low = mix(texts.hashLow[id]!, texts.hashLow[service]!);
    test.recall(low, texts.hashHigh[id]! ^ ResourceKind.name, batch.atMs[row]!);
    const { isNew } = recalled;
    if (!isNew && !this.#reflections.isOneTooMany(batch, row, low)) return;
    const check = this.#knowledge.checkOfWords(texts.text(service), texts.text(id));
    if (check === undefined || check.weight < NO_WEIGHT) return;
    const way = mix(texts.hashLow[service]!, check.number);
    test.recall(way, way ^ ResourceKind.name, batch.atMs[row]!);
    const { slot, weight } = recalled;
    if (recalled.isNew) {
      test.memory.setWeight(slot, check.weight);
      test.enter(batch, row, check.weight, check.note, id, TextRole.words);
    } else if (!isNew && weight > 0) this.#reflections.excuse(batch, row, slot, weight);
  }

  /** An SSH ident: what a client says it is, and to how many hosts. */
  #ident(batch: Batch, row: number, id: number): void {
    const test = this.#test;
    const { texts, target } = batch;
    const hash = texts.hashLow[id]!;
    const at = row * 4;
    const host = mix(mix(target[at]!, target[at + 1]!), mix(target[at + 2]!, target[at + 3]!));
    const isAnother = test.knows(hash, texts.hashHigh[id]! ^ ResourceKind.name);
    this.#label(batch, row, id);
    if (this.#labelOf(hash, texts, id).kind !== "scanner") return;
    test.recall(mix(hash, host), mix(host, ResourceKind.name), batch.atMs[row]!);
    if (isAnother && recalled.isNew) test.enter(batch, row, ANOTHER_HOST, "to another host", id, TextRole.label);
  }

  /** What a client says it is: a user agent, an SSH ident. It counts once per actor and text. */
  #label(batch: Batch, row: number, id: number): void {
    const test = this.#test;
    const { texts } = batch;
    const hash = texts.hashLow[id]!;
    test.recall(hash, texts.hashHigh[id]! ^ ResourceKind.name, batch.atMs[row]!);
    if (!recalled.isNew) return;
    const label = this.#labelOf(hash, texts, id);
    if (label.kind === "research") test.actors.mark(test.actor, ActorFlag.research);
    if (label.kind === "crawler" && label.tool !== undefined)
      this.#names.claim(batch.source.subarray(row * 4, row * 4 + 4), label.tool);
    if (Math.abs(label.weight) < NO_WEIGHT) return;
    const note = label.tool === undefined ? `a client of kind ${label.kind}` : `a client that says it is ${label.tool}`;
    if (label.tool !== undefined && label.weight > NAMES_TOOL) test.dossier.sawTool(label.tool, label.weight, note);
    test.enter(batch, row, label.weight, note, id, TextRole.label);
  }

  #labelOf(hash: number, texts: Batch["texts"], id: number): AgentLabel {
    const known = this.#labels.get(hash);
    if (known !== undefined) return known;
    const label = this.#knowledge.agentOf(texts.text(id));
    if (this.#labels.size >= MOST_LABELS) this.#labels.clear();
    this.#labels.set(hash, label);
    return label;
  }

  #nameIfNew(batch: Batch, row: number): void {
    const { actor, actors } = this.#test;
    const id = batch.host[row]!;
    if (id === 0) return;
    const hash = batch.texts.hashLow[id]!;
    if (hash === actors.get(actor, Tallied.lastName) || isAskedOfAnySite(batch, row)) return;
    actors.set(actor, Tallied.lastName, hash);
    this.#name(batch, row, id);
  }

  /** A host name asked for, in a Host header or a TLS server name. */
  #name(batch: Batch, row: number, id: number): void {
    const test = this.#test;
    const { texts } = batch;
    const numeric = isAddressText(texts.bytes, texts.starts[id]!, texts.lengths[id]!);
    const low = mix(ResourceKind.name, numeric ? 1 : texts.hashLow[id]!);
    const high = mix(numeric ? 1 : texts.hashHigh[id]!, ResourceKind.name);
    test.recall(low, high, batch.atMs[row]!);
    if (!recalled.isNew) return;
    this.#tools.takeName(batch, row, id);
    const popular = test.estate.get(test.estate.find(low, resourceTag(high)), Count.hits) >= POPULAR;
    const index = popular ? Class.popularName : numeric ? Class.addressAsName : Class.unknownName;
    // Until a few visitors have shown which names exist here, an unknown one says nothing; nor does one that has a page of its own.
    const isOwn = index === Class.unknownName && this.#hasOwnPage(batch, row, id);
    if (!isOwn && (popular || test.estate.get(test.estate.find(NAMES, NAMES), Count.hits) >= ENOUGH_NAMES)) {
      const weight = test.weigh(batch, row, index, NAMES, 0, "", id, TextRole.name);
      if (weight > NO_WEIGHT) this.#tools.labelLibrary(batch, row);
    }
    test.learn(low, high, true, index, NAMES);
  }

  /** Whether a request to a name was answered with something else than what is answered to any name. */
  #hasOwnPage(batch: Batch, row: number, id: number): boolean {
    if (batch.kind[row] !== Kind.request || batch.bytesSent[row] === 0 || !succeeded(batch.status[row]!)) return false;
    return !this.#sameAnswers.isUsual(batch.status[row]!, batch.bytesSent[row]!, 0, batch.texts.lengths[id]!);
  }

  /**
   * The shape of a client's hello. A source speaks with the few programs that people there use; one whose every hello is
   * another is trying out what the server takes.
   */
  #hello(batch: Batch, row: number): void {
    const test = this.#test;
    const id = batch.detail[row]!;
    const low = mix(ResourceKind.hello, batch.texts.hashLow[id]!);
    const high = mix(batch.texts.hashHigh[id]!, ResourceKind.hello);
    test.recall(low, high, batch.atMs[row]!);
    if (!recalled.isNew) return;
    this.#tools.takeHello(batch, row);
    const popular = test.estate.get(test.estate.find(low, resourceTag(high)), Count.hits) >= POPULAR;
    const index = popular ? Class.popularHello : Class.anotherHello;
    if (!popular) {
      const hellos = test.actors.add(test.actor, Tallied.hellos, 1);
      if (hellos > USUAL_HELLOS)
        test.weigh(batch, row, index, HELLOS, Math.log(hellos / USUAL_HELLOS), "", id, TextRole.label);
    }
    test.learn(low, high, true, index, HELLOS);
  }
}

/** Whether it asks in vain for what software asks of any site: that tells nothing of the site yet. */
function isAskedOfAnySite(batch: Batch, row: number): boolean {
  if (batch.kind[row] !== Kind.request || succeeded(batch.status[row]!)) return false;
  return ofAnySite.has(batch.texts.text(batch.path[row]!));
}

const ofAnySite = new Set(automaticPaths);

function isAddressText(bytes: Uint8Array, start: number, length: number): boolean {
  if (bytes[start] === 91) return true;
  for (let i = start; i < start + length; i++) {
    const c = bytes[i]!;
    if (c !== 46 && c !== 58 && (c < 48 || c > 57)) return false;
  }
  return length > 0;
}

function isText(batch: Batch, id: number, text: Uint8Array): boolean {
  const { bytes, starts, lengths } = batch.texts;
  const at = starts[id]!;
  return lengths[id] === text.length && text.every((byte, i) => bytes[at + i] === byte);
}
