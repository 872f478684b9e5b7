import { createHash } from "node:crypto";
import { LONGEST_SILENCE_MS } from "../judgement/sequential-test.ts";
import type { ExposureReport, IncidentReport } from "../stories/report.ts";

/** Ids that stay the same from run to run. */

/** Two doings of one source further apart are two incidents, as in one run. */
export const SAME_INCIDENT_MS = LONGEST_SILENCE_MS;

/** Who an incident is told of first: a scanner's address, or for a campaign the smallest of its members. */
export function leadOf({ kind, members }: Pick<IncidentReport, "kind" | "members">): string {
  if (kind !== "campaign") return members[0] ?? "";
  return members.reduce((least, member) => (member < least ? member : least), members[0] ?? "");
}

/** The id of an incident that no run told before. */
export function incidentId(incident: Pick<IncidentReport, "kind" | "members">, first: string): string {
  const kind = incident.kind === "campaign" ? "campaign" : "single";
  return `i-${digest(kind, leadOf(incident), first)}`;
}

/** An exposure is a place and a wording. */
export function exposureId({ target, port, transport, service, text }: ExposureReport): string {
  return `e-${digest(target, String(port), transport, service, text)}`;
}

/** 64 bits of SHA-256. */
function digest(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
