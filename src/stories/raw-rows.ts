import { formats } from "../formats/index.ts";
import { type RawRecord, readRecords } from "../formats/read-records.ts";
import type { ActorReport, RawReport, Report } from "./report.ts";

/** Rows whose line or packet is kept: of one actor, of one that is noise, and of all. */
const MOST_OF_ACTOR = 20;
const MOST_OF_NOISE = 3;
const MOST_ROWS = 5000;
/** Of each line or packet. */
const MOST_BYTES = 1024;

/**
 * The report with the lines and packets themselves beside the weightiest rows of evidence, those of the most urgent actors first. Inputs are
 * read anew for it, since whatever keeps bytes on the first reading keeps them of everybody; pipes cannot be.
 */
export async function withRawRows(report: Report, signal?: AbortSignal): Promise<Report> {
  const wanted = positionsByInput(report.actors);
  const found = new Map<string, ReadonlyMap<number, RawReport>>();
  for (const { name, format: id } of report.inputs) {
    const positions = wanted.get(name);
    const format = formats.find((each) => each.id === id);
    if (positions === undefined || format === undefined) continue;
    const kind = format.kind === "capture" ? "packet" : "text";
    const records = await readRecords(name, format, positions, MOST_BYTES, signal);
    found.set(name, new Map([...records].map(([position, record]) => [position, rawOf(record, kind)])));
  }
  return { ...report, actors: report.actors.map((actor) => withRaw(actor, found)) };
}

function positionsByInput(actors: readonly ActorReport[]): ReadonlyMap<string, ReadonlySet<number>> {
  const wanted = new Map<string, Set<number>>();
  let left = MOST_ROWS;
  for (const { priority, evidence } of actors) {
    const most = Math.min(left, priority === "noise" ? MOST_OF_NOISE : MOST_OF_ACTOR);
    const weightiest = evidence.toSorted((a, b) => b.weight - a.weight).slice(0, most);
    for (const { input, position } of weightiest) {
      const positions = wanted.get(input);
      if (positions === undefined) wanted.set(input, new Set([position]));
      else positions.add(position);
    }
    left -= weightiest.length;
    if (left === 0) break;
  }
  return wanted;
}

function rawOf({ bytes, length }: RawRecord, kind: RawReport["kind"]): RawReport {
  const content = kind === "packet" ? Buffer.from(bytes).toString("hex") : new TextDecoder().decode(bytes);
  return { kind, content, bytes: length };
}

function withRaw(actor: ActorReport, found: ReadonlyMap<string, ReadonlyMap<number, RawReport>>): ActorReport {
  const evidence = actor.evidence.map((row) => {
    const raw = found.get(row.input)?.get(row.position);
    return raw === undefined ? row : { ...row, raw };
  });
  return { ...actor, evidence };
}
