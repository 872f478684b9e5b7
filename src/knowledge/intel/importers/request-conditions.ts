import type { Condition, RequestPart } from "../check-rule.ts";
import { bytesOf, HOLE, percentDecoded } from "./byte-text.ts";

/** A request as a template writes it, with `HOLE` for what it leaves open. */
export interface RequestText {
  /** Path and query. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Headers that tell who asks or how, not what for. */
const ordinaryHeaders = new Set(
  (
    "host connection content-length accept accept-encoding accept-language cache-control pragma upgrade-insecure-requests te dnt priority " +
    "sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform"
  ).split(" "),
);
const ordinaryTypes =
  /^(application\/(x-www-form-urlencoded|json|xml)|text\/(xml|plain|html))\s*(;\s*charset=[\w-]+)?$/i;

/** Literals shorter than this, alone between holes, say nothing. */
const SHORTEST_LITERAL = 2;
const MOST_CONDITIONS = 60;

/** What a request with these words must look like. */
export function conditionsOf({ target, headers, body }: RequestText): Condition[] {
  const question = target.indexOf("?");
  const path = question < 0 ? target : target.slice(0, question);
  const conditions: Condition[] = [{ of: "path", fit: "whole", parts: partsOf(path, true) }];
  if (question >= 0) conditions.push(...queryConditions(target.slice(question + 1)));
  for (const [name, value] of headers) conditions.push(...headerConditions(name.toLowerCase(), value));
  const type = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  conditions.push(...bodyConditions(body, type));
  return conditions.slice(0, MOST_CONDITIONS);
}

/** Literal parts of a text with holes. */
function partsOf(text: string, isEncoded: boolean): string[] {
  const parts = bytesOf(text).split(HOLE);
  return isEncoded ? parts.map(percentDecoded) : parts;
}

function saysSomething(parts: readonly string[]): boolean {
  return parts.some((part) => part.trim().length >= SHORTEST_LITERAL);
}

function queryConditions(query: string): Condition[] {
  if (query === "") return [];
  if (!query.includes("=")) {
    const parts = partsOf(query, true);
    return parts.length === 1 || saysSomething(parts) ? [{ of: "query", fit: "whole", parts }] : [];
  }
  return paramConditions(query, "queryParam", "queryName");
}

function paramConditions(text: string, valuePart: RequestPart, namePart: RequestPart): Condition[] {
  return text.split("&").flatMap((pair): Condition[] => {
    const equals = pair.indexOf("=");
    const name = partsOf(equals < 0 ? pair : pair.slice(0, equals), true);
    const value = equals < 0 ? undefined : partsOf(pair.slice(equals + 1), true);
    const isNamed = name.length === 1 && name[0] !== "";
    const isOpen = value === undefined || value.every((part) => part === "");
    if (isNamed && !isOpen) return [{ of: valuePart, name: name[0]!, fit: "whole", parts: value }];
    const conditions: Condition[] = [];
    if (saysSomething(name) || isNamed) conditions.push({ of: namePart, fit: "whole", parts: name });
    if (!isOpen && saysSomething(value)) conditions.push({ of: valuePart, fit: "whole", parts: value });
    return conditions;
  });
}

function headerConditions(name: string, value: string): Condition[] {
  const parts = partsOf(value, false);
  if (ordinaryHeaders.has(name) || !/^[\x21-\x7e]+$/.test(name) || !saysSomething(parts)) return [];
  if (name === "content-type" && (ordinaryTypes.test(value) || value.startsWith("multipart/"))) return [];
  if (name === "user-agent" && value.startsWith("Mozilla/")) return [];
  if (name === "cookie") return cookieConditions(value);
  return [{ of: "header", name, fit: "whole", parts }];
}

function cookieConditions(value: string): Condition[] {
  return value.split(";").flatMap((pair): Condition[] => {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, Math.max(0, equals)).trim();
    // Sent as it stands: a cookie's escapes mean nothing to HTTP (RFC 6265, section 5.4).
    const parts = partsOf(pair.slice(equals + 1).trim(), false);
    if (equals <= 0 || name.includes(HOLE)) return [];
    return [{ of: "cookie", name: bytesOf(name), fit: "whole", parts }];
  });
}

function bodyConditions(body: string, type: string): Condition[] {
  const text = body.trim();
  if (text === "") return [];
  const isForm = /^[^\s<{["]+=/.test(text) && !text.includes("\n") && !/json|xml|multipart/i.test(type);
  if (isForm) return paramConditions(text, "bodyParam", "bodyName");
  // Line ends and indentation differ between what a template writes and what a client sends.
  const parts = bytesOf(text)
    .split(/\0|\r?\n[ \t]*/)
    .map((part) => part.trimEnd())
    .filter((part) => part.length >= SHORTEST_LITERAL && !/^-{4,}/.test(part));
  const isOneLine = parts.length === 1 && parts[0] === bytesOf(text);
  return parts.length === 0 ? [] : [{ of: "body", fit: isOneLine ? "start" : "anywhere", parts }];
}
