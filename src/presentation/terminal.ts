import type { CoverageReport, ExposureReport, IncidentReport, InputReport, Report } from "../stories/report.ts";
import { escapeText, mapTexts } from "./escape.ts";
import { describePlace, describeSoftware, describeVulnerabilities } from "./exposure-words.ts";
import { formatMore, type Layout, layoutOf, type TerminalOptions } from "./layout.ts";
import {
  headlineOf,
  needsSummary,
  orderExposures,
  SHOWN_EXPOSURES,
  SHOWN_INCIDENTS,
  tellingIncidents,
} from "./order.ts";
import { describeFindings, describeHome, describeRead, describeTroubles, describeUnread } from "./report-words.ts";
import { formatTable } from "./table.ts";
import { formatActors } from "./terminal-actors.ts";
import { cut, keepEnd, padEnd, shorten, wrap } from "./width.ts";
import { formatBytes, formatCount, formatShortTime, listSome } from "./words.ts";

/** The report for a person at a terminal: what deserves attention comes first, and ten seconds must do. */
export function formatReport(unsafe: Report, options: TerminalOptions = {}): string {
  const report = escapeShown(unsafe);
  const layout = layoutOf(options);
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

/** At least as many actors of a priority as a terminal shows. */
const SHOWN_OF_A_PRIORITY = 100;

/**
 * A copy in which all that can be shown is escaped. Of sixty thousand background scanners only some are shown and the rest
 * is counted, so those are left as they are: copying them would take as much memory as judging them.
 */
function escapeShown(report: Report): Report {
  const { actors, incidents, ...rest } = report;
  const copied = { act: 0, notable: 0, noise: 0 };
  return {
    ...mapTexts(rest, escapeText),
    actors: actors.map((actor) =>
      copied[actor.priority]++ < SHOWN_OF_A_PRIORITY ? mapTexts({ ...actor, evidence: [] }, escapeText) : actor,
    ),
    incidents: mapTexts(tellingIncidents(report), escapeText),
  };
}

function formatOpening(report: Report, { paint, width }: Layout): string[] {
  const headline = headlineOf(report);
  return [
    ...describeFindings(headline).map(paint.strong),
    ...describeUnread(report)
      .flatMap((line) => wrap(line, width))
      .map(paint.notable),
    cut(describeRead(report), width),
    ...wrap(describeHome(report), width),
  ];
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

/** One entry for each software that says so in the same way, wherever it runs: it is hidden in the same way. */
function formatExposures(report: Report, layout: Layout): string[] {
  const groups = Map.groupBy(orderExposures(report), (exposure) =>
    [describeSoftware(exposure), exposure.revealedBy, exposure.advice].join("\n"),
  );
  if (groups.size === 0) return [];
  const shown = [...groups.values()].slice(0, SHOWN_EXPOSURES);
  return [
    layout.paint.strong("WHAT YOUR SERVERS REVEAL"),
    ...shown.flatMap((alike) => formatExposure(alike, layout)),
    ...formatMore(groups.size - shown.length, layout),
  ];
}

function formatExposure(alike: readonly ExposureReport[], { width, paint }: Layout): string[] {
  const [exposure] = alike as [ExposureReport, ...ExposureReport[]];
  const learners = [...new Set(alike.flatMap(({ learnedBy }) => learnedBy))];
  const notes = [
    describeVulnerabilities(exposure),
    `at ${listSome(alike.map(describePlace), 2)}`,
    learners.length > 0 ? `learned by ${listSome(learners, 2)}` : "learned by nobody known",
  ].filter((note) => note !== "");
  return [
    `  ${shorten(`${describeSoftware(exposure)} (${exposure.revealedBy})`, width - 2)}`,
    ...wrap(notes.join("; "), width - 4).map((line) => `    ${line}`),
    ...(exposure.advice === null ? [] : [`    ${paint.faint("to hide it:")} ${cut(exposure.advice, width - 16)}`]),
  ];
}

function formatCoverage(report: Report, { width, paint }: Layout): string[] {
  if (report.coverage.length === 0) return [];
  const lines = report.coverage.flatMap(({ what, effect, close = [] }) => [
    ...wrap(`${what}: ${effect}`, width - 4).map((line, i) => (i === 0 ? `  ${line}` : `    ${line}`)),
    ...(close.length === 0 ? [] : [`    ${paint.faint("to close it:")} ${cut(describeClosers(close), width - 17)}`]),
  ]);
  return [paint.strong("WHAT COULD NOT BE SEEN"), ...lines];
}

function describeClosers(close: NonNullable<CoverageReport["close"]>): string {
  return listSome([...new Set(close.map(({ product }) => product))], 5);
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
