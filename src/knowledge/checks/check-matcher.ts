// Hot: once per distinct request; measured by bench/knowledge.ts.
import type { Batch } from "../../observations/batch.ts";
import type { Check, CheckMatch } from "../types.ts";
import { type Ask, type Fact, methodBit, methodBitByHash, parseAsks } from "./ask.ts";
import { evasionHint, shapesOf } from "./attack-shapes.ts";
import type { CheckDefinition } from "./define-check.ts";
import { HeaderMemory, hasFolded } from "./header-memory.ts";
import { globMatches, indexOf, pathMatches } from "./path-match.ts";
import { DISGUISES, Evasion, RequestView } from "./request-view.ts";
import { MOST_HITS, Sign, TokenSet, wholeTokens } from "./tokens.ts";

const NONE: readonly CheckMatch[] = Object.freeze([]);

/** Tokens without which no shape is looked for in a request that has no special bytes; see attack-shapes.ts. */
const shapeWords = [
  ..." union, select, and, or, xor, order, group, having, rlike, where, waitfor,=union,=and,=or,=xor,=order,=group,=having".split(
    ",",
  ),
  ..."=where,=rlike,=waitfor,/passwd,/shadow,/hosts,/win,/boot,/etc,/group,/issue,/system32,/proc,.bash_history,/id_rsa".split(
    ",",
  ),
  ..."/web-inf,/169,/100,/metadata,:ffff,=php,=file,=expect,=gopher,=dict,=phar,=zip,=javascript".split(","),
  ..."&cmd,&exec,&command,&execute,&shell,&run".split(","),
];

/** Disguises that are a shape by themselves; see attack-shapes.ts. */
const SHAPELY = Evasion.climb | Evasion.overlong | Evasion.unicodeEscape | Evasion.nul | Evasion.hiddenSeparator;
const OTHER_METHOD = methodBit("");
const METHOD_OVERRIDE = new TextEncoder().encode("method");
const OVERRIDE = new TextEncoder().encode("_method");
const PLAIN_METHODS = methodBit("GET") | methodBit("HEAD") | methodBit("POST");

interface Compiled {
  readonly ask: Ask;
  readonly check: Check;
  /** Whether the ask is itself written with what is a disguise in others (`/cgi-bin/.%2e/`, `/..;/`). */
  readonly isDisguised: boolean;
}

/**
 * Names the checks that a request may be. A request is scanned once for rare tokens and special bytes; without either
 * it leaves, having allocated nothing. What remains is normalised, scanned again, and compared with the few ways to ask
 * whose rarest token it contains.
 */
export class CheckMatcher {
  readonly #asks: Compiled[] = [];
  /** Hash of each ask's second token; 0 when it has none. */
  readonly #seconds: number[] = [];
  readonly #asksByAnchor = new Map<number, number[]>();
  /** Asks known by a method or a header instead of a token: tried on requests that are odd in one of these ways. */
  readonly #unanchored: number[] = [];
  /** Asks with a `..` segment, which is rarer than any token. */
  readonly #climbing: number[] = [];
  readonly #headerNames: Uint8Array[] = [];
  readonly #shapeWords = new Set<number>();
  readonly #tokens: TokenSet;
  readonly #view = new RequestView();
  readonly #headers = new HeaderMemory();
  /** Asks that fitted the current request. */
  readonly #fitting: number[] = [];

  constructor(definitions: readonly CheckDefinition[]) {
    for (const definition of definitions) {
      this.#compile(definition, definition.asks ?? [], "probe");
      this.#compile(definition, definition.attempts ?? [], "exploit");
    }
    for (const word of shapeWords) {
      for (const token of wholeTokens(new TextEncoder().encode(word), false, false)) this.#shapeWords.add(token.hash);
    }
    this.#tokens = new TokenSet([
      ...this.#asks.flatMap(({ ask }) => (ask.anchor ? [ask.anchor.hash] : [])),
      ...this.#seconds,
      ...this.#shapeWords,
    ]);
  }

  /** See `Knowledge.checksOf`. */
  checksOf(batch: Batch, row: number): readonly CheckMatch[] {
    const texts = batch.texts;
    const path = batch.path[row]!;
    const start = texts.starts[path]!;
    const end = start + texts.lengths[path]!;
    const signs = this.#tokens.scan(texts.bytes, start, end);
    const header = this.#headers.attackOf(batch, row)?.match;
    const isOdd = !isPlainMethod(batch, row) || this.#headers.hasOneOf(this.#headerNames, batch, batch.detail[row]!);
    if (signs === 0 && header === undefined && !isOdd && !this.#hasCandidate()) return NONE;
    return this.#nameOdd(batch, row, start, end, header, isOdd);
  }

  /**
   * What `checksOf` must equal, found without its short cuts: every request is normalised and compared with every way to
   * ask. For tests.
   */
  checksByTryingAll(batch: Batch, row: number): readonly CheckMatch[] {
    const texts = batch.texts;
    const path = batch.path[row]!;
    const start = texts.starts[path]!;
    this.#view.read(texts.bytes, start, start + texts.lengths[path]!);
    this.#fitting.length = 0;
    for (let i = 0; i < this.#asks.length; i++) if (this.#fits(this.#asks[i]!.ask, batch, row)) this.#fitting.push(i);
    return this.#named(shapesOf(this.#view), this.#headers.attackOf(batch, row)?.match, batch, row);
  }

  #compile(definition: CheckDefinition, lines: readonly string[], intent: Check["intent"]): void {
    const { id, product, cpe } = definition;
    const check = { id, product, intent, knownExploited: definition.knownExploited === true, ...(cpe && { cpe }) };
    const shape = { ...check, isShape: true };
    for (const line of lines) {
      const isDisguised = /[%;\\\t]|\/\/|\/\.\//.test(line);
      for (const ask of parseAsks(line)) {
        const index = this.#asks.push({ ask, check: fitsEveryPath(ask) ? shape : check, isDisguised }) - 1;
        this.#seconds.push(ask.second?.hash ?? 0);
        const list = this.#asksByAnchor.get(ask.anchor?.hash ?? 0);
        if (isClimbing(ask)) this.#climbing.push(index);
        else if (!ask.anchor) this.#compileUnanchored(ask, index, id);
        else if (list) list.push(index);
        else this.#asksByAnchor.set(ask.anchor.hash, [index]);
      }
    }
  }

  #compileUnanchored(ask: Ask, index: number, id: string): void {
    const headers = ask.facts.filter((fact) => fact.of === "header").map((fact) => fact.text);
    if (headers.length === 0 && (ask.methods === 0 || ask.methods & PLAIN_METHODS)) {
      throw new Error(`${id}: nothing in this ask is rare enough to be found by`);
    }
    this.#headerNames.push(...headers);
    this.#unanchored.push(index);
  }

  /** Whether the tokens of the last scan are enough for some way to ask, or for a shape. */
  #hasCandidate(): boolean {
    const { hits, hitCount } = this.#tokens;
    if (hitCount > MOST_HITS) return true;
    for (let i = 0; i < hitCount; i++) {
      const hash = hits[i]!;
      if (this.#shapeWords.has(hash)) return true;
      const list = this.#asksByAnchor.get(hash);
      if (list === undefined) continue;
      for (const index of list) if (this.#hasSecond(index)) return true;
    }
    return false;
  }

  #hasSecond(index: number): boolean {
    return this.#hasHit(this.#seconds[index]!);
  }

  /** Whether the last scan found the token; 0 stands for one that need not be there. */
  #hasHit(hash: number): boolean {
    if (hash === 0) return true;
    const { hits, hitCount } = this.#tokens;
    for (let i = 0; i < hitCount && i < MOST_HITS; i++) if (hits[i] === hash) return true;
    return false;
  }

  #nameOdd(
    batch: Batch,
    row: number,
    start: number,
    end: number,
    header: CheckMatch | undefined,
    isOdd: boolean,
  ): readonly CheckMatch[] {
    const view = this.#view;
    view.read(batch.texts.bytes, start, end);
    const signs = this.#tokens.scan(view.text, 0, view.length);
    let isShapely = (signs & (Sign.special | Sign.climb | Sign.encoded)) !== 0 || (view.evasions & SHAPELY) !== 0;
    this.#fitting.length = 0;
    if (this.#tokens.hitCount > MOST_HITS) {
      isShapely = true;
      this.#try(this.#asks.keys(), batch, row);
    } else {
      for (let i = 0; i < this.#tokens.hitCount; i++) {
        const hash = this.#tokens.hits[i]!;
        if (this.#shapeWords.has(hash)) isShapely = true;
        const list = this.#asksByAnchor.get(hash);
        if (list !== undefined) this.#tryAnchored(list, batch, row);
      }
    }
    if (view.evasions & Evasion.climb) this.#tryClimbing(batch, row);
    if (isOdd) this.#try(this.#unanchored, batch, row);
    if (!isShapely && header === undefined && this.#fitting.length === 0) return NONE;
    return this.#named(isShapely ? shapesOf(view) : [], header, batch, row);
  }

  #tryClimbing(batch: Batch, row: number): void {
    for (const index of this.#climbing) {
      const { ask } = this.#asks[index]!;
      if (this.#hasHit(ask.anchor?.hash ?? 0) && this.#hasSecond(index) && this.#fits(ask, batch, row)) {
        this.#fitting.push(index);
      }
    }
  }

  #tryAnchored(list: readonly number[], batch: Batch, row: number): void {
    for (const index of list) {
      if (!this.#hasSecond(index) || this.#fitting.includes(index)) continue;
      if (this.#fits(this.#asks[index]!.ask, batch, row)) this.#fitting.push(index);
    }
  }

  #try(list: Iterable<number>, batch: Batch, row: number): void {
    for (const index of list) {
      if (!this.#fitting.includes(index) && this.#fits(this.#asks[index]!.ask, batch, row)) this.#fitting.push(index);
    }
  }

  #fits(ask: Ask, batch: Batch, row: number): boolean {
    if (ask.methods !== 0 && (ask.methods & this.#methodBitsOf(batch, row)) === 0) return false;
    const view = this.#view;
    const text = view.text;
    if (
      !pathMatches(ask, text, view.writtenStart, view.writtenEnd, view.written) &&
      !(view.isRewritten && pathMatches(ask, text, view.resolvedStart, view.resolvedEnd, view.resolved))
    ) {
      return false;
    }
    for (const param of ask.params) if (!this.#hasParam(param)) return false;
    for (const fact of ask.facts) if (!this.#hasFact(fact, batch, row)) return false;
    return true;
  }

  /** The method, and the one that a header says to take instead. */
  #methodBitsOf(batch: Batch, row: number): number {
    const bit = methodBitByHash.get(batch.texts.hashLow[batch.method[row]!]!) ?? OTHER_METHOD;
    const said = this.#overrideOf(batch, row);
    return said === undefined ? bit : bit | methodBit(said);
  }

  /** The method that a header or a parameter says to take. */
  #overrideOf(batch: Batch, row: number): string | undefined {
    const { text, params, nameStart, nameEnd, valueStart, valueEnd } = this.#view;
    for (let i = 0; i < params; i++) {
      const isSaid =
        nameEnd[i]! - nameStart[i]! === OVERRIDE.length && indexOf(text, nameStart[i]!, nameEnd[i]!, OVERRIDE) >= 0;
      if (isSaid) return text.toString("latin1", valueStart[i]!, valueEnd[i]!);
    }
    const content = batch.content[row]!;
    if (content === 0 || !hasFolded(batch, content, METHOD_OVERRIDE)) return undefined;
    return /^x-(?:http-)?method(?:-override)?: *([a-z]+)/im.exec(batch.texts.text(content))?.[1];
  }

  #hasParam(param: Ask["params"][number]): boolean {
    const view = this.#view;
    for (let i = 0; i < view.params; i++) {
      if (!globMatches(param.name, view.text, view.nameStart[i]!, view.nameEnd[i]!)) continue;
      if (!param.value || globMatches(param.value, view.text, view.valueStart[i]!, view.valueEnd[i]!)) return true;
    }
    return false;
  }

  #hasFact(fact: Fact, batch: Batch, row: number): boolean {
    switch (fact.of) {
      case "target":
        return indexOf(this.#view.text, 0, this.#view.length, fact.text) >= 0;
      case "raw":
        return hasFolded(batch, batch.path[row]!, fact.text);
      case "agent":
        return hasFolded(batch, batch.agent[row]!, fact.text);
      case "referer":
        return hasFolded(batch, batch.referer[row]!, fact.text);
      case "header":
        return hasFolded(batch, batch.detail[row]!, fact.text);
      case "body":
        return hasFolded(batch, batch.content[row]!, fact.text);
    }
  }

  /**
   * The best names. A way to ask that spells out more of the request outranks one that spells out less; those that say
   * equally much are one of N. A shape is told only when no check already says that this is an attempt, a disguise beside any.
   */
  #named(
    shapes: readonly CheckMatch[],
    header: CheckMatch | undefined,
    batch: Batch,
    row: number,
  ): readonly CheckMatch[] {
    const best = new Map<string, { check: Check; detail: number }>();
    let most = 0;
    for (const index of this.#fitting) {
      const { ask, check } = this.#asks[index]!;
      const known = best.get(check.id);
      if (!known) best.set(check.id, { check, detail: ask.detail });
      else {
        if (check.intent === "exploit") known.check = check;
        if (ask.detail > known.detail) known.detail = ask.detail;
      }
      most = Math.max(most, ask.detail);
    }
    const checks: Check[] = [];
    for (const { check, detail } of best.values()) if (detail === most) checks.push(check);
    checks.sort((a, b) => (a.id < b.id ? -1 : 1));
    const matches: CheckMatch[] = checks.map((check) => ({ check, share: 1 / checks.length }));
    const isAttempt = checks.some((check) => check.intent === "exploit");
    if (!isAttempt) matches.push(...shapes);
    if (
      checks.length > 0 &&
      this.#isDisguised(batch, row) &&
      !shapes.some(({ check }) => check.id === evasionHint.check.id)
    )
      matches.push(evasionHint);
    if (header && !matches.some((match) => match.check.id === header.check.id)) matches.push(header);
    return matches.length === 0 ? NONE : matches;
  }

  /** Whether what fits was written otherwise than its asks are. */
  #isDisguised(batch: Batch, row: number): boolean {
    const isOther = (this.#view.evasions & DISGUISES) !== 0 || this.#overrideOf(batch, row) !== undefined;
    return isOther && !this.#fitting.some((index) => this.#asks[index]!.isDisguised);
  }
}

function isClimbing(ask: Ask): boolean {
  return ask.segments.some(
    (segment) => segment.kind === "glob" && segment.glob.length === 1 && isTwoDots(segment.glob[0]!),
  );
}

function isTwoDots(piece: Uint8Array): boolean {
  return piece.length === 2 && piece[0] === 46 && piece[1] === 46;
}

/** GET, HEAD, POST and the absent method. */
/** Whether it is known by what is in the query, the agent or a header alone: any page answers it, vulnerable or not. */
function fitsEveryPath({ segments }: Ask): boolean {
  return segments.every(({ kind }) => kind === "globstar");
}

function isPlainMethod(batch: Batch, row: number): boolean {
  const texts = batch.texts;
  const id = batch.method[row]!;
  const at = texts.starts[id]!;
  const first = texts.bytes[at]!;
  switch (id === 0 ? 0 : texts.lengths[id]) {
    case 0:
      return true;
    case 3:
      return first === 71;
    case 4:
      return first === 72 || (first === 80 && texts.bytes[at + 1] === 79);
    default:
      return false;
  }
}
