import { formats } from "../../../src/formats/index.ts";
import { recognise } from "../../../src/formats/recognise.ts";
import { decodeAll } from "../../../tests/formats/observations-as-lines.ts";

/** Fields of a row by name, as others tell them; what they do not tell is absent and not compared. */
export type Fields = Readonly<Record<string, string | number | undefined>>;

/** One log that others have parsed. */
export interface ParsedLog {
  /** Who parsed it. */
  readonly corpus: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What each line holds, by its number from 1; or without numbers, each to be found in some row. */
  readonly expected: ReadonlyMap<number, Fields> | readonly Fields[];
  /** Lines (or places in the list) that are read otherwise on purpose; `exceptions.ts` gives the reasons. */
  readonly aside?: readonly number[];
}

/** How many lines of one format agree with what one other parser made of them. */
export interface Agreement {
  readonly format: string;
  readonly corpus: string;
  lines: number;
  agreeing: number;
  /** Of those that differ, how many are read otherwise on purpose. */
  aside: number;
  readonly fields: Set<string>;
  /** Each line that does not: where, and in which fields. */
  readonly differing: string[];
}

type Row = Readonly<Record<string, unknown>>;

/** Reads every log, recognised by its content, and compares field by field. A line agrees when all that is told of it does. */
export function agreementsOf(logs: Iterable<ParsedLog>): Agreement[] {
  const found = new Map<string, Agreement>();
  for (const log of logs) {
    const format = recognise(log.bytes, formats, log.name);
    const key = `${format.id} ${log.corpus}`;
    const agreement = found.get(key) ?? newAgreement(format.id, log.corpus);
    found.set(key, agreement);
    const rows = decodeAll(format, log.bytes).lines.map((line) => JSON.parse(line) as Row);
    compare(log, rows, agreement);
  }
  return [...found.values()].sort((a, b) => (a.format < b.format ? -1 : 1));
}

function newAgreement(format: string, corpus: string): Agreement {
  return { format, corpus, lines: 0, agreeing: 0, aside: 0, fields: new Set(), differing: [] };
}

function compare(log: ParsedLog, rows: readonly Row[], agreement: Agreement): void {
  const byLine = Map.groupBy(rows, (row) => row.line as number);
  for (const [line, fields] of log.expected.entries()) {
    const told = Object.entries(fields).filter(([, value]) => value !== undefined);
    if (told.length === 0) continue;
    const candidates = Array.isArray(log.expected) ? rows : (byLine.get(line) ?? []);
    const isAgreeing = candidates.some((row) => differencesOf(told, row).length === 0);
    agreement.lines++;
    if (isAgreeing) agreement.agreeing++;
    else if (log.aside?.includes(line)) agreement.aside++;
    else agreement.differing.push(`${log.name}:${line} ${differenceWords(told, candidates)}`);
    for (const [name] of told) agreement.fields.add(name);
  }
}

function differencesOf(told: readonly (readonly [string, string | number | undefined])[], row: Row): string[] {
  return told.filter(([name, value]) => String(row[name] ?? "") !== String(value)).map(([name]) => name);
}

function differenceWords(
  told: readonly (readonly [string, string | number | undefined])[],
  rows: readonly Row[],
): string {
  if (rows.length === 0) return "tells nothing here";
  const nearest = rows.map((row) => ({ row, names: differencesOf(told, row) }));
  nearest.sort((a, b) => a.names.length - b.names.length);
  const { row, names } = nearest[0]!;
  const values = Object.fromEntries(told);
  return names
    .map((name) => `${name} ${JSON.stringify(values[name])} there, ${JSON.stringify(row[name])} here`)
    .join("; ");
}
