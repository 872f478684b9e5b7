import type { CheckRule } from "../../intel/check-rule.ts";
import type { Check } from "../../types.ts";
import { BY_AGENT, compileRequest, type RuleProgram } from "./rule-program.ts";

/**
 * Compiled rules in one buffer, little-endian words, then texts:
 *
 *     magic, requests, rules, then per request (in order of anchors): anchor, second, rule, step, start of its program;
 *     per rule: start of its facts; end of texts
 *
 * Programs and facts are JSON, parsed when a request first comes near them: opening ten thousand rules reads words only.
 */
const MAGIC = 0x31525456;
const HEADER_WORDS = 3;
const REQUEST_WORDS = 5;
const ANCHOR = 0;
const SECOND = 1;
const RULE = 2;
const STEP = 3;
const PROGRAM = 4;

/** What is told of a rule. */
interface RuleFacts {
  readonly id: string;
  readonly product: string;
  readonly cpe?: string;
  readonly knownExploited: boolean;
  /** Whether its requests carry the attempt where they carry anything. */
  readonly isAttempt: boolean;
  /** Steps of its dialogue that can be recognised. */
  readonly steps: number;
}

/** Compiles rules, to be stored and opened with `RuleIndex`. Requests that ordinary visitors make as well are left out. */
export function compileRules(rules: readonly CheckRule[]): Uint8Array {
  const requests: { rule: number; step: number; anchor: number; second: number; program: RuleProgram }[] = [];
  const facts: RuleFacts[] = [];
  for (const rule of rules) {
    const found = rule.requests.flatMap((request) => {
      const compiled = compileRequest(request);
      return compiled ? [{ ...compiled, step: request.step }] : [];
    });
    if (found.length === 0) continue;
    for (const { step, anchor, second, program } of found) {
      requests.push({ rule: facts.length, step, anchor, second, program });
    }
    facts.push(factsOf(rule, new Set(found.map(({ step }) => step)).size));
  }
  requests.sort((a, b) => a.anchor - b.anchor || a.rule - b.rule);
  const texts = [...requests.map(({ program }) => program), ...facts].map((each) => Buffer.from(JSON.stringify(each)));
  const words = HEADER_WORDS + requests.length * REQUEST_WORDS + facts.length + 1;
  const out = Buffer.alloc(words * 4 + texts.reduce((sum, text) => sum + text.length, 0));
  [MAGIC, requests.length, facts.length].forEach((word, i) => {
    out.writeInt32LE(word, i * 4);
  });
  let at = words * 4;
  texts.forEach((text, i) => {
    const isFact = i >= requests.length;
    const request = requests[i];
    const word = HEADER_WORDS + (isFact ? requests.length * REQUEST_WORDS + i - requests.length : i * REQUEST_WORDS);
    if (request !== undefined) {
      const { anchor, second, rule, step } = request;
      [anchor, second, rule, step].forEach((value, k) => {
        out.writeInt32LE(value, (word + k) * 4);
      });
    }
    out.writeInt32LE(at, (isFact ? word : word + PROGRAM) * 4);
    text.copy(out, at);
    at += text.length;
  });
  out.writeInt32LE(at, (words - 1) * 4);
  return out;
}

/** Tags of templates that carry an attempt rather than a look. */
const attemptTags = new Set(
  "rce lfi rfi sqli xss xxe ssrf ssti traversal injection auth-bypass fileupload deserialization redirect".split(" "),
);

function factsOf(rule: CheckRule, steps: number): RuleFacts {
  const cpe = rule.cpe;
  return {
    id: rule.cves.length === 1 ? rule.cves[0]! : rule.id,
    product: rule.product ?? (cpe === undefined ? rule.title : productOf(cpe)),
    ...(cpe !== undefined && { cpe }),
    knownExploited: rule.tags.includes("kev"),
    isAttempt: rule.tags.some((tag) => attemptTags.has(tag)),
    steps,
  };
}

function productOf(cpe: string): string {
  return cpe.slice(cpe.indexOf(":") + 1).replaceAll("_", " ");
}

/** A stored index of rules, opened. */
export class RuleIndex {
  readonly requests: number;
  readonly #bytes: Buffer;
  readonly #words: Int32Array;
  readonly #programs: (RuleProgram | undefined)[] = [];
  readonly #facts: (RuleFacts | undefined)[] = [];
  readonly #checks = new Map<string, Check>();

  /** @param bytes what `compileRules` made; anything else is an index of nothing */
  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const whole = bytes.length >> 2;
    this.#words =
      bytes.byteOffset % 4 === 0
        ? new Int32Array(bytes.buffer, bytes.byteOffset, whole)
        : new Int32Array(bytes.slice(0, whole * 4).buffer);
    const [magic, requests = 0, rules = 0] = this.#words;
    const isSound = magic === MAGIC && this.#words[HEADER_WORDS + requests * REQUEST_WORDS + rules] === bytes.length;
    this.requests = isSound ? requests : 0;
  }

  anchorOf(request: number): number {
    return this.#words[HEADER_WORDS + request * REQUEST_WORDS + ANCHOR]!;
  }

  /** Hash of the second token that must be there; 0 for none. */
  secondOf(request: number): number {
    return this.#words[HEADER_WORDS + request * REQUEST_WORDS + SECOND]!;
  }

  stepOf(request: number): number {
    return this.#words[HEADER_WORDS + request * REQUEST_WORDS + STEP]!;
  }

  ruleOf(request: number): number {
    return this.#words[HEADER_WORDS + request * REQUEST_WORDS + RULE]!;
  }

  programOf(request: number): RuleProgram {
    const known = this.#programs[request] ?? (this.#json(request) as RuleProgram);
    this.#programs[request] = known;
    return known;
  }

  factsOf(request: number): RuleFacts {
    const rule = this.ruleOf(request);
    const known = this.#facts[rule] ?? (this.#json(this.requests + rule) as RuleFacts);
    this.#facts[rule] = known;
    return known;
  }

  /** The check of a rule's request, always the same object. */
  checkOf(request: number): Check {
    const { id, product, cpe, knownExploited, isAttempt } = this.factsOf(request);
    const program = this.programOf(request);
    const intent: Check["intent"] = isAttempt && carriesSomething(program) ? "exploit" : "probe";
    // Who bears a scanner's name bears it wherever the request goes: an answer says nothing.
    const isShape = this.anchorOf(request) === BY_AGENT && program.path === undefined;
    const key = `${intent} ${isShape} ${this.ruleOf(request)}`;
    let check = this.#checks.get(key);
    if (check === undefined) {
      check = { id, product, intent, knownExploited, ...(cpe && { cpe }), ...(isShape && { isShape }) };
      this.#checks.set(key, check);
    }
    return check;
  }

  #json(text: number): unknown {
    const { requests } = this;
    const at = (index: number) =>
      this.#words[
        HEADER_WORDS +
          (index < requests ? index * REQUEST_WORDS + PROGRAM : requests * REQUEST_WORDS + index - requests)
      ]!;
    return JSON.parse(this.#bytes.toString("utf8", at(text), at(text + 1)));
  }
}

/** Whether a request brings more than a name to look for: values, a body, a header, or a way out of the site. */
function carriesSomething({ path, tests, methods }: RuleProgram): boolean {
  if (path?.join("").includes("/../")) return true;
  if (methods !== undefined && !methods.includes("GET") && tests.length > 0) return true;
  return tests.some(({ of, pieces }) => of !== "queryName" && pieces.some((piece) => /[^\w.\- ]/.test(piece)));
}
