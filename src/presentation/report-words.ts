import type { ActorReport, InputReport, Report } from "../stories/report.ts";
import type { Headline } from "./order.ts";
import { formatCount, formatPeriod, formatPlural, listSome, techniqueInWords } from "./words.ts";

/** `43 scanners, 2 suspects, 1,204 visitors.` and `1 to act on, 3 notable, 41 background noise.` */
export function describeFindings(headline: Headline): string[] {
  const { act, notable, noise, scanners, suspects, visitors } = headline;
  const who = [
    formatPlural(scanners, "scanner"),
    ...(suspects > 0 ? [formatPlural(suspects, "suspect")] : []),
    formatPlural(visitors, "visitor"),
  ].join(", ");
  if (act + notable + noise === 0) return [`${who}.`];
  return [
    `${who}.`,
    `${formatCount(act)} to act on, ${formatCount(notable)} notable, ${formatCount(noise)} background noise.`,
  ];
}

/** `Read 3 inputs, 22,771 records, 2026-11-20 08:00:00 to 17:59:59 UTC.` */
export function describeRead({ inputs, period }: Report): string {
  const records = inputs.reduce((sum, input) => sum + input.records, 0);
  const read = `Read ${formatPlural(inputs.length, "input")}, ${formatPlural(records, "record")}`;
  return period.first === null ? `${read}.` : `${read}, ${formatPeriod(period.first, period.last)} UTC.`;
}

/** Inputs of which less than half could be read: nobody found in them is no good news. */
export function describeUnread({ inputs }: Report): string[] {
  const mostly = inputs.filter(({ records, rejected }) => rejected > 0 && rejected * 2 > records);
  const named = mostly.map(({ name, format }) => `${name} as ${format}`);
  return named.length === 0 ? [] : [`Most could not be read of ${listSome(named, 3)}; --format names another format.`];
}

export function describeHome(report: Report): string {
  if (report.homeFrom === "unknown") return "Home is not known; --home CIDR sets it.";
  const home = listSome(report.home, 4);
  return report.homeFrom === "given" ? `Home ${home}, as given.` : `Home ${home}, inferred; --home CIDR sets it.`;
}

/** `31 addresses and ports swept, 9 word list tried. Tools: masscan 12, zmap 4.` */
export function summarizeNoise(actors: readonly ActorReport[]): string {
  const techniques = countBy(actors.flatMap((actor) => actor.techniques.map(techniqueInWords)));
  const tools = countBy(actors.flatMap((actor) => (actor.tools[0] === undefined ? [] : [actor.tools[0].name])));
  const did = techniques.map(([name, count]) => `${name}: ${count}`).slice(0, 4);
  const used = tools.map(([name, count]) => `${name} ${count}`);
  return [
    ...(did.length > 0 ? [`${did.join(", ")}.`] : []),
    ...(used.length > 0 ? [`Tools: ${listSome(used, 5)}.`] : []),
  ].join(" ");
}

/** Most frequent first; equal counts by name. */
function countBy(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** The error with the input's name in front, where it does not name it already. */
export function describeFailure(name: string, error: string): string {
  return error.includes(name) ? error : `${name}: ${error}`;
}

/** Why reading ended early, and the three most frequent reasons for rejects. */
export function describeTroubles(input: InputReport): string[] {
  const rejects = [...input.rejects].sort((a, b) => b.count - a.count).slice(0, 3);
  return [
    ...(input.error === undefined ? [] : [describeFailure(input.name, input.error)]),
    ...rejects.map(
      ({ reason, count, firstPosition }) =>
        `${input.name}: ${formatCount(count)} rejected, ${reason}; first at ${formatCount(firstPosition)}`,
    ),
  ];
}
