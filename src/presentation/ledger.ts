import type { EvidenceReport, IncidentReport } from "../stories/report.ts";
import { escapeText, mapTexts } from "./escape.ts";
import { layoutOf, type TerminalOptions } from "./layout.ts";
import { decidingRow, describeDecision, describePosition, type Ledger } from "./ledger-words.ts";
import type { Paint } from "./paint.ts";
import { describeStanding } from "./standing-words.ts";
import { cut, keepEnd, padEnd, padStart, wrap } from "./width.ts";
import {
  describeChecks,
  describeTechniques,
  formatPeriod,
  formatPlural,
  formatProbability,
  formatWeight,
  listSome,
  techniqueInWords,
} from "./words.ts";

/**
 * All evidence of one actor: the verdict first, then two lines a row (when, both probabilities, weight, running score,
 * where; below that what was seen), with the point of decision marked.
 */
export function formatLedger(unsafe: Ledger, options: TerminalOptions = {}): string {
  const ledger = mapTexts(unsafe, escapeText);
  const { width, paint } = layoutOf(options);
  return `${[
    ...wrap(describeDecision(ledger), width).map((line) => paint.strong(line)),
    ...formatSummary(ledger, width),
    "",
    ...formatRows(ledger, width, paint),
  ].join("\n")}\n`;
}

function formatSummary({ actor }: Ledger, width: number): string[] {
  const what = actor.verdict === "visitor" ? "No priority" : `Priority ${actor.priority}: ${describeTechniques(actor)}`;
  const facts = [
    `${what}; ${formatPlural(actor.guesses, "guess", "guesses")} in ${formatPlural(actor.observations, "observation")}, ${formatPeriod(actor.first, actor.last)} UTC.`,
    ...actor.tools.map(
      (tool) => `Tool: ${tool.name}, confidence ${tool.confidence.toFixed(2)}, because ${tool.because}.`,
    ),
    ...(actor.checks.length > 0 ? [`Checks: ${describeChecks(actor, 6)}.`] : []),
    ...describeStanding(actor).map((entry) => `Known as: ${entry}.`),
  ];
  return facts.flatMap((fact) => wrap(fact, width));
}

function formatRows(ledger: Ledger, width: number, paint: Paint): string[] {
  const { actor, threshold } = ledger;
  if (actor.evidence.length === 0) return ["No observation of it weighed anything."];
  const titles = `${padEnd("Time (UTC)", 12)}  If scanner  If visitor  Weight   Score  Where`;
  const deciding = decidingRow(ledger);
  const lines = [paint.faint(titles)];
  let day = "";
  actor.evidence.forEach((row, i) => {
    const newDay = row.at.slice(0, 10);
    if (newDay !== day) lines.push(paint.faint(newDay));
    day = newDay;
    lines.push(...formatRow(row, width));
    if (i === deciding) lines.push(paint.act(formatDecision(ledger, threshold, width)));
  });
  if (actor.evidenceOmitted > 0) {
    const omitted = formatPlural(actor.evidenceOmitted, "row");
    const note = `${omitted} not kept: the ledger keeps the first, the last and the weightiest.`;
    lines.push(...wrap(note, width).map(paint.faint));
  }
  return lines;
}

function formatRow(row: EvidenceReport, width: number): string[] {
  const numbers = [
    padEnd(row.at.slice(11).replace("Z", "").slice(0, 12), 12),
    padStart(formatProbability(row.ifScanner), 10),
    padStart(formatProbability(row.ifVisitor), 10),
    padStart(formatWeight(row.weight), 6),
    padStart(row.score.toFixed(2), 6),
  ].join("  ");
  const where = keepEnd(describePosition(row), Math.max(14, width - 56));
  return [`${numbers}  ${where}`, ...wrap(row.what, width - 4).map((line) => `    ${line}`)];
}

function formatDecision({ actor }: Ledger, threshold: number, width: number): string {
  const after = actor.decidedAfter === null ? "" : ` after ${formatPlural(actor.decidedAfter, "distinct observation")}`;
  const text = `---- decided here: ${actor.verdict}${after}, threshold ${threshold.toFixed(1)} `;
  return cut(text + "-".repeat(Math.max(0, width - text.length)), width);
}

/** What `explain` says of an incident before the ledgers of its members. */
export function formatIncidentHead(unsafe: IncidentReport, options: TerminalOptions = {}): string {
  const incident = mapTexts(unsafe, escapeText);
  const { width, paint } = layoutOf(options);
  const title = `${incident.id} is ${incident.priority}: ${incident.because}.`;
  const lines = [
    ...wrap(title, width).map((line) => paint.strong(line)),
    ...wrap(incident.summary, width),
    ...wrap(`Kind: ${incident.kind}. Objective: ${incident.objective}`, width),
    ...formatIntent(incident, width),
    "",
    ...formatTimeline(incident, width),
  ];
  return `${lines.join("\n")}\n`;
}

/** What was looked for, when that is known. */
function formatIntent({ intent }: IncidentReport, width: number): string[] {
  if (intent === undefined) return [];
  const { products, vulnerabilities, looksFor, profile, reached } = intent;
  const parts = [
    ["Looked for", listSome([...vulnerabilities, ...looksFor], 8)],
    ["Products", listSome(products, 6)],
    ["Way", [profile, reached].filter(Boolean).join(", ")],
  ] as const;
  return parts.filter(([, text]) => text !== "").flatMap(([title, text]) => wrap(`${title}: ${text}.`, width));
}

/** The incident as a story: what happened, in order of time, then why its parts belong together. */
function formatTimeline(incident: IncidentReport, width: number): string[] {
  const stages = [...incident.stages].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const links = (incident.links ?? []).map(
    ({ from, to, probability, because }) =>
      `${to} used what ${from} found, with a probability of ${formatShare(probability)}: ${because}.`,
  );
  const members = (incident.memberships ?? [])
    .slice(0, MOST_MEMBERS)
    .map(({ address, probability, because }) => `${address} (${formatShare(probability)}) ${because}.`);
  const left = (incident.memberships?.length ?? 0) - members.length;
  return [
    ...stages.flatMap(({ first, last, technique, summary }, i) => {
      const when = formatPeriod(first, last);
      return wrap(
        `  ${i === 0 ? "First" : "Then"}, ${when}: ${techniqueInWords(technique)} (${technique}): ${summary}`,
        width,
      );
    }),
    ...[...links, ...members].flatMap((text) => wrap(`  ${text}`, width)),
    ...(left > 0 ? [`  and ${formatPlural(left, "more member")}`] : []),
  ];
}

/** Members of a campaign whose reason is told. */
const MOST_MEMBERS = 12;

function formatShare(probability: number): string {
  return `${Math.round(probability * 100)} %`;
}
