// Hot: once per distinct request; measured by bench/knowledge.ts.
import type { Batch } from "../../../observations/batch.ts";
import type { CheckMatch } from "../../types.ts";
import { hasFolded } from "../header-memory.ts";
import { globMatches, indexOf } from "../path-match.ts";
import { RequestView } from "../request-view.ts";
import { MOST_HITS, Sign, TokenSet } from "../tokens.ts";
import { RequestContent } from "./request-content.ts";
import type { RuleIndex } from "./rule-index.ts";
import type { RuleProgram, Test } from "./rule-program.ts";

const NONE: readonly CheckMatch[] = Object.freeze([]);

/** Ways to ask that are compared with one request at most: a request made to be near to more is not worth the time. */
const MOST_TRIED = 2000;
/** Directories before a path that are passed over. */
const MOST_DIRECTORIES = 6;
/** How much less a path is told by that stands beneath a directory. */
const FLOATING = 0.5;

/** A program with its literals as bytes. */
interface Compiled {
  readonly methods: readonly Uint8Array[];
  readonly path: readonly Uint8Array[] | undefined;
  readonly isFloating: boolean;
  readonly tests: readonly CompiledTest[];
  readonly detail: number;
}

interface CompiledTest {
  readonly test: Test;
  readonly glob: readonly Uint8Array[];
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
  readonly #compiled: (Compiled | undefined)[] = [];
  readonly #matches = new Map<string, CheckMatch>();
  readonly #view = new RequestView();
  readonly #content = new RequestContent();
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
    if (!isCoded && this.#tokens.hitCount === 0 && batch.content[row] === 0) return NONE;
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
    if (this.#present.size === 0) return NONE;
    this.#best.clear();
    this.#tryPresent(batch, row);
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
        this.#openView(batch, row);
        const detail = this.#detailOf(this.#compiledOf(i), batch, row);
        if (detail > 0) this.#keepBest(i, detail);
      }
    }
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
      if (answer === (test.test.isNot === true)) return 0;
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
  #answer({ test, glob, name }: CompiledTest, batch: Batch, row: number): boolean | undefined {
    const view = this.#view;
    const content = this.#content;
    switch (test.of) {
      case "queryParam":
        return hasParam(view, name, glob, test.fit);
      case "queryName":
        return hasName(view, glob, test.fit);
      case "param":
        return hasParam(view, name, glob, test.fit) || this.#ofForm(() => hasParam(content.form, name, glob, test.fit));
      case "paramName":
        return hasName(view, glob, test.fit) || this.#ofForm(() => hasName(content.form, glob, test.fit));
      case "bodyParam":
        return this.#ofForm(() => hasParam(content.form, name, glob, test.fit));
      case "bodyName":
        return this.#ofForm(() => hasName(content.form, glob, test.fit));
      case "query":
        return view.pathEnd < view.length && holds(glob, test.fit, view.text, view.pathEnd + 1, view.length);
      case "path":
        return holds(glob, test.fit, view.text, 0, view.pathEnd);
      case "target":
        return holds(glob, test.fit, view.text, 0, view.length);
      case "rawTarget":
        return glob.every((piece) => hasFolded(batch, batch.path[row]!, piece));
      case "body":
      case "fileName":
        if (!content.isKnown) return undefined;
        return holds(glob, test.fit, content.text, content.bodyStart, content.length) || this.#mayGoOn();
      default:
        return this.#answerOfHeaders(test, glob, name, batch, row);
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

  #answerOfHeaders(
    test: Test,
    glob: readonly Uint8Array[],
    name: Uint8Array | undefined,
    batch: Batch,
    row: number,
  ): boolean | undefined {
    const shown = name === undefined ? undefined : ownColumn(batch, row, test.name!);
    if (shown !== undefined) return shown === 0 ? undefined : glob.every((piece) => hasFolded(batch, shown, piece));
    const content = this.#content;
    if (!content.isKnown) {
      const names = batch.detail[row]!;
      return names === 0 || name === undefined || test.of === "cookie" || hasFolded(batch, names, name)
        ? undefined
        : false;
    }
    if (test.of === "cookie") return cookieHolds(content, name, glob);
    if (name === undefined) return holds(glob, "anywhere", content.text, 0, content.bodyStart);
    if (headerHolds(content, name, glob, test.fit)) return true;
    // Of headers that everybody sends only the names are kept.
    const isKept = headerHolds(content, name, anyValue, "anywhere");
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

function compiled(program: RuleProgram): Compiled {
  return {
    methods: (program.methods ?? []).flatMap((method) => [method, ...(method === "GET" ? ["HEAD"] : [])]).map(bytesOf),
    path: program.path?.map(bytesOf),
    isFloating: program.isFloating === true,
    detail: program.detail,
    tests: program.tests.map((test) => ({
      test,
      glob: test.pieces.map(bytesOf),
      name: test.name === undefined ? undefined : bytesOf(test.name),
      detail: test.isNot ? 0 : 2 + test.pieces.join("").length + (test.name?.length ?? 0),
    })),
  };
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

function equalsFolded(bytes: Uint8Array, start: number, end: number, upper: Uint8Array): boolean {
  if (end - start !== upper.length) return false;
  for (let i = 0; i < upper.length; i++) {
    const c = bytes[start + i]!;
    if ((c >= 97 && c <= 122 ? c & ~32 : c) !== upper[i]) return false;
  }
  return true;
}

function floats(glob: readonly Uint8Array[], text: Uint8Array, end: number): boolean {
  let directories = 0;
  for (let i = 1; i < end && directories < MOST_DIRECTORIES; i++) {
    if (text[i] !== 47) continue;
    directories++;
    if (globMatches(glob, text, i, end)) return true;
  }
  return false;
}

/** Whether pieces stand in `text[start, end)` as `fit` says, in order. */
function holds(glob: readonly Uint8Array[], fit: Test["fit"], text: Uint8Array, start: number, end: number): boolean {
  if (fit === "whole") return globMatches(glob, text, start, end);
  if (end < start) return false;
  let from = start;
  for (let i = 0; i < glob.length; i++) {
    const piece = glob[i]!;
    const isLast = i === glob.length - 1;
    if (fit === "end" && isLast) {
      return end - piece.length >= from && indexOf(text, end - piece.length, end, piece) >= 0;
    }
    const at = indexOf(text, from, fit === "start" && i === 0 ? Math.min(end, start + piece.length) : end, piece);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return true;
}

function hasParam(
  view: RequestView,
  name: Uint8Array | undefined,
  glob: readonly Uint8Array[],
  fit: Test["fit"],
): boolean {
  for (let i = 0; i < view.params; i++) {
    if (name !== undefined && !isSame(view.text, view.nameStart[i]!, view.nameEnd[i]!, name)) continue;
    if (holds(glob, fit, view.text, view.valueStart[i]!, view.valueEnd[i]!)) return true;
  }
  return false;
}

function hasName(view: RequestView, glob: readonly Uint8Array[], fit: Test["fit"]): boolean {
  for (let i = 0; i < view.params; i++) {
    if (holds(glob, fit, view.text, view.nameStart[i]!, view.nameEnd[i]!)) return true;
  }
  return false;
}

function isSame(text: Uint8Array, start: number, end: number, piece: Uint8Array): boolean {
  if (end - start !== piece.length) return false;
  for (let i = 0; i < piece.length; i++) if (text[start + i] !== piece[i]) return false;
  return true;
}

/** The column of a header that has its own; undefined for others. */
function ownColumn(batch: Batch, row: number, name: string): number | undefined {
  if (name === "user-agent") return batch.agent[row]!;
  if (name === "referer") return batch.referer[row]!;
  if (name === "host") return batch.host[row]!;
  return undefined;
}

/** Whether one of the header lines is this name with such a value. */
function headerHolds(
  content: RequestContent,
  name: Uint8Array,
  glob: readonly Uint8Array[],
  fit: Test["fit"],
): boolean {
  const { text, bodyStart } = content;
  for (let at = 1; at < bodyStart; ) {
    let end = at;
    while (end < bodyStart && text[end] !== 10) end++;
    const colon = at + name.length;
    if (text[colon] === 58 && isSame(text, at, colon, name)) {
      let value = colon + 1;
      while (value < end && text[value] === 32) value++;
      if (holds(glob, fit, text, value, end)) return true;
    }
    at = end + 1;
  }
  return false;
}

const COOKIE = bytesOf("cookie");
const anyValue: readonly Uint8Array[] = [new Uint8Array(0)];

function cookieHolds(content: RequestContent, name: Uint8Array | undefined, glob: readonly Uint8Array[]): boolean {
  const wanted = name === undefined ? glob : [Buffer.concat([name, Buffer.from("=")]), ...glob];
  return headerHolds(content, COOKIE, wanted, "anywhere");
}
