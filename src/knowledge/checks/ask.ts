import { TextTable } from "../../bytes/text-table.ts";
import { rarest } from "./token-rarity.ts";
import { type Token, wholeTokens } from "./tokens.ts";

/**
 * One way to ask for a check, compiled. Its text is
 *
 *     [METHOD[,METHOD]] PATH[?QUERY] [FACT]...
 *
 * - PATH: `/a/b` is found at the root or beneath any directory, `^/a/b` only at the root; `*` stands for any run of bytes within a
 *   segment, `**` for any number of segments, a path of just `/**` for every path. Letter case does not matter. Bytes that
 *   the language itself uses are percent-encoded (`%3f` for a question mark within the path).
 * - QUERY: `name` or `name=value` joined by `&`; all must be there, others may be; `*` as in the path, also for names.
 * - FACT: `~text`, the decoded target contains this; `raw~text`, the target as sent contains this; `agent~text`,
 *   `referer~text`; `header~name`, the request had this header (only where the input shows headers); and so `body~text`, the body contains
 *   this.
 * - `{a,b}` anywhere stands for either; it is written out before anything else is read.
 *
 * `GET` includes `HEAD`. Without a method any will do.
 */
export interface Ask {
  /** Bits of `methodBit`; 0 is any. */
  readonly methods: number;
  readonly isAnchored: boolean;
  readonly segments: readonly Segment[];
  readonly params: readonly { readonly name: Glob; readonly value: Glob | undefined }[];
  readonly facts: readonly Fact[];
  /** Literal bytes: of two asks that fit a request, the one that says more of it is the better name. */
  readonly detail: number;
  /** The two rarest tokens that every matching request contains; undefined when there are fewer. */
  readonly anchor: Token | undefined;
  readonly second: Token | undefined;
}

export type Segment = { readonly kind: "globstar" } | { readonly kind: "glob"; readonly glob: Glob };

/** Literal pieces between stars; a single piece must be equal. */
export type Glob = readonly Uint8Array[];

export interface Fact {
  readonly of: "target" | "raw" | "agent" | "referer" | "header" | "body";
  readonly text: Uint8Array;
}

const methodNames = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "OPTIONS",
  "PATCH",
  "PROPFIND",
  "CONNECT",
  "TRACE",
  "MOVE",
  "COPY",
];

/** The bit of each method that checks name, by the lower half of the name's hash in a `TextTable`. */
export const methodBitByHash: ReadonlyMap<number, number> = hashMethods();

function hashMethods(): Map<number, number> {
  const texts = new TextTable();
  return new Map(methodNames.map((name) => [texts.hashLow[texts.addText(name)]!, methodBit(name)]));
}

/** The bit of a method name; methods that no check names share the last. */
export function methodBit(name: string): number {
  const index = methodNames.indexOf(name.toUpperCase());
  return 1 << (index < 0 ? methodNames.length : index);
}

/** Compiles one line of `asks`; braces give several. Throws on what the language does not have, which the tests find. */
export function parseAsks(line: string): Ask[] {
  return expandBraces(line).map(parseAsk);
}

function parseAsk(line: string): Ask {
  const words = line.split(" ").filter((word) => word !== "");
  const methods = /^[A-Z]+(,[A-Z]+)*$/.test(words[0]!) ? methodsOf(words.shift()!) : 0;
  const target = words.shift() ?? "";
  if (!/^\^?\//.test(target)) throw new Error(`an ask needs a path: ${line}`);
  const isAnchored = target.startsWith("^");
  const question = target.indexOf("?");
  const path = target.slice(isAnchored ? 1 : 0, question < 0 ? undefined : question);
  const query = question < 0 ? "" : target.slice(question + 1);
  const segments = path
    .split("/")
    .filter((part) => part !== "")
    .map(segmentOf);
  const params = query === "" ? [] : query.split("&").map(paramOf);
  const facts = words.map(factOf);
  const tokens = [...pathTokens(segments), ...queryTokens(params), ...factTokens(facts)];
  const anchor = rarest(tokens);
  return {
    methods,
    isAnchored,
    segments,
    params,
    facts,
    detail: detailOf(segments, params, facts),
    anchor,
    second: rarest(tokens.filter((token) => token.hash !== anchor?.hash)),
  };
}

function methodsOf(list: string): number {
  let bits = 0;
  for (const name of list.split(",")) bits |= methodBit(name);
  return bits & methodBit("GET") ? bits | methodBit("HEAD") : bits;
}

function segmentOf(part: string): Segment {
  return part === "**" ? { kind: "globstar" } : { kind: "glob", glob: globOf(part) };
}

function paramOf(text: string): { name: Glob; value: Glob | undefined } {
  const equals = text.indexOf("=");
  if (equals < 0) return { name: globOf(text), value: undefined };
  return { name: globOf(text.slice(0, equals)), value: globOf(text.slice(equals + 1)) };
}

function factOf(word: string): Fact {
  const tilde = word.indexOf("~");
  const of = word.slice(0, tilde) || "target";
  if (tilde < 0 || !isFactKind(of)) throw new Error(`not a fact: ${word}`);
  return { of, text: literal(word.slice(tilde + 1)) };
}

function isFactKind(text: string): text is Fact["of"] {
  return ["target", "raw", "agent", "referer", "header", "body"].includes(text);
}

function globOf(text: string): Glob {
  return text.includes("*") ? text.split("*").map(literal) : [literal(text)];
}

/** Bytes of a literal, percent escapes decoded, lower case. */
function literal(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    let c = text.charCodeAt(i);
    if (c <= 32 || c > 126) throw new Error(`write other bytes as %XX: ${text}`);
    const escaped = c === 37 ? Number.parseInt(text.slice(i + 1, i + 3), 16) : Number.NaN;
    if (escaped >= 0) {
      c = escaped;
      i += 2;
    }
    bytes[length++] = c >= 65 && c <= 90 ? c | 32 : c;
  }
  return bytes.subarray(0, length);
}

function detailOf(segments: readonly Segment[], params: Ask["params"], facts: readonly Fact[]): number {
  let detail = 0;
  for (const segment of segments) if (segment.kind === "glob") detail += 1 + globBytes(segment.glob);
  for (const { name, value } of params) detail += 2 + globBytes(name) + (value ? globBytes(value) : 0);
  for (const fact of facts) detail += fact.text.length;
  return detail;
}

function globBytes(glob: Glob): number {
  return glob.reduce((sum, piece) => sum + piece.length, 0);
}

/** `a{b,c}d` → `abd`, `acd`; nesting is allowed. `%7b` is a literal brace. */
export function expandBraces(text: string): string[] {
  const close = text.indexOf("}");
  const open = close < 0 ? -1 : text.lastIndexOf("{", close);
  if (open < 0) return [text];
  const head = text.slice(0, open);
  const tail = text.slice(close + 1);
  return text
    .slice(open + 1, close)
    .split(",")
    .flatMap((choice) => expandBraces(head + choice + tail));
}

function pathTokens(segments: readonly Segment[]): Token[] {
  return segments.flatMap((segment) => (segment.kind === "glob" ? globTokens(segment.glob, 47) : []));
}

function queryTokens(params: Ask["params"]): Token[] {
  return params.flatMap(({ name, value }) => [...globTokens(name, 38), ...(value ? globTokens(value, 61) : [])]);
}

/** Whole tokens of a glob that stands after the delimiter `before`, and before another. */
function globTokens(glob: Glob, before: number): Token[] {
  return glob.flatMap((piece, i) => wholeTokens(i === 0 ? after(before, piece) : piece, i > 0, i < glob.length - 1));
}

function after(before: number, piece: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(piece.length + 1);
  bytes[0] = before;
  bytes.set(piece, 1);
  return bytes;
}

function factTokens(facts: readonly Fact[]): Token[] {
  return facts.flatMap((fact) => (fact.of === "target" ? wholeTokens(fact.text, true, true) : []));
}
