import type { Condition, RequestPart } from "../check-rule.ts";
import { type Alternative, allOf, anyOf, anything, unsaid } from "./alternatives.ts";
import { bytesOf, listOf, membersOf } from "./byte-text.ts";
import { literalsOf } from "./pattern-literals.ts";

type Ways = readonly Alternative[];

/** What a Sigma detection (specification 2.0, "Detection") says of a request, written out. Aggregations cannot be said. */
export function detectionOf(detection: Readonly<Record<string, unknown>>): Ways {
  const selections = new Map<string, Ways>();
  for (const [name, value] of Object.entries(detection)) {
    if (name !== "condition" && name !== "timeframe") selections.set(name, selectionOf(value));
  }
  return anyOf(
    listOf(detection.condition).map((condition) => {
      const [expression = "", aggregation] = String(condition).split("|");
      const ways = new ConditionParser(expression, selections).parse();
      return aggregation === undefined ? ways : allOf([ways, unsaid]);
    }),
  );
}

/** A map is all of its fields, a list any of its members, a string a keyword. */
function selectionOf(value: unknown): Ways {
  if (Array.isArray(value)) return anyOf(value.map(selectionOf));
  if (typeof value !== "object" || value === null)
    return [{ conditions: [conditionOf("target", undefined, [], value)] }];
  return allOf(Object.entries(membersOf(value)).map(([field, wanted]) => fieldOf(field, wanted)));
}

interface Place {
  readonly of: RequestPart;
  readonly name?: string;
}

/** Fields of web server logs, after W3C's extended log format. `cs-uri-query` holds the whole target in most rules. */
const places: Readonly<Record<string, Place>> = {
  "cs-uri-query": { of: "target" },
  "c-uri-query": { of: "target" },
  "cs-uri": { of: "target" },
  "c-uri": { of: "target" },
  "c-uri-path": { of: "path" },
  "c-uri-stem": { of: "path" },
  "cs-uri-stem": { of: "path" },
  "c-uri-extension": { of: "path" },
  "cs-user-agent": { of: "header", name: "user-agent" },
  "c-useragent": { of: "header", name: "user-agent" },
  "c-user-agent": { of: "header", name: "user-agent" },
  "cs-referer": { of: "header", name: "referer" },
  "cs-referrer": { of: "header", name: "referer" },
  "cs-host": { of: "header", name: "host" },
  "cs-cookie": { of: "header", name: "cookie" },
  "cs-content-type": { of: "header", name: "content-type" },
};

function fieldOf(field: string, wanted: unknown): Ways {
  const [name = "", ...modifiers] = field.toLowerCase().split("|");
  const values = listOf(wanted);
  if (name === "cs-method" || name === "c-method" || name === "method") {
    const methods = values.map((each) => String(each).toUpperCase());
    return methods.every((method) => /^[A-Z]{3,20}$/.test(method)) ? [{ methods, conditions: [] }] : unsaid;
  }
  const place = name === "" ? ({ of: "target" } as Place) : places[name];
  if (
    place === undefined ||
    modifiers.some((each) => /^(base64|wide|utf16|cidr|lt|gt|lte|gte|exists|fieldref)/.test(each))
  ) {
    return unsaid;
  }
  const each = values.map((value): Ways => {
    const condition = conditionOf(place.of, place.name, modifiers, value);
    const isLoose = modifiers.includes("re");
    return condition.parts.length === 0 ? unsaid : [{ conditions: [condition], ...(isLoose && { isLoose }) }];
  });
  return modifiers.includes("all") ? allOf(each) : anyOf(each);
}

function conditionOf(
  of: RequestPart,
  name: string | undefined,
  modifiers: readonly string[],
  value: unknown,
): Condition {
  const named = name === undefined ? {} : { name };
  const text = bytesOf(String(value));
  if (modifiers.includes("re")) return { of, ...named, fit: "anywhere", parts: literalsOf(text) };
  const isKeyword = modifiers.length === 0 && of === "target";
  const fit =
    modifiers.includes("contains") || isKeyword
      ? "anywhere"
      : modifiers.includes("startswith")
        ? "start"
        : modifiers.includes("endswith")
          ? "end"
          : "whole";
  return { of, ...named, fit, parts: wildcardParts(text) };
}

/** `*` is any run, `?` one byte; a backslash before one of them, or before a backslash, makes it plain. */
function wildcardParts(text: string): string[] {
  const parts = [""];
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === "\\" && /[*?\\]/.test(text[i + 1] ?? "")) parts[parts.length - 1] += text[++i]!;
    else if (c === "*" || c === "?") parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts;
}

/** `selection and not 1 of filter_*`, with parentheses; `and` binds closer than `or`. */
class ConditionParser {
  readonly #words: string[];
  readonly #selections: ReadonlyMap<string, Ways>;
  #at = 0;
  #depth = 0;

  constructor(text: string, selections: ReadonlyMap<string, Ways>) {
    this.#words = text.match(/[()]|[^\s()]+/g) ?? [];
    this.#selections = selections;
  }

  parse(): Ways {
    const ways = this.#choice();
    return this.#at < this.#words.length ? [] : ways;
  }

  #choice(): Ways {
    const lists = [this.#sequence()];
    while (this.#take("or")) lists.push(this.#sequence());
    return anyOf(lists);
  }

  #sequence(): Ways {
    const lists = [this.#term()];
    while (this.#take("and")) lists.push(this.#term());
    return allOf(lists);
  }

  #term(): Ways {
    if (++this.#depth > 50) return [];
    const ways = this.#termWithin();
    this.#depth--;
    return ways;
  }

  #termWithin(): Ways {
    if (this.#take("not")) return negated(this.#term());
    if (this.#take("(")) {
      const ways = this.#choice();
      return this.#take(")") ? ways : [];
    }
    const word = this.#words[this.#at++] ?? "";
    if (/^(\d+|all|any)$/i.test(word) && this.#take("of")) return this.#some(word, this.#words[this.#at++] ?? "");
    return this.#selections.get(word) ?? [];
  }

  #some(quantity: string, pattern: string): Ways {
    const names = [...this.#selections.keys()].filter(
      (name) =>
        pattern === "them" || name === pattern || (pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1))),
    );
    const lists = names.map((name) => this.#selections.get(name)!);
    return quantity.toLowerCase() === "all" ? allOf(lists) : anyOf(lists);
  }

  #take(word: string): boolean {
    if (this.#words[this.#at]?.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }
}

/** Not any of several ways of one condition each; what is more than that cannot be said. */
function negated(ways: Ways): Ways {
  const isSimple =
    ways.length > 0 &&
    ways.every(({ conditions, methods, isLoose }) => conditions.length === 1 && !methods && !isLoose);
  if (!isSimple) return ways.length === 0 ? anything : unsaid;
  return [
    { conditions: ways.flatMap(({ conditions }) => conditions.map((each) => ({ ...each, isNot: !each.isNot }))) },
  ];
}
