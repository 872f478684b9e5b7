import type { Check, CheckMatch } from "../types.ts";
import { Evasion, type RequestView } from "./request-view.ts";
import { type SqlShape, sqlShapeOf } from "./sql-shape.ts";

/**
 * Attacks known by their shape instead of by the product they are meant for. They read only requests that already look
 * odd (see check-matcher.ts), so they may use strings. What a person could have typed into a search box gets a share
 * below one: the judgement decides, with everything else that the source did.
 */

type ShapeId = keyof typeof products;

const products = {
  "generic-path-traversal": "Files outside the site",
  "generic-sql-injection": "SQL injection",
  "generic-command-injection": "Command injection",
  "generic-script-injection": "Script injection",
  "generic-template-injection": "Template and expression injection",
  "generic-server-side-request": "Requests made by the server",
  "generic-header-injection": "Response header injection",
  "generic-encoding-evasion": "Encodings meant to pass a filter",
} as const;

/** Two vulnerabilities that are known by a string, wherever it stands. */
const log4shell: CheckMatch = {
  check: {
    id: "CVE-2021-44228",
    product: "Apache Log4j2",
    cpe: "apache:log4j",
    intent: "exploit",
    knownExploited: true,
    isShape: true,
  },
  share: 1,
};
const shellshock: CheckMatch = {
  check: {
    id: "CVE-2014-6271",
    product: "GNU Bourne-Again Shell (Bash)",
    cpe: "gnu:bash",
    intent: "exploit",
    knownExploited: true,
    isShape: true,
  },
  share: 1,
};

const matchByKey = new Map<string, CheckMatch>();

/** A constant match of a shape. `surely` is its share: 1, or less where prose could look the same. */
function shape(id: ShapeId, intent: Check["intent"], surely: number): CheckMatch {
  const key = `${id} ${intent} ${surely}`;
  let match = matchByKey.get(key);
  if (!match) {
    match = {
      check: { id, product: products[id], intent, knownExploited: false, isShape: true },
      share: surely,
    };
    matchByKey.set(key, match);
  }
  return match;
}

/** Longest part of a value that is looked at. */
const LONGEST_VALUE = 2048;

const traversalAttempt = shape("generic-path-traversal", "exploit", 1);
const traversalProbe = shape("generic-path-traversal", "probe", 1);
const traversalHint = shape("generic-path-traversal", "probe", 0.5);
const serverSideRequest = shape("generic-server-side-request", "exploit", 1);
const commandAttempt = shape("generic-command-injection", "exploit", 1);
const commandHint = shape("generic-command-injection", "exploit", 0.7);
const codeProbe = shape("generic-command-injection", "probe", 1);
const scriptProbe = shape("generic-script-injection", "probe", 1);
const templateAttempt = shape("generic-template-injection", "exploit", 1);
const templateProbe = shape("generic-template-injection", "probe", 1);
const headerProbe = shape("generic-header-injection", "probe", 1);
const evasionProbe = shape("generic-encoding-evasion", "probe", 1);
/** Beside a check that is asked for in a disguise, or where a disguise alone is odd. */
export const evasionHint: CheckMatch = shape("generic-encoding-evasion", "probe", 0.7);

const sqlMatches: Record<SqlShape, CheckMatch | undefined> = {
  attempt: shape("generic-sql-injection", "exploit", 1),
  test: shape("generic-sql-injection", "probe", 1),
  hint: shape("generic-sql-injection", "probe", 0.5),
  none: undefined,
};

/** All shapes in the request that `view` holds, at most one per kind. */
export function shapesOf(view: RequestView): CheckMatch[] {
  const found: CheckMatch[] = [];
  const path = textOf(view, 0, view.pathEnd);
  add(found, pathTraversal(view, path));
  add(found, evasionShape(view));
  valueShapes(path.slice(1), "", found, true);
  for (let i = 0; i < view.params; i++) {
    const name = textOf(view, view.nameStart[i]!, view.nameEnd[i]!);
    const value = textOf(view, view.valueStart[i]!, view.valueEnd[i]!);
    if (name.length > 2 && SPECIAL.test(name)) valueShapes(name, "", found, false);
    if (value !== "") valueShapes(value, name, found, false);
  }
  return found;
}

/** JNDI and Shellshock strings in a header field: the two that are sent in any of them. */
export function headerShape(field: string): CheckMatch | undefined {
  const text = field.toLowerCase();
  if (isJndi(text)) return log4shell;
  if (isShellshock(text)) return shellshock;
  return shellCommand(text) ? commandAttempt : undefined;
}

const SPECIAL = /['"`$|<>({;&\n]/;

/** Letters, digits and what stands in ordinary names: no shape is made of these alone, but for a bare command. */
const PLAIN = /^[\w.-]*$/;

function valueShapes(value: string, name: string, found: CheckMatch[], isPath: boolean): void {
  if (PLAIN.test(value)) {
    add(found, bareCommand(value, name));
    return;
  }
  if (!isPath) add(found, fileShape(value, name));
  add(found, commandShape(value, name));
  if (value.includes("${") && isJndi(value)) add(found, log4shell);
  add(found, scriptShape(value));
  add(found, templateShape(value));
  if (value.includes("\n")) add(found, headerInjection(value));
  const sql = sqlMatches[sqlShapeOf(value, isPath)];
  if (sql && !(isPath && sql.share < 1)) add(found, sql);
}

/** Keeps one match per id: an attempt before a probe, the surer before the less sure. */
function add(found: CheckMatch[], match: CheckMatch | undefined): void {
  if (!match) return;
  const at = found.findIndex((other) => other.check.id === match.check.id);
  if (at < 0) found.push(match);
  else if (rank(match) > rank(found[at]!)) found[at] = match;
}

function rank(match: CheckMatch): number {
  return (match.check.intent === "exploit" ? 10 : 0) + match.share;
}

function textOf(view: RequestView, start: number, end: number): string {
  return view.text.toString("latin1", start, Math.min(end, start + LONGEST_VALUE));
}

/** Files that are read to prove that any file can be. */
const PRIZE =
  /(?:etc\/(?:passwd|shadow|hosts|group|issue)|proc\/(?:self|version|cmdline)[\w/]*|win\.ini|boot\.ini|system32\/[\w/.]*|web-inf\/[\w.-]*|id_rsa|\.bash_history)(?:$|[\0.?#&])/;

function pathTraversal(view: RequestView, path: string): CheckMatch | undefined {
  const climbs = view.evasions & Evasion.climb || /\/\.{2,};|\/\.{3,}\//.test(path);
  if (!climbs) return undefined;
  if (PRIZE.test(path)) return traversalAttempt;
  const hidden =
    Evasion.encodedDot | Evasion.overlong | Evasion.unicodeEscape | Evasion.backslash | Evasion.doubleEncoded;
  if (view.climbs > 2 || view.evasions & hidden || /\/\.\.;/.test(path)) return traversalProbe;
  // An old crawler that joins "../" to the root is the usual author of a single plain climb.
  return undefined;
}

/** Parameters that name a file by habit of programmers. */
const FILE_NAMES =
  /^(?:file|filename|path|page|template|include|inc|doc|document|download|dir|folder|load|read|view|layout|lang|locale|style|pdf|conf|root)$/;

function fileShape(value: string, name: string): CheckMatch | undefined {
  const slashed = value.replaceAll("\\", "/");
  if (
    /^(?:file:\/\/|php:\/\/(?:filter|input)|expect:\/\/|phar:\/\/|zip:\/\/|data:[^,]{0,40};base64,pd9)/.test(slashed)
  ) {
    return traversalAttempt;
  }
  if (
    /^(?:gopher|dict):\/\/|^https?:\/\/(?:169\.254\.169\.254|metadata\.google|100\.100\.100\.200|\[::ffff:a9fe)/.test(
      slashed,
    )
  ) {
    return serverSideRequest;
  }
  const climbs = count(slashed, "../");
  if (PRIZE.test(slashed) && !/\s/.test(slashed) && (climbs > 0 || /^\/|^[a-z]:\//.test(slashed))) {
    return traversalAttempt;
  }
  if (climbs > 2) return traversalProbe;
  return climbs > 0 && FILE_NAMES.test(name) ? traversalHint : undefined;
}

function count(text: string, piece: string): number {
  let n = 0;
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + piece.length)) n++;
  return n;
}

const COMMAND_NAMES = /^(?:cmd|exec|command|execute|shell|run)$/;

const commands = new Set(
  (
    "id whoami cat ls uname wget curl nslookup dig ping sleep nc ncat netcat bash sh ash zsh busybox rm chmod echo printf cd cp mv " +
    "tftp ftpget python python3 perl php ruby dir type ipconfig ifconfig netstat ps env set ver powershell cmd cmd.exe certutil reboot kill pwd touch"
  ).split(" "),
);
/** Commands that say enough without an argument. */
const bare = new Set([
  "id",
  "whoami",
  "uname",
  "ls",
  "ifconfig",
  "ipconfig",
  "netstat",
  "ps",
  "pwd",
  "env",
  "reboot",
  "dir",
]);

function commandShape(value: string, name: string): CheckMatch | undefined {
  if (shellCommand(value)) return commandAttempt;
  if (
    /(?:^|[;"'.({}])\s?(?:exit|system|exec|passthru|shell_exec|eval|assert|phpinfo|var_dump|md5|base64_decode|popen)\s?\(/.test(
      value,
    )
  ) {
    return /[;"']/.test(value) ? codeProbe : undefined;
  }
  return bareCommand(value, name);
}

function bareCommand(value: string, name: string): CheckMatch | undefined {
  return COMMAND_NAMES.test(name) && commands.has(firstWord(value)) ? commandHint : undefined;
}

/** A function definition, which old Bash ran on from when it came in a variable. */
function isShellshock(text: string): boolean {
  return /\(\)\s{0,3}\{[^}]{0,40}\}?;/.test(text);
}

function shellCommand(value: string): boolean {
  if (!/[;|&`$\n]/.test(value)) return false;
  if (/\/bin\/(?:ba)?sh\b/.test(value)) return true;
  for (let i = 0; i < value.length; i++) {
    const c = value[i]!;
    if (c === "$" && value[i + 1] === "(") {
      if (commands.has(firstWord(value.slice(i + 2, i + 40))) && value.indexOf(")", i) > 0) return true;
    } else if (c === "`") {
      if (commands.has(firstWord(value.slice(i + 1, i + 40))) && value.indexOf("`", i + 1) > 0) return true;
    } else if (";|&\n".includes(c) && isCommandAt(value, i + 1)) return true;
  }
  return false;
}

function isCommandAt(value: string, from: number): boolean {
  let i = from;
  while (value[i] === " " || value[i] === "|" || value[i] === "&") i++;
  const word = firstWord(value.slice(i, i + 40));
  if (!commands.has(word.slice(word.lastIndexOf("/") + 1))) return false;
  const rest = value.slice(i + word.length, i + word.length + 80);
  if (/^\s*(?:$|[;|&`#\0\n'"])/.test(rest)) return bare.has(word) || word.includes("/");
  if (/^(?:\$\{?ifs|<|>)/.test(rest)) return true;
  return /^\s+(?:[/\-.$~'"\\*]|\d|https?:|[a-z]:|[\w-]+\.[a-z])/.test(rest);
}

function firstWord(text: string): string {
  return /^\s*([\w./-]*)/.exec(text)![1]!;
}

/** Nested look-ups (`${${lower:j}ndi:`, `${${::-j}ndi:`) are undone before looking. */
function isJndi(text: string): boolean {
  const at = text.indexOf("${");
  if (at < 0) return false;
  if (text.includes("${jndi:")) return true;
  const flat = text
    .slice(at, at + LONGEST_VALUE)
    .replace(/\$\{(?:lower|upper):|\$\{[\w:-]{0,40}:-|[${}]/g, "")
    .replaceAll("'", "");
  return flat.includes("jndi:");
}

function scriptShape(value: string): CheckMatch | undefined {
  if (/<script[^>]{0,200}>[^<]{0,200}(?:\(|=)|<script[^>]{0,100}src=/.test(value)) return scriptProbe;
  if (/<[a-z]{1,12}[\s/][^>]{0,200}\bon[a-z]{3,20}\s?=/.test(value)) return scriptProbe;
  if (/["']\s?>\s?<(?:script|img|svg|iframe)|["']\s?on[a-z]{4,14}=["'\w]{0,20}\(?/.test(value)) return scriptProbe;
  return /^javascript:[^ ]{0,80}\(/.test(value) ? scriptProbe : undefined;
}

function templateShape(value: string): CheckMatch | undefined {
  if (!/[{<%]/.test(value)) return undefined;
  if (
    /@java\.|java\.lang\.|getruntime|#context|#_memberaccess|__(?:class|globals|import|mro)__|freemarker\.template|\{\(?#[\w.]{1,40}[=.]|t\(java\.|processbuilder|\.popen\(/.test(
      value,
    ) &&
    /[{]/.test(value)
  ) {
    return templateAttempt;
  }
  if (/(?:\{\{|\$\{|#\{|%\{|<%=|\{%|\[\[)[^}]{0,20}\d{1,9}\s?\*\s?'?\d{1,9}/.test(value)) return templateProbe;
  return undefined;
}

function headerInjection(value: string): CheckMatch | undefined {
  return /\n\s?(?:set-cookie|location|content-[a-z]{1,20}|x-[\w-]{1,30}|http\/\d)\s?:?/.test(value)
    ? headerProbe
    : undefined;
}

function evasionShape(view: RequestView): CheckMatch | undefined {
  const disguised = Evasion.overlong | Evasion.unicodeEscape;
  if (view.evasions & disguised) return evasionProbe;
  if (view.length > 6 && textOf(view, 0, view.length).includes("::$data")) return evasionProbe;
  const isTwice = view.evasions & Evasion.doubleEncoded && view.evasions & (Evasion.climb | Evasion.nul);
  return isTwice || view.evasions & Evasion.nul ? evasionHint : undefined;
}
