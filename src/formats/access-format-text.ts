import { UserProblem } from "../bytes/problem.ts";
import { apacheMeaning, envoyMeaning, haproxyMeaning, type Meaning, nginxMeaning } from "./access-variables.ts";
import { type Escapes, Part } from "./request-record.ts";

/** One field of a log line and the text that follows it, up to the next field. */
export interface LineField {
  readonly meaning: Meaning;
  readonly literal: string;
}

/** How a server writes its lines. */
export interface LineLayout {
  /** Text before the first field. */
  readonly start: string;
  readonly fields: readonly LineField[];
  readonly escapes: Escapes;
}

/** Formats known by name. Sources: nginx.conf as shipped, Apache's httpd.conf, Debian's apache2.conf, NPMplus. */
export const namedFormats: Readonly<Record<string, string>> = {
  main: '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"',
  combined: '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
  npmplus:
    '[$time_local] $host $remote_addr $request_time "$request" $status $body_bytes_sent $request_length $http_referer $http_user_agent',
  common: '%h %l %u %t "%r" %>s %b',
  combinedio: '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %I %O',
  vhost_combined: '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"',
  vhost_common: '%v %h %l %u %t "%r" %>s %b',
  proxy: '%{X-Forwarded-For}i %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
};

/**
 * Takes apart the text of a log format: nginx's `log_format`, Apache's `LogFormat` (also as Tomcat, Jetty, lighttpd and
 * Varnish write it), HAProxy's `log-format`, Envoy's; the directive around it may stand too, and a name of
 * `namedFormats` in place of it.
 * @throws UserProblem when nothing in it, or not enough, can be read
 */
export function parseFormatText(given: string): LineLayout {
  const { text, escapes } = withoutDirective(namedFormats[given.trim()] ?? given);
  const layout = layoutOf(text, escapes);
  const meanings = new Set(layout.fields.map((field) => field.meaning));
  const lacks = (...parts: readonly Meaning[]) => !parts.some((part) => meanings.has(part));
  if (layout.fields.length === 0) throw mistaken(given, "it has no field such as $remote_addr or %h");
  if (lacks("time")) throw mistaken(given, "it has no time, such as $time_local or %t");
  if (lacks(Part.peer, Part.client, Part.forwarded))
    throw mistaken(given, "it has no client, such as $remote_addr or %h");
  if (lacks(Part.request, Part.uri)) throw mistaken(given, "it has no request, such as $request or %r");
  const glued = layout.fields.findIndex((field, i) => field.literal === "" && i + 1 < layout.fields.length);
  if (glued >= 0) throw mistaken(given, `fields ${glued + 1} and ${glued + 2} have nothing between them`);
  return layout;
}

function mistaken(given: string, why: string): UserProblem {
  return new UserProblem("option-invalid", `cannot use the log format '${given}': ${why}`);
}

/** The text inside `log_format name escape=… '…' '…';`, `LogFormat "…" name`, `pattern="…"` and their like. */
function withoutDirective(given: string): { text: string; escapes: Escapes } {
  const nginx = /^\s*log_format\s+[\w-]+\s+(?:escape=(\w+)\s+)?([\s\S]*?);?\s*$/.exec(given);
  if (nginx) {
    const quoted = [...nginx[2]!.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)];
    const text = quoted.length > 0 ? quoted.map(([, a, b]) => unquoted(a ?? b!)).join("") : nginx[2]!;
    return { text, escapes: nginx[1] === "json" ? "json" : nginx[1] === "none" ? "plain" : "log" };
  }
  const directive =
    /^\s*(?:LogFormat|CustomLog\s+\S+|accesslog\.format\s*=|log-format|pattern\s*=)\s*"((?:[^"\\]|\\.)*)"/i.exec(given);
  const text = directive ? unquoted(directive[1]!) : given.replace(/^\s*log-format\s+/, "").replaceAll("\\ ", " ");
  const plain = text.replaceAll("&quot;", '"');
  return { text: plain, escapes: plain.trimStart().startsWith("{") ? "json" : "log" };
}

function unquoted(text: string): string {
  return text.replace(/\\(.)/g, (_, c: string) => (c === "t" ? "\t" : c === "n" ? "" : c));
}

/** Finds fields: the expression's groups are given to `meaningOf`. */
interface Dialect {
  readonly sign: RegExp;
  readonly field: RegExp;
  meaningOf(match: RegExpMatchArray): Meaning;
}

const dialects: readonly Dialect[] = [
  {
    sign: /\$\{?[a-z]/,
    field: /\$\{?([a-z]\w*)\}?/gi,
    meaningOf: ([, name]) => nginxMeaning(name!),
  },
  {
    sign: /%[A-Z_]{3,}(?:\([^)]*\))?(?::\d+)?%/,
    field: /%([A-Z_]{3,})(?:\(([^)]*)\))?(?::\d+)?%/g,
    meaningOf: ([, operator, argument]) => envoyMeaning(operator!, argument ?? ""),
  },
  {
    sign: /%(?:\{\+?\w+\})?ci\b/,
    field: /%(?:\{[^}]*\})?(?:\[[^\]]*\]|([A-Za-z]+))/g,
    meaningOf: ([, name]) => haproxyMeaning(name ?? ""),
  },
  {
    sign: /%/,
    field: /%(?:[<>]|!?\d+(?:,\d+)*)*(?:\{([^}]*)\})?(?:[<>])?(\^t[io]|[A-Za-z])/g,
    meaningOf: ([, argument, letter]) => apacheMeaning(letter!, argument ?? ""),
  },
];

function layoutOf(given: string, escapes: Escapes): LineLayout {
  const dialect = dialects.find(({ sign }) => sign.test(given));
  const text = withMarks(given);
  if (dialect === undefined) return { start: given, fields: [], escapes };
  const matches = [...text.matchAll(dialect.field)];
  const literalAt = (i: number) => {
    const from = i < 0 ? 0 : matches[i]!.index + matches[i]![0].length;
    return text.slice(from, matches[i + 1]?.index ?? text.length).replaceAll("%%", "%");
  };
  const fields = matches.map((match, i) => ({ meaning: dialect.meaningOf(match), literal: literalAt(i) }));
  return { start: literalAt(-1), fields: preferred(joinedTimes(fields)), escapes };
}

/** Writes out what a field brings along: the brackets around Apache's `%t`, the quotes around HAProxy's `%{+Q}r`. */
function withMarks(text: string): string {
  const hasBrackets = text.includes("[%t]") || /%ci\b/.test(text);
  return text.replace(/%t(?![A-Za-z])/g, hasBrackets ? "%t" : "[%t]").replace(/%\{\+Q\}(\w+)/g, '"%$1"');
}

/** `%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t` is one time in several fields. */
function joinedTimes(fields: readonly LineField[]): LineField[] {
  const joined: LineField[] = [];
  for (const field of fields) {
    const last = joined.at(-1);
    const goesOn = last?.meaning === "time" && field.meaning === "time" && /^[.,: T]?$/.test(last.literal);
    if (goesOn) joined[joined.length - 1] = field;
    else joined.push(field);
  }
  return joined;
}

/** Of several fields with one meaning only the first is read. */
function preferred(fields: readonly LineField[]): LineField[] {
  const seen = new Set<Meaning>();
  return fields.map((field) => {
    const isSecond = seen.has(field.meaning);
    seen.add(field.meaning);
    return isSecond ? { ...field, meaning: "skip" } : field;
  });
}
