/**
 * Tells SQL that somebody injects from words that people write. Looking for words fails both ways ("select union bus route"
 * is a search, `1 or 2>1` has no rare word), so a value is read as SQL tokens and only a sequence that SQL would parse and
 * prose would not is believed. The idea is libinjection's (Nick Galbreath, 2012), with a handful of rules instead of a table.
 */

/** How far a value goes: nothing, a test whether injection works, or an attempt to read, wait or change. */
export type SqlShape = "none" | "hint" | "test" | "attempt";

type Kind = "number" | "quote" | "word" | "compare" | "(" | ")" | "," | "comment" | ";" | "symbol" | keyof typeof words;

const words = {
  union: ["union"],
  select: ["select"],
  all: ["all", "distinct", "distinctrow"],
  and: ["and", "or", "xor", "&&", "||", "having", "where", "rlike", "when"],
  not: ["not"],
  sort: ["order", "group"],
  by: ["by"],
  wait: ["sleep", "benchmark", "pg_sleep", "randomblob", "dbms_pipe.receive_message", "dbms_lock.sleep"],
  leak: [
    ...[
      "extractvalue",
      "updatexml",
      "xp_cmdshell",
      "xp_dirtree",
      "load_file",
      "utl_inaddr.get_host_address",
      "gtid_subset",
    ],
    ...["ctxsys.drithsx.sn", "json_keys", "make_set", "xmltype", "utl_http.request", "generate_series", "name_const"],
  ],
  waitfor: ["waitfor"],
  delay: ["delay", "time"],
  verb: ["insert", "update", "delete", "drop", "exec", "execute", "declare", "create", "alter", "truncate", "shutdown"],
  into: ["from", "into", "table", "set", "database", "outfile", "dumpfile"],
  schema: [
    "information_schema",
    "sysobjects",
    "sqlite_master",
    "pg_catalog",
    "all_tables",
    "sysdatabases",
    "@@version",
    "dual",
  ],
  null: ["null"],
} as const;

const kindByWord = new Map<string, Kind>();
for (const [kind, list] of Object.entries(words)) for (const word of list) kindByWord.set(word, kind as Kind);

/** Linear: every alternative begins with another character class and none repeats a group. */
const lexer = /--|#|\/\*|[a-z_@][\w@.]*|\d[\d.]*|0x[0-9a-f]+|'|"|`|\(|\)|,|;|&&|\|\||[=<>]+|[^\s\w]/g;
const MOST_TOKENS = 80;

/** What every injection has at least one of; most values leave here. */
const SUSPICIOUS = /['"`(;#]|\/\*|(?:^|\s)(?:union|and|or|xor|order|group|having|where|rlike|waitfor)\b/;

/** Reads a lower-cased value, or a path, whose first word is never an operator. */
export function sqlShapeOf(value: string, isPath = false): SqlShape {
  if (value.length < 2 || !SUSPICIOUS.test(isPath ? `/${value}` : value)) return "none";
  const kinds = kindsOf(value);
  if (kinds.length < 2) return "none";
  let shape: SqlShape = "none";
  for (let i = 0; i < kinds.length; i++) {
    if (isAttemptAt(kinds, i)) return "attempt";
    if (isTestAt(kinds, i)) shape = "test";
  }
  return shape === "none" && isBrokenValue(kinds) ? "hint" : shape;
}

function kindsOf(value: string): Kind[] {
  const kinds: Kind[] = [];
  lexer.lastIndex = 0;
  for (let found = lexer.exec(value); found !== null && kinds.length < MOST_TOKENS; found = lexer.exec(value)) {
    const text = found[0];
    if (text === "/*") {
      // An inline comment stands for a space; an unclosed one, or MySQL's executable one, is a comment.
      const close = value.indexOf("*/", lexer.lastIndex);
      if (close < 0 || value[lexer.lastIndex] === "!") kinds.push("comment");
      else lexer.lastIndex = close + 2;
    } else kinds.push(kindOf(text));
  }
  return kinds;
}

function kindOf(text: string): Kind {
  const c = text.charCodeAt(0);
  if (c >= 48 && c <= 57) return "number";
  if (text === "'" || text === '"' || text === "`") return "quote";
  if (text === "--" || text === "#") return "comment";
  if (text === "(" || text === ")" || text === "," || text === ";") return text;
  if (c >= 60 && c <= 62) return "compare";
  const dot = text.indexOf(".");
  return (
    kindByWord.get(text) ?? kindByWord.get(dot > 0 ? text.slice(0, dot) : text) ?? (isLetter(c) ? "word" : "symbol")
  );
}

function isLetter(c: number): boolean {
  return (c >= 97 && c <= 122) || c === 95;
}

function isAttemptAt(kinds: readonly Kind[], i: number): boolean {
  const next = kinds[i + 1];
  switch (kinds[i]) {
    case "union":
      return isUnionSelect(kinds, i + 1);
    case "wait":
      return next === "(" && ["number", "select", "quote", "("].includes(kinds[i + 2] ?? "");
    case "leak":
      return next === "(" && i > 0;
    case "waitfor":
      return next === "delay" && kinds[i + 2] === "quote";
    case "and":
      return next === "(" && kinds[i + 2] === "select";
    case "schema":
      return i > 0 && kinds.lastIndexOf("select", i) >= 0 && kinds.lastIndexOf("into", i) >= 0;
    case ";":
      return isStatement(kinds, i + 1);
    default:
      return false;
  }
}

function isUnionSelect(kinds: readonly Kind[], at: number): boolean {
  let i = at;
  while (kinds[i] === "all" || kinds[i] === "(") i++;
  if (kinds[i] !== "select") return false;
  const first = kinds[i + 1];
  if (first === "word" || first === "schema") return [",", "(", "into", "comment"].includes(kinds[i + 2] ?? "");
  return first !== undefined && first !== "all" && first !== "select" && first !== "and";
}

function isStatement(kinds: readonly Kind[], i: number): boolean {
  const next = kinds[i + 1];
  if (kinds[i] === "select") return next === "wait" || next === "symbol" || next === "leak" || next === "number";
  if (kinds[i] === "waitfor") return next === "delay";
  return kinds[i] === "verb" && (next === "into" || next === "leak" || next === "quote");
}

function isTestAt(kinds: readonly Kind[], i: number): boolean {
  if (kinds[i] === "and") return isConditionAfter(kinds, i);
  if (kinds[i] === "sort") return kinds[i + 1] === "by" && kinds[i + 2] === "number" && isAfterValue(kinds, i);
  if (kinds[i] !== "quote") return false;
  let k = i + 1;
  while (kinds[k] === ")") k++;
  return (kinds[k] === "comment" || (kinds[k] === ";" && kinds[k + 1] === "comment")) && i > 0;
}

/** `1 and 2=3`, `x' or 'a'='a`, `1) and (5=5`: a comparison of constants after a value that was closed. */
function isConditionAfter(kinds: readonly Kind[], i: number): boolean {
  let k = i + 1;
  let hasQuote = kinds.lastIndexOf("quote", i) >= 0;
  while (kinds[k] === "(" || kinds[k] === "quote" || kinds[k] === "not") {
    if (kinds[k] === "quote") hasQuote = true;
    k++;
  }
  const left = kinds[k];
  if (left !== "number" && left !== "word") return false;
  while (kinds[k + 1] === "quote" || kinds[k + 1] === ")") k++;
  if (kinds[k + 1] !== "compare") return false;
  k += 2;
  while (kinds[k] === "quote" || kinds[k] === "(") k++;
  const right = kinds[k];
  if (left === "number" && right === "number") return true;
  return hasQuote && kinds[i - 1] !== undefined && left === right;
}

function isAfterValue(kinds: readonly Kind[], i: number): boolean {
  const before = kinds[i - 1];
  return before === "number" || before === "quote" || before === ")";
}

/** A number with a stray quote or a heap of quotes and brackets after it: what people send to see an error. */
function isBrokenValue(kinds: readonly Kind[]): boolean {
  if (kinds[0] !== "number") return false;
  const rest = kinds.slice(1);
  if (rest.some((kind) => kind !== "quote" && kind !== "(" && kind !== ")" && kind !== "," && kind !== "symbol"))
    return false;
  return (rest.length === 1 && rest[0] === "quote") || (rest.length > 3 && rest.includes("quote"));
}
