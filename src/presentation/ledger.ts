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
    ...incident.stages.flatMap((stage) =>
      wrap(
        `  ${formatPeriod(stage.first, stage.last)}  ${techniqueInWords(stage.technique)} (${stage.technique}): ${stage.summary}`,
        width,
      ),
    ),
  ];
  return `${lines.join("\n")}\n`;
}
