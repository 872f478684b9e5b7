import type { RequestRule } from "../check-rule.ts";
import { HOLE, listOf, membersOf, stringsOf } from "./byte-text.ts";
import { conditionsOf, type RequestText } from "./request-conditions.ts";

const MOST_REQUESTS = 400;
/** A list of payloads longer than this is a word list: any of its words may stand there. */
const MOST_PAYLOADS = 150;

/** What a template's requests are, and how many of them go to hosts of other parties. */
export interface TemplateRequests {
  readonly requests: readonly RequestRule[];
  readonly foreign: number;
}

/** The HTTP requests of a template (nuclei's templating reference, "HTTP": base requests, raw requests, payloads). */
export function requestsOf(template: Readonly<Record<string, unknown>>): TemplateRequests {
  const variables = membersOf(template.variables);
  const requests: RequestRule[] = [];
  let foreign = 0;
  let step = 0;
  for (const block of listOf(template.http ?? template.requests).map(membersOf)) {
    const payloads = membersOf(block.payloads);
    for (const written of [...rawRequests(block), ...baseRequests(block)]) {
      const before = requests.length;
      for (const values of choicesFor(written, payloads)) {
        if (requests.length >= MOST_REQUESTS) break;
        const request = readRequest(written, { ...variables, ...values });
        if (request === "foreign") foreign++;
        else if (request) requests.push({ ...request, step });
      }
      if (requests.length > before) step++;
    }
  }
  return { requests, foreign };
}

/** A request as the template has it: a method, a target that may be an address, headers and a body. */
interface Written {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

function rawRequests(block: Readonly<Record<string, unknown>>): Written[] {
  return listOf(block.raw).flatMap((raw): Written[] => {
    if (typeof raw !== "string") return [];
    // `@Host: …` and `@timeout: …` in front are notes to the scanner.
    const text = raw.replace(/^(\s*@[^\n]*\n|\s*\n)+/, "").trimStart();
    const blank = /\r?\n[ \t]*\r?\n/.exec(text);
    const head = blank ? text.slice(0, blank.index) : text;
    const [first = "", ...lines] = head.split(/\r?\n/);
    const found = /^(\S+)\s+(.*?)(?:\s+HTTP\/[\d.]+)?\s*$/.exec(first);
    if (found === null) return [];
    return [
      {
        method: found[1]!,
        target: found[2]!,
        headers: lines.flatMap((line): [string, string][] => {
          const colon = line.indexOf(":");
          return colon > 0 ? [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]] : [];
        }),
        body: blank ? text.slice(blank.index + blank[0].length) : "",
      },
    ];
  });
}

function baseRequests(block: Readonly<Record<string, unknown>>): Written[] {
  const headers = Object.entries(membersOf(block.headers)).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const method = typeof block.method === "string" ? block.method : "GET";
  const body = typeof block.body === "string" ? block.body : "";
  return listOf(block.path)
    .filter((path) => typeof path === "string")
    .map((path) => ({ method, target: path, headers, body }));
}

/** Values for the payload variables that decide what is asked for; the others stay open. */
function choicesFor(
  written: Written,
  payloads: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>>[] {
  const words = `${written.target}\n${written.body}\n${written.headers.join("\n")}`;
  for (const [name, value] of Object.entries(payloads)) {
    const isUsed = words.includes(`{{${name}}}`) || words.includes(`§${name}§`);
    const list = Array.isArray(value) ? stringsOf(value) : [];
    if (isUsed && list.length > 0 && list.length <= MOST_PAYLOADS) return list.map((each) => ({ [name]: each }));
  }
  return [{}];
}

const ownHosts = /^\{\{(BaseURL|RootURL|Hostname|Scheme)\}\}/;
const FOREIGN = "\x01";

function readRequest(
  written: Written,
  values: Readonly<Record<string, unknown>>,
): Omit<RequestRule, "step"> | "foreign" | undefined {
  const host = written.headers.find(([name]) => name.toLowerCase() === "host")?.[1] ?? "{{Hostname}}";
  if (!host.includes("{{") && /\.[a-z]{2,}/i.test(host)) return "foreign";
  const target = targetOf(written.target, values);
  if (target === FOREIGN) return "foreign";
  const text: RequestText = {
    target,
    headers: written.headers.map(([name, value]) => [name, filled(value, values)]),
    body: filled(written.body, values),
  };
  const method = filled(written.method, values).toUpperCase();
  const conditions = conditionsOf(text);
  if (method === "CONNECT" && /^\d|\./.test(target)) return "foreign";
  return { ...(/^[A-Z]{3,20}$/.test(method) && { methods: [method] }), conditions };
}

/** The path and query of a target; addresses of hosts other than the scanned one are foreign. */
function targetOf(written: string, values: Readonly<Record<string, unknown>>): string {
  const isOwn = ownHosts.test(written);
  const rest = written.replace(ownHosts, "").replace(/^:\/\/\{\{[^}]*\}\}/, "");
  const text = filled(rest, values).replace(/^https?:\/\/\0(:\d+)?(?=[/?]|$)/, "");
  if (!isOwn && /^[a-z][\w+.-]*:\/\//i.test(text)) return FOREIGN;
  // `{{BaseURL}}:8080/x` names another port of the same host.
  const path = text.replace(/^:(\d+|\0)(?=\/|$)/, "").replace(/#.*$/, "");
  return path.startsWith("/") ? path : `/${path}`;
}

/** The text with values that are plain filled in, and holes for all else: `{{randstr}}`, `{{md5(x)}}`, `§user§`. */
function filled(text: string, values: Readonly<Record<string, unknown>>): string {
  if (!text.includes("{{") && !text.includes("§")) return text.replaceAll(HOLE, "");
  return text
    .replaceAll(HOLE, "")
    .replace(/\{\{([^{}]|\{\{[^{}]*\}\})*\}\}|§(\w+)§/g, (whole, _, marked) => {
      const value = values[marked ?? whole.slice(2, -2).trim()];
      const isPlain = (typeof value === "string" && !value.includes("{{")) || typeof value === "number";
      return isPlain ? String(value) : HOLE;
    })
    .replace(/\0+/g, HOLE);
}
