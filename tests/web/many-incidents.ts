import { join } from "node:path";
import { disguises } from "../../bench/scenarios/disguises.ts";
import { Site } from "../../bench/scenarios/site.ts";
import { analyze } from "../../src/stories/analyze.ts";
import { withRawRows } from "../../src/stories/raw-rows.ts";
import type { Report } from "../../src/stories/report.ts";

export const samples = ["capture.pcap.zst", "firewall.log", "access.log", "access-www2.log"].map((name) =>
  join("samples", name),
);
/** Minutes between one copy of a day and the next. */
const APART_MS = 30 * 60_000;
/** Rows of evidence of each actor of a copy. */
const MOST_ROWS = 5;

/** Reports of the recorded day in `samples/` and of a scan that is spread over 64 sources. */
export async function realReports(folder: string): Promise<[day: Report, campaign: Report]> {
  const site = new Site(1);
  disguises.find(({ name }) => name === "64 sources, eight guesses each")!.write(site);
  const day = await analyze({ inputs: samples, now: 0 });
  const campaign = await analyze({ inputs: site.write(join(folder, "campaign")), home: ["198.51.100.0/24"], now: 0 });
  return [
    await withRawRows(day.report),
    movedBy(campaign.report, Date.parse(day.report.period.first!) - Date.parse(campaign.report.period.last!)),
  ];
}

/** A report of at least `count` incidents made of those of a real one, by sources of their own, each copy half an hour before the last. */
export function manyIncidents(report: Report, count: number): Report {
  const actors = report.actors
    .filter(({ incident }) => incident !== null)
    .map((actor) => ({ ...actor, evidence: actor.evidence.slice(0, MOST_ROWS) }));
  const text = JSON.stringify({ actors, incidents: report.incidents });
  const sources = new Map(actors.map(({ address }, i) => [address, i]));
  const copies = Array.from({ length: Math.ceil(count / report.incidents.length) }, (_, copy) =>
    JSON.parse(copyOf(text, sources, copy)),
  ) as Pick<Report, "actors" | "incidents">[];
  return {
    ...report,
    actors: copies.flatMap(({ actors }) => actors),
    incidents: copies.flatMap(({ incidents }) => incidents),
  };
}

function copyOf(text: string, sources: ReadonlyMap<string, number>, copy: number): string {
  return text
    .replace(/[\da-f:./]{7,}/g, (word) => {
      const source = sources.get(word);
      return source === undefined ? word : addressOf(copy * sources.size + source);
    })
    .replace(time, (at) => later(at, -copy * APART_MS))
    .replace(/"incident-(\d+)"/g, `"incident-$1-${copy}"`);
}

/** From 198.18.0.0/15, which nobody has (RFC 2544). */
function addressOf(number: number): string {
  return `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
}

const time = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

function movedBy(report: Report, ms: number): Report {
  return JSON.parse(JSON.stringify(report).replace(time, (at) => later(at, ms)));
}

function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}
