import type { ActorReport, EvidenceReport } from "../stories/report.ts";
import { formatPlural, formatScore, formatTime } from "./words.ts";

/** An actor and what its ledger is measured against. */
export interface Ledger {
  readonly actor: ActorReport;
  /** The score at which an actor is called a scanner. */
  readonly threshold: number;
}

/**
 * The row after which the verdict fell, or -1 when it never did, or fell for another reason than these rows (an actor
 * found through its campaign).
 */
export function decidingRow({ actor, threshold }: Ledger): number {
  const { decidedAt, evidence } = actor;
  if (decidedAt === null) return -1;
  const reached = evidence.findIndex((row) => row.score >= threshold && row.at >= decidedAt);
  return reached >= 0 ? reached : evidence.findLastIndex((row) => row.at <= decidedAt);
}

/** The verdict with its reason, in one sentence. */
export function describeDecision(ledger: Ledger): string {
  const { actor, threshold } = ledger;
  const name = {
    scanner: "a scanner",
    "research-scanner": "a declared research scanner",
    authorised: "a scanner of yours",
    suspect: "a suspect",
    visitor: "a visitor",
  };
  if (actor.decidedAt === null || actor.decidedAfter === null) {
    return `${actor.address} is ${name[actor.verdict]}: ${describeUndecided(actor, threshold)}`;
  }
  const after = formatPlural(actor.decidedAfter, "distinct observation");
  const row = actor.evidence[decidingRow(ledger)];
  const how =
    row === undefined || row.score < threshold
      ? `it was decided after ${after}, together with others, at a score of its own of ${formatScore(actor.score)}`
      : `${after} took its score to ${formatScore(row.score)}, past the threshold of ${threshold.toFixed(1)}`;
  return `${actor.address} is ${name[actor.verdict]}: ${how}, at ${formatTime(actor.decidedAt)} UTC.`;
}

function describeUndecided(actor: ActorReport, threshold: number): string {
  const highest = Math.max(actor.score, ...actor.evidence.map((row) => row.score), 0);
  const seen = formatPlural(actor.observations, "observation");
  if (highest >= threshold)
    return `seen in ${seen}, highest score ${formatScore(highest)}, past the ${threshold.toFixed(1)} that decide, but what it did later took that back.`;
  return `seen in ${seen}, highest score ${formatScore(highest)} of the ${threshold.toFixed(1)} that decide, never decided.`;
}

/** `access.log:1042` */
export function describePosition(row: EvidenceReport): string {
  return `${row.input}:${row.position}`;
}
