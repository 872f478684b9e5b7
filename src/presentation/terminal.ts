import type { ActorReport, ExposureReport, IncidentReport, InputReport, Report } from "../stories/report.ts";
import { escapeText, mapTexts } from "./escape.ts";
import { describeLearned, describePlace, describeSoftware, describeVulnerabilities } from "./exposure-words.ts";
import {
  type Headline,
  headlineOf,
  needsSummary,
  orderByAttention,
  orderExposures,
  SHOWN_ACTORS,
  SHOWN_EXPOSURES,
  SHOWN_IN_FULL,
  SHOWN_INCIDENTS,
  SHOWN_NOISE,
  tellingIncidents,
} from "./order.ts";
import { type Paint, plainPaint } from "./paint.ts";
import { formatTable } from "./table.ts";
import { cut, keepEnd, padEnd, shorten, wrap } from "./width.ts";
import {
  describeChecks,
  describeTechniques,
  formatBytes,
  formatCount,
  formatPeriod,
  formatPlural,
  formatScore,
  formatShortTime,
  formatTime,
  listSome,
  priorityMeaning,
  summarizeInterest,
  techniqueInWords,
  verdictWord,
} from "./words.ts";

/** How a text is laid out. */
export interface TerminalOptions {
  /** Columns of the terminal. Default 80; under 70 the numbers would not fit, and lines of 70 are made. */
  readonly width?: number;
  /** Default: no colours. */
  readonly paint?: Paint;
}

export const LEAST_WIDTH = 70;

interface Layout {
  readonly width: number;
  readonly paint: Paint;
}

/** The report for a person at a terminal: what deserves attention comes first, and ten seconds must do. */
export function formatReport(unsafe: Report, options: TerminalOptions = {}): string {
  const report = mapTexts(unsafe, escapeText);
  const layout = { width: Math.max(LEAST_WIDTH, options.width ?? 80), paint: options.paint ?? plainPaint };
  const sections = [
    formatOpening(report, layout),
    ...formatActors(report, layout),
    formatIncidents(report, layout),
    formatExposures(report, layout),
    formatCoverage(report, layout),
    formatInputs(report, layout),
    formatNextSteps(report, layout),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n")}\n`;
}

function formatOpening(report: Report, { paint, width }: Layout): string[] {
  const headline = headlineOf(report);
  const records = report.inputs.reduce((sum, input) => sum + input.records, 0);
  const read = `Read ${formatPlural(report.inputs.length, "input")}, ${formatPlural(records, "record")}, ${formatPeriod(report.period.first, report.period.last)} UTC.`;
  return [...describeFindings(headline).map(paint.strong), cut(read, width), ...wrap(describeHome(report), width)];
}

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

export function describeHome(report: Report): string {
  if (report.homeFrom === "unknown") return "Home network unknown: name it with --home CIDR for a better answer.";
  const home = listSome(report.home, 4);
  return report.homeFrom === "given" ? `Home ${home}, as given.` : `Home ${home}, inferred; --home CIDR sets it.`;
}

/** What is to act on gets a paragraph, the rest a line each. */
function formatActors(report: Report, layout: Layout): string[][] {
  const { act, notable, noise } = orderByAttention(report);
  const shownAct = act.slice(0, SHOWN_ACTORS);
  const shownNotable = notable.slice(0, SHOWN_ACTORS - shownAct.length);
  const shownNoise = noise.slice(0, act.length + notable.length > 0 ? SHOWN_NOISE : SHOWN_ACTORS);
  return [
    act.length === 0
      ? []
      : [
          formatHeading("act", act.length, layout),
          ...shownAct.slice(0, SHOWN_IN_FULL).flatMap((actor) => formatActActor(actor, report, layout)),
          ...formatActorTable(shownAct.slice(SHOWN_IN_FULL), report, layout),
          ...formatMore(act.length - shownAct.length, layout),
        ],
    formatActorSection("notable", notable, shownNotable, report, layout),
    formatActorSection("noise", noise, shownNoise, report, layout),
  ];
}

function formatHeading(priority: ActorReport["priority"], count: number, { paint }: Layout): string {
  const colour = { act: paint.act, notable: paint.notable, noise: paint.strong }[priority];
  return `${colour(priority.toUpperCase())} ${formatCount(count)}: ${priorityMeaning[priority]}`;
}

function formatMore(count: number, { paint }: Layout): string[] {
  return count > 0 ? [paint.faint(`  and ${formatCount(count)} more: --json FILE or --html FILE tells all`)] : [];
}

function formatActActor(actor: ActorReport, report: Report, layout: Layout): string[] {
  const { paint, width } = layout;
  const incident = report.incidents.find((candidate) => candidate.id === actor.incident);
  const learned = describeLearned(actor.learned, report);
  const facts: [string, string][] = [["Verdict", describeVerdict(actor)]];
  if (incident !== undefined) facts.push(["Because", incident.because]);
  facts.push(["Did", describeTechniques(actor)]);
  if (actor.tools.length > 0)
    facts.push(["Tool", actor.tools.map((tool) => `${tool.name} (${tool.because})`).join(", ")]);
  if (actor.checks.length > 0) facts.push(["Checked", describeChecks(actor, 4)]);
  if (learned.length > 0) facts.push(["Learned", listSome(learned, 3)]);
  facts.push([
    "Seen",
    `${formatPeriod(actor.first, actor.last)} UTC, ${formatPlural(actor.observations, "observation")}`,
  ]);
  return [`  ${paint.act(actor.address)}`, ...facts.flatMap(([name, text]) => formatFact(name, text, width, paint))];
}

function describeVerdict(actor: ActorReport): string {
  const score = `score ${formatScore(actor.score)}`;
  if (actor.decidedAfter === null || actor.decidedAt === null) return `${actor.verdict}, ${score}`;
  const after = `after ${formatPlural(actor.decidedAfter, "observation")}`;
  return `${actor.verdict}, ${score}, decided ${after} at ${formatTime(actor.decidedAt)}`;
}

function formatFact(name: string, text: string, width: number, paint: Paint): string[] {
  const lines = wrap(text, width - 14);
  return lines.map((line, i) => `    ${paint.faint(padEnd(i === 0 ? name : "", 8))}  ${line}`);
}

function formatActorSection(
  priority: ActorReport["priority"],
  all: readonly ActorReport[],
  shown: readonly ActorReport[],
  report: Report,
  layout: Layout,
): string[] {
  if (all.length === 0) return [];
  const summary = priority === "noise" ? wrap(summarizeNoise(all), layout.width - 2) : [];
  return [
    formatHeading(priority, all.length, layout),
    ...summary.filter((line) => line !== "").map((line) => `  ${line}`),
    ...formatActorTable(shown, report, layout),
    ...formatMore(all.length - shown.length, layout),
  ];
}

function formatActorTable(actors: readonly ActorReport[], report: Report, { width, paint }: Layout): string[] {
  if (actors.length === 0) return [];
  const rows = actors.map((actor) => [
    actor.address,
    verdictWord[actor.verdict],
    formatShortTime(actor.first, report.period),
    actor.decidedAfter === null ? "-" : formatCount(actor.decidedAfter),
    describeActorLine(actor, report),
  ]);
  const [titles, ...lines] = formatTable(actorColumns, rows, width - 2);
  return [`  ${paint.faint(titles!)}`, ...lines.map((line) => `  ${line}`)];
}

/** "After": observations seen of it when the verdict fell. */
const actorColumns = [
  { title: "Actor" },
  { title: "Verdict" },
  { title: "First" },
  { title: "After", align: "right" as const },
  { title: "Looked for" },
];

function describeActorLine(actor: ActorReport, report: Report): string {
  const learned = describeLearned(actor.learned, report);
  const interest = summarizeInterest(actor);
  return learned.length === 0 ? interest : `${interest}; learned ${listSome(learned, 1)}`;
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

function formatIncidents(report: Report, layout: Layout): string[] {
  const telling = tellingIncidents(report);
  if (telling.length === 0) return [];
  const shown = telling.slice(0, SHOWN_INCIDENTS);
  return [
    layout.paint.strong("INCIDENTS"),
    ...shown.flatMap((incident) => formatIncident(incident, report, layout)),
    ...formatMore(telling.length - shown.length, layout),
  ];
}

/** The stages of what is to act on; of the others the title, which is what a busy person reads. */
function formatIncident(incident: IncidentReport, report: Report, { width, paint }: Layout): string[] {
  const kind = incident.kind === "single" ? "" : `, ${incident.kind}`;
  const title = `${incident.id}, ${incident.priority}${kind}, ${listSome(incident.members, 3)}: ${incident.objective}`;
  const summary = needsSummary(incident) ? wrap(incident.summary, width - 4).map((line) => `    ${line}`) : [];
  const stages = incident.stages.map(({ first, technique, summary }) => {
    const when = formatShortTime(first, report.period);
    const what = cut(`${padEnd(technique, 9)}  ${summary}`, width - when.length - 6);
    return `    ${paint.faint(when)}  ${what}`;
  });
  return [cut(`  ${title}`, width), ...summary, ...(incident.priority === "act" ? stages : [])];
}

function formatExposures(report: Report, layout: Layout): string[] {
  const all = orderExposures(report);
  if (all.length === 0) return [];
  const shown = all.slice(0, SHOWN_EXPOSURES);
  return [
    layout.paint.strong("WHAT YOUR SERVERS REVEAL"),
    ...shown.flatMap((exposure) => formatExposure(exposure, layout)),
    ...formatMore(all.length - shown.length, layout),
  ];
}

function formatExposure(exposure: ExposureReport, { width }: Layout): string[] {
  const what = `${describePlace(exposure)}  ${describeSoftware(exposure)} (${exposure.revealedBy})`;
  const notes = [
    describeVulnerabilities(exposure),
    exposure.learnedBy.length > 0 ? `learned by ${listSome(exposure.learnedBy, 2)}` : "",
    exposure.advice === null ? "" : `to hide it: ${exposure.advice}`,
  ].filter((note) => note !== "");
  return [
    `  ${shorten(what, width - 2)}`,
    ...(notes.length > 0 ? wrap(notes.join("; "), width - 4).map((line) => `    ${line}`) : []),
  ];
}

function formatCoverage(report: Report, { width, paint }: Layout): string[] {
  if (report.coverage.length === 0) return [];
  const lines = report.coverage.flatMap(({ what, effect }) =>
    wrap(`${what}: ${effect}`, width - 4).map((line, i) => (i === 0 ? `  ${line}` : `    ${line}`)),
  );
  return [paint.strong("WHAT COULD NOT BE SEEN"), ...lines];
}

function formatInputs(report: Report, { width, paint }: Layout): string[] {
  const rows = report.inputs.map((input) => [
    keepEnd(input.name, Math.floor(width * 0.4)),
    input.format,
    formatCount(input.records),
    formatBytes(input.bytes),
    formatCount(input.rejected),
    describeInputTime(input, report),
  ]);
  const columns = [
    { title: "Input" },
    { title: "Format" },
    { title: "Records", align: "right" as const },
    { title: "Size", align: "right" as const },
    { title: "Rejected", align: "right" as const },
    { title: "From" },
  ];
  const [titles, ...lines] = formatTable(columns, rows, width - 2);
  const troubles = report.inputs.flatMap((input) => describeTroubles(input));
  return [
    paint.strong("INPUTS"),
    `  ${paint.faint(titles!)}`,
    ...lines.map((line) => `  ${line}`),
    ...troubles.flatMap((trouble) =>
      wrap(trouble, width - 4).map((line, i) => (i === 0 ? `  ${line}` : `    ${line}`)),
    ),
  ];
}

function describeInputTime(input: InputReport, report: Report): string {
  return input.first === null ? "-" : formatShortTime(input.first, report.period);
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

function formatNextSteps(report: Report, { width, paint }: Layout): string[] {
  const actor = report.actors[0];
  if (actor === undefined) return [];
  const inputs = quoteInputs(report.inputs, width - actor.address.length - 20);
  return [
    paint.strong("NEXT"),
    `  vedette explain ${actor.address} ${inputs}`,
    `    ${paint.faint("the evidence behind a verdict, row by row")}`,
    `  vedette analyze --html report.html ${inputs}`,
    `    ${paint.faint("the same with all details, as one page")}`,
  ];
}

/** Input names as a shell takes them, or a placeholder where they cannot be retyped or do not fit. */
function quoteInputs(inputs: readonly InputReport[], width: number): string {
  const canType = inputs.every((input) => !input.name.startsWith("-") && !/[\\']/.test(input.name));
  const quoted = inputs.map(({ name }) => (/^[\w.,:/@%+=-]+$/.test(name) ? name : `'${name}'`)).join(" ");
  return canType && quoted.length <= width ? quoted : "INPUT...";
}
