// Hot: once per distinct request; measured by bench/knowledge.ts.
import type { Batch } from "../../../observations/batch.ts";
import type { CheckMatch } from "../../types.ts";
import { hasFolded } from "../header-memory.ts";
import { globMatches } from "../path-match.ts";
import { RequestView } from "../request-view.ts";
import { MOST_HITS, Sign, TokenSet } from "../tokens.ts";
import { RequestContent } from "./request-content.ts";
import type { RuleIndex } from "./rule-index.ts";
import { equalsFolded, type Fits, fitsOf, floats, hasName, hasParam, headerHolds, ownColumn } from "./rule-parts.ts";
import { BY_AGENT, type RuleProgram, type Test } from "./rule-program.ts";

const NONE: readonly CheckMatch[] = Object.freeze([]);

/** Ways to ask that are compared with one request at most: a request made to be near to more is not worth the time. */
const MOST_TRIED = 2000;
/** User agents that are remembered to name nothing, a power of two. */
const AGENT_PLACES = 1 << 12;
/** How much less a path is told by that stands beneath a directory. */
const FLOATING = 0.5;

/** A program with its literals as bytes. */
interface Compiled {
  readonly methods: readonly Uint8Array[];
  readonly path: readonly Uint8Array[] | undefined;
  readonly isFloating: boolean;
  readonly isLoose: boolean;
  readonly tests: readonly CompiledTest[];
  readonly detail: number;
}

interface CompiledTest {
  readonly test: Test;
  readonly glob: readonly Uint8Array[];
  readonly fits: Fits;
  readonly name: Uint8Array | undefined;
  readonly detail: number;
}

/** Names the imported rules that a request may be. Most requests have none of their rare tokens, and leave after one scan. */
export class RuleMatcher {
  /** Literal bytes that the last request's names agree with. */
  detail = 0;
  readonly #index: RuleIndex;
  readonly #tokens: TokenSet;
  /** First request of each anchor; those with the same follow. */
  readonly #firstOf = new Map<number, number>();
  /** Requests that are found by the user agent, and agents that none of them asks for: upper half of the hash, the lower chose the place. */
  readonly #byAgent: number[] = [];
  readonly #plainAgents = new Uint32Array(AGENT_PLACES);
  readonly #compiled: (Compiled | undefined)[] = [];
  readonly #matches = new Map<string, CheckMatch>();
  readonly #view = new RequestView();
  readonly #content = new RequestContent();
  readonly #field = Buffer.alloc(8192);
  #fieldLength = 0;
  readonly #resolved = Buffer.alloc(8200);
  #resolvedLength = 0;
  #hasView = false;
  readonly #present = new Set<number>();
  readonly #best = new Map<number, { request: number; detail: number }>();
  #sum = 0;

  constructor(index: RuleIndex) {
    this.#index = index;
    const hashes: number[] = [];
    for (let i = index.requests - 1; i >= 0; i--) {
      if (index.anchorOf(i) === BY_AGENT) {
        this.#byAgent.push(i);
        continue;
      }
      this.#firstOf.set(index.anchorOf(i), i);
      hashes.push(index.anchorOf(i), index.secondOf(i));
    }
    this.#tokens = new TokenSet(hashes.filter((hash) => hash !== 0));
  }

  /** Names of the request in `row`: those that say most of it, one of N each. */
  checksOf(batch: Batch, row: number): readonly CheckMatch[] {
    const texts = batch.texts;
    const path = batch.path[row]!;
    const start = texts.starts[path]!;
    const end = start + texts.lengths[path]!;
    const signs = this.#tokens.scan(texts.bytes, start, end);
    const isCoded = (signs & (Sign.encoded | Sign.dotted)) !== 0;
    const hasAgent = this.#byAgent.length > 0 && this.#mayNameAgent(batch, row);
    if (!isCoded && this.#tokens.hitCount === 0 && batch.content[row] === 0 && !hasAgent) return NONE;
    this.#present.clear();
    this.#hasView = false;
    this.#keepHits();
    if (isCoded) {
      this.#openView(batch, row);
      this.#tokens.scan(this.#view.text, 0, this.#view.length);
      this.#keepHits();
    }
    this.#content.read(batch, row);
    if (this.#content.isKnown) this.#scanContent();
    if (this.#present.size === 0 && !hasAgent) return NONE;
    this.#best.clear();
    this.#tryPresent(batch, row);
    if (hasAgent) for (const request of this.#byAgent) this.#try(request, batch, row);
    return this.#best.size === 0 ? NONE : this.#named();
  }

  #keepHits(): void {
    const { hits, hitCount } = this.#tokens;
    for (let i = 0; i < hitCount && i < MOST_HITS; i++) this.#present.add(hits[i]!);
  }

  #scanContent(): void {
    const content = this.#content;
    this.#tokens.scan(content.text, 0, content.length);
    this.#keepHits();
    if (!content.hasForm) return;
    this.#tokens.scan(content.form.text, 0, content.form.length);
    this.#keepHits();
  }

  #tryPresent(batch: Batch, row: number): void {
    const index = this.#index;
    let tried = 0;
    for (const hash of this.#present) {
      const first = this.#firstOf.get(hash);
      if (first === undefined) continue;
      for (let i = first; i < index.requests && index.anchorOf(i) === hash && tried < MOST_TRIED; i++) {
        const second = index.secondOf(i);
        if (second !== 0 && !this.#present.has(second)) continue;
        tried++;
        this.#try(i, batch, row);
      }
    }
  }

  #try(request: number, batch: Batch, row: number): void {
    this.#openView(batch, row);
    const detail = this.#detailOf(this.#compiledOf(request), batch, row);
    if (detail > 0) this.#keepBest(request, detail);
  }

  /** Whether a request of `#byAgent` asks for this one's user agent. */
  #mayNameAgent({ texts, agent }: Batch, row: number): boolean {
    const id = agent[row]!;
    if (id === 0) return false;
    const place = texts.hashLow[id]! & (AGENT_PLACES - 1);
    if (this.#plainAgents[place] === texts.hashHigh[id]) return false;
    this.#foldField(texts, id);
    if (this.#byAgent.some((request) => this.#compiledOf(request).tests.every((test) => this.#allowsAgent(test))))
      return true;
    this.#plainAgents[place] = texts.hashHigh[id]!;
    return false;
  }

  #allowsAgent({ test, fits }: CompiledTest): boolean {
    if (test.of !== "header" || test.name !== "user-agent") return true;
    return fits(this.#field, 0, this.#fieldLength) !== (test.isNot === true);
  }

  /** Takes a field with a column of its own in small letters. */
  #foldField(texts: Batch["texts"], id: number): void {
    const start = texts.starts[id]!;
    const length = Math.min(texts.lengths[id]!, this.#field.length);
    for (let i = 0; i < length; i++) {
      const c = texts.bytes[start + i]!;
      this.#field[i] = c >= 65 && c <= 90 ? c | 32 : c;
    }
    this.#fieldLength = length;
  }

  #keepBest(request: number, detail: number): void {
    const rule = this.#index.ruleOf(request);
    const known = this.#best.get(rule);
    if (known === undefined || known.detail < detail) this.#best.set(rule, { request, detail });
  }

  #openView(batch: Batch, row: number): void {
    if (this.#hasView) return;
    this.#hasView = true;
    const { bytes, starts, lengths } = batch.texts;
    const path = batch.path[row]!;
    const view = this.#view;
    view.read(bytes, starts[path]!, starts[path]! + lengths[path]!);
    view.mergeBlanks();
    this.#resolvedLength = 0;
    if (!view.isRewritten) return;
    let to = 0;
    for (let i = 0; i < view.resolved; i++) {
      this.#resolved[to++] = 47;
      for (let k = view.resolvedStart[i]!; k < view.resolvedEnd[i]!; k++) this.#resolved[to++] = view.text[k]!;
    }
    if (to === 0) this.#resolved[to++] = 47;
    this.#resolvedLength = to;
  }

  /** How much of the request a rule's request says; 0 when it does not fit. */
  #detailOf(rule: Compiled, batch: Batch, row: number): number {
    if (!this.#fitsMethod(rule, batch, row)) return 0;
    this.#sum = rule.detail;
    if (rule.path !== undefined && !this.#fitsPath(rule.path, rule.isFloating)) return 0;
    for (const test of rule.tests) {
      const answer = this.#answer(test, batch, row);
      if (answer === (test.test.isNot === true) || (answer === undefined && rule.isLoose)) return 0;
      if (answer === true) this.#sum += test.detail;
    }
    return this.#sum;
  }

  #fitsMethod(rule: Compiled, batch: Batch, row: number): boolean {
    const id = batch.method[row]!;
    if (rule.methods.length === 0 || id === 0) return true;
    const { bytes, starts, lengths } = batch.texts;
    const start = starts[id]!;
    return rule.methods.some((method) => equalsFolded(bytes, start, start + lengths[id]!, method));
  }

  #fitsPath(glob: readonly Uint8Array[], isFloating: boolean): boolean {
    const view = this.#view;
    if (globMatches(glob, view.text, 0, view.pathEnd)) return true;
    const resolved = this.#resolvedLength;
    if (resolved > 0 && globMatches(glob, this.#resolved, 0, resolved)) return true;
    if (!isFloating) return false;
    this.#sum -= FLOATING;
    return floats(glob, view.text, view.pathEnd) || (resolved > 0 && floats(glob, this.#resolved, resolved));
  }

  /** Whether a test holds; undefined when the input does not show what it looks at. */
  #answer(compiledTest: CompiledTest, batch: Batch, row: number): boolean | undefined {
    const { test, glob, fits, name } = compiledTest;
    const view = this.#view;
    const content = this.#content;
    switch (test.of) {
      case "queryParam":
        return hasParam(view, name, fits);
      case "queryName":
        return hasName(view, fits);
      case "param":
        return hasParam(view, name, fits) || this.#ofForm(() => hasParam(content.form, name, fits));
      case "paramName":
        return hasName(view, fits) || this.#ofForm(() => hasName(content.form, fits));
      case "bodyParam":
        return this.#ofForm(() => hasParam(content.form, name, fits));
      case "bodyName":
        return this.#ofForm(() => hasName(content.form, fits));
      case "query":
        return view.pathEnd < view.length && fits(view.text, view.pathEnd + 1, view.length);
      case "path":
        return fits(view.text, 0, view.pathEnd);
      case "target":
        return fits(view.text, 0, view.length);
      case "rawTarget":
        return glob.every((piece) => hasFolded(batch, batch.path[row]!, piece));
      case "body":
      case "fileName":
        if (!content.isKnown) return undefined;
        return fits(content.text, content.bodyStart, content.length) || this.#mayGoOn();
      default:
        return this.#answerOfHeaders(compiledTest, batch, row);
    }
  }

  /** A test of a form; where the body is something else, its names and values may stand in it all the same. */
  #ofForm(ask: () => boolean): boolean | undefined {
    if (!this.#content.isKnown) return undefined;
    return this.#content.hasForm ? ask() || this.#mayGoOn() : this.#mayGoOn();
  }

  /** What is missing may stand in the part of the body that was not kept. */
  #mayGoOn(): boolean | undefined {
    return this.#content.length - this.#content.bodyStart >= KEPT_BODY_BYTES ? undefined : false;
  }

  #answerOfHeaders({ test, fits, name }: CompiledTest, batch: Batch, row: number): boolean | undefined {
    const shown = name === undefined ? undefined : ownColumn(batch, row, test.name!);
    if (shown === 0) return undefined;
    if (shown !== undefined) {
      this.#foldField(batch.texts, shown);
      return fits(this.#field, 0, this.#fieldLength);
    }
    const content = this.#content;
    if (!content.isKnown) {
      const names = batch.detail[row]!;
      return names === 0 || name === undefined || test.of === "cookie" || hasFolded(batch, names, name)
        ? undefined
        : false;
    }
    if (test.of === "cookie") return headerHolds(content, COOKIE, fits);
    if (name === undefined) return fits(content.text, 0, content.bodyStart);
    if (headerHolds(content, name, fits)) return true;
    // Of headers that everybody sends only the names are kept.
    const isKept = headerHolds(content, name, anyValue);
    return isKept || !hasFolded(batch, batch.detail[row]!, name) ? false : undefined;
  }

  #named(): readonly CheckMatch[] {
    let most = 0;
    for (const { detail } of this.#best.values()) most = Math.max(most, detail);
    const requests: number[] = [];
    for (const { request, detail } of this.#best.values()) if (detail === most) requests.push(request);
    this.detail = most;
    return requests.map((request) => this.#matchOf(request, requests.length));
  }

  #matchOf(request: number, count: number): CheckMatch {
    const key = `${request} ${count}`;
    let match = this.#matches.get(key);
    if (match === undefined) {
      const { steps } = this.#index.factsOf(request);
      const check = this.#index.checkOf(request);
      match = { check, share: 1 / count, step: this.#index.stepOf(request), steps };
      this.#matches.set(key, match);
    }
    return match;
  }

  #compiledOf(request: number): Compiled {
    const known = this.#compiled[request] ?? compiled(this.#index.programOf(request));
    this.#compiled[request] = known;
    return known;
  }
}

/** Bodies are kept up to this many bytes at least by those who read them. */
const KEPT_BODY_BYTES = 1000;

const anyValue: Fits = () => true;
const COOKIE = bytesOf("cookie");

function compiled(program: RuleProgram): Compiled {
  return {
    methods: (program.methods ?? []).flatMap((method) => [method, ...(method === "GET" ? ["HEAD"] : [])]).map(bytesOf),
    path: program.path?.map(bytesOf),
    isFloating: program.isFloating === true,
    isLoose: program.isLoose === true,
    detail: program.detail,
    tests: program.tests.map((test) => ({
      test,
      glob: test.pieces.map(bytesOf),
      fits: fitsOfTest(test),
      name: test.name === undefined ? undefined : bytesOf(test.name),
      detail: test.isNot ? 0 : 2 + test.pieces.join("").length + (test.name?.length ?? 0),
    })),
  };
}

function fitsOfTest({ of, name, pieces, fit, oneOf }: Test): Fits {
  const glob = pieces.map(bytesOf);
  // Cookies share a line, and a header of any name is looked for in all lines.
  if (of === "cookie") return fitsOf(name === undefined ? glob : [bytesOf(`${name}=`), ...glob], "anywhere", oneOf);
  return fitsOf(glob, of === "headers" || (of === "header" && name === undefined) ? "anywhere" : fit, oneOf);
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
