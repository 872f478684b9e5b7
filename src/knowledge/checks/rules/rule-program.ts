import { isOrdinaryHeader } from "../../../wire/request-content.ts";
import { agentOf } from "../../agents/agent-matcher.ts";
import { automaticPaths } from "../../automatic-paths.ts";
import type { Condition, RequestRule } from "../../intel/check-rule.ts";
import type { AgentLabel } from "../../types.ts";
import { RequestView } from "../request-view.ts";
import { rarest, rarity } from "../token-rarity.ts";
import { type Token, wholeTokens } from "../tokens.ts";

/** Literal pieces with anything between them; the first begins and the last ends it, unless they are empty. */
export type Pieces = readonly string[];

/**
 * A request rule as it is compared: every literal is written as `RequestView` would write it (decoded, lower case), so that each way to
 * disguise a request is undone on both sides by the same code. Plain JSON.
 */
export interface RuleProgram {
  /** Upper case; absent where any will do. */
  readonly methods?: readonly string[];
  /** The whole path, which may stand beneath a directory when `isFloating`. */
  readonly path?: Pieces;
  readonly isFloating?: boolean;
  readonly tests: readonly Test[];
  /** The rule says more than this; what an input does not show of it is no fit. */
  readonly isLoose?: boolean;
  /** Literal bytes of path and methods: what fits says at least this much of the request. */
  readonly detail: number;
}

/** One more thing that must hold. */
export interface Test {
  readonly of: Condition["of"];
  readonly name?: string;
  readonly pieces: Pieces;
  readonly fit: Condition["fit"];
  /** One of these bytes must stand there, too. */
  readonly oneOf?: string;
  readonly isNot?: boolean;
}

/** A program with the tokens that it is found by: those of the target, or those of headers and body. */
export interface FoundProgram {
  readonly program: RuleProgram;
  /** Hash of the token; `BY_AGENT` where the user agent must be looked at. */
  readonly anchor: number;
  /** 0 for none. */
  readonly second: number;
}

/** In place of a token's hash: an agent is known by any part of it, and there are few to look at. */
export const BY_AGENT = 1;

/** Stands for what a rule leaves open while its target is normalised; a control byte, which no token spans. */
const HOLE = "\x01";
const view = new RequestView();

/** Compiles one request of a rule; undefined when it says nothing that ordinary requests do not say as well. */
export function compileRequest(request: RequestRule): FoundProgram | undefined {
  const positive = request.conditions.filter(({ isNot }) => !isNot);
  const path = positive.find(({ of, fit }) => of === "path" && fit === "whole");
  const pathPieces = path && normalisedPath(path.parts);
  const tests = request.conditions.filter((condition) => condition !== path).map(testOf);
  const sure = tests.filter(({ isNot }) => !isNot);
  if (sure.length === 0 && pathPieces !== undefined && isAskedByItself(pathPieces)) return undefined;
  const isLoose = request.isLoose === true;
  const told = isLoose ? sure.filter(({ of }) => !of.endsWith("Name")) : sure;
  const target = [...(pathPieces ? pathTokens(pathPieces) : []), ...told.filter(isOfTarget).flatMap(testTokens)];
  const content = told.filter(isOfContent).flatMap(testTokens);
  const tokens = [target, content].find((each) => isTelling(each, isLoose)) ?? [];
  const anchor = rarest(tokens)?.hash ?? (sure.some(namesAgent) ? BY_AGENT : undefined);
  if (anchor === undefined) return undefined;
  const literal = pathPieces?.join("") ?? "";
  return {
    program: {
      ...(request.methods && { methods: request.methods }),
      ...(pathPieces && { path: pathPieces }),
      ...(literal.split("/").length > 2 && { isFloating: true }),
      tests,
      ...(isLoose && { isLoose }),
      detail: literal.length + (request.methods ? 1 : 0),
    },
    anchor,
    second: rarest(tokens.filter(({ hash }) => hash !== anchor))?.hash ?? 0,
  };
}

/** Whether a test asks for a user agent that no ordinary client has. */
function namesAgent({ of, name, pieces }: Test): boolean {
  if (of !== "header" || name !== "user-agent") return false;
  const text = pieces.join(" ");
  return text.length >= SHORTEST_AGENT && !ordinaryAgents.has(agentOf(text).kind);
}

const SHORTEST_AGENT = 4;
const ordinaryAgents = new Set<AgentLabel["kind"]>(["browser", "library", "crawler", "monitor", "none"]);

/** Whether a test looks at the target, which every input shows. */
export function isOfTarget({ of }: Test): boolean {
  return of === "target" || of === "rawTarget" || of === "path" || of.startsWith("query");
}

/** Whether a test looks at what only some inputs show. */
function isOfContent(test: Test): boolean {
  return !isOfTarget(test) && test.of !== "param" && test.of !== "paramName";
}

/** Whether clients ask for this path without being told to. */
function isAskedByItself(path: Pieces): boolean {
  return path.length === 1 && automaticPaths.includes(path[0]!);
}

/** What a loose rule leaves out would have told ordinary requests apart: what is left must do so alone. */
function isTelling(tokens: readonly Token[], isLoose: boolean): boolean {
  const [first = 0, second = 0] = tokens.map(rarity).sort((a, b) => b - a);
  return isLoose ? first >= RARE || first + second >= RARE_TOGETHER : first >= MOST_USUAL;
}

/** Tokens less rare than this are too short, or belong to what every site has. */
const MOST_USUAL = 4;
/** A word of eight letters, or two of five. */
const RARE = 8.5;
const RARE_TOGETHER = 12;

function normalisedPath(parts: readonly string[]): Pieces {
  const bytes = Buffer.from(parts.map((part) => escaped(part, "?")).join(HOLE), "latin1");
  view.read(bytes, 0, bytes.length);
  return textOf(0, view.pathEnd).split(HOLE);
}

/** The same literal after whatever decoding takes it there: what would be decoded or cut once more is escaped. */
function escaped(part: string, special: string): string {
  let out = "";
  for (const c of part) out += c === "%" || special.includes(c) ? `%${c.charCodeAt(0).toString(16)}` : c;
  return out;
}

function textOf(start: number, end: number): string {
  return view.text.toString("latin1", start, end);
}

function testOf({ of, name, parts, fit, oneOf, isNot }: Condition): Test {
  const isParameter = parameterParts.has(of);
  const pieces = isParameter
    ? normalisedValue(parts)
    : of === "query"
      ? normalisedQuery(parts)
      : parts.map((part) => (of === "rawTarget" || isContentPart(of) ? lower(part) : plain(part)));
  return {
    of,
    ...(name !== undefined && { name: isParameter ? normalisedValue([name])[0]! : lower(name) }),
    pieces,
    fit,
    ...(oneOf !== undefined && { oneOf }),
    ...(isNot && { isNot }),
  };
}

const parameterParts = new Set<Condition["of"]>([
  "queryParam",
  "queryName",
  "bodyParam",
  "bodyName",
  "param",
  "paramName",
]);

function isContentPart(of: Condition["of"]): boolean {
  return of === "body" || of === "header" || of === "headers" || of === "cookie" || of === "fileName";
}

function normalisedValue(parts: readonly string[]): Pieces {
  const text = `/?${parts.map((part) => escaped(part, "&=#")).join(HOLE)}`;
  const bytes = Buffer.from(text, "latin1");
  view.read(bytes, 0, bytes.length);
  view.mergeBlanks();
  return (view.params === 0 ? "" : textOf(view.nameStart[0]!, view.nameEnd[0]!)).split(HOLE);
}

function normalisedQuery(parts: readonly string[]): Pieces {
  const bytes = Buffer.from(`/?${parts.map((part) => escaped(part, "#")).join(HOLE)}`, "latin1");
  view.read(bytes, 0, bytes.length);
  view.mergeBlanks();
  return textOf(view.pathEnd + 1, view.length).split(HOLE);
}

/** A literal of path or target that need not be a whole one: decoded and folded, but not resolved. */
function plain(part: string): string {
  return lower(part.replace(/%([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))));
}

/** Lower case of ASCII only: the others are bytes, not letters. */
function lower(text: string): string {
  return text.replace(/[A-Z]/g, (c) => c.toLowerCase());
}

function pathTokens(pieces: Pieces): Token[] {
  return piecesTokens(pieces, false, false);
}

function piecesTokens(pieces: Pieces, openStart: boolean, openEnd: boolean): Token[] {
  return pieces.flatMap((piece, i) =>
    wholeTokens(Buffer.from(piece, "latin1"), openStart || i > 0, openEnd || i < pieces.length - 1),
  );
}

function testTokens({ of, name, pieces, fit }: Test): Token[] {
  const openStart = fit !== "whole" && fit !== "start";
  const openEnd = fit !== "whole" && fit !== "end";
  switch (of) {
    case "queryParam":
    case "bodyParam":
      return [
        ...(name === undefined ? [] : piecesTokens([`&${name}`], false, false)),
        ...piecesTokens(prefixed("=", pieces), openStart, openEnd),
      ];
    case "queryName":
    case "bodyName":
      return piecesTokens(prefixed("&", pieces), openStart, openEnd);
    case "query":
      return piecesTokens(prefixed("&", pieces), openStart, openEnd);
    case "cookie":
      return cookieTokens(name, pieces);
    case "header":
      return name !== undefined && isOrdinaryHeader(name)
        ? []
        : [...(name === undefined ? [] : headerNameTokens(name)), ...piecesTokens(pieces, true, openEnd)];
    case "fileName":
      return [];
    case "body":
      return fit === "start"
        ? piecesTokens(prefixed("\n", early(pieces)), false, true)
        : piecesTokens(early(pieces), true, true);
    default:
      return piecesTokens(pieces, true, true);
  }
}

/** Of a body only the beginning is sure to be seen. */
const EARLY_BYTES = 600;

function early(pieces: Pieces): Pieces {
  let bytes = 0;
  return pieces.filter((piece) => {
    bytes += piece.length;
    return bytes < EARLY_BYTES;
  });
}

function prefixed(before: string, pieces: Pieces): Pieces {
  return [before + (pieces[0] ?? ""), ...pieces.slice(1)];
}

/** A cookie stands after a blank. That it is there says nothing: visitors bear those of the site's software. */
function cookieTokens(name: string | undefined, pieces: Pieces): Token[] {
  if (pieces.join("") === "") return [];
  return piecesTokens(name === undefined ? pieces : prefixed(` ${name}=`, pieces), name === undefined, true);
}

/** A header's name begins a line of the content. */
function headerNameTokens(name: string): Token[] {
  return wholeTokens(Buffer.from(`\n${name}`, "latin1"), false, false);
}
