import type { Report } from "../../src/stories/report.ts";
import type { InputKind, LabelledActor, Labels } from "./labelled-sets.ts";

/** Whose scans are linked to whom. */
export interface LinkScore {
  /** Labelled hand-overs of which the view shows both sides. */
  readonly labelled: number;
  readonly linked: number;
  readonly links: number;
  readonly wrong: readonly string[];
}

/** Scores the links of a report against the hand-overs that the labels know. */
export function linkScoreOf({ incidents }: Report, { actors }: Labels, view: readonly InputKind[]): LinkScore {
  const shown = new Set(actors.filter((actor) => isShown(actor, view)).flatMap(({ sources }) => sources));
  const labelled = new Set(
    actors.flatMap(({ handover_from: from, sources }) =>
      from === undefined || !shown.has(from)
        ? []
        : sources.filter((to) => shown.has(to)).map((to) => `${from} > ${to}`),
    ),
  );
  const links = incidents.flatMap((incident) => (incident.links ?? []).map(({ from, to }) => `${from} > ${to}`));
  return {
    labelled: labelled.size,
    linked: links.filter((link) => labelled.has(link)).length,
    links: links.length,
    wrong: links.filter((link) => !labelled.has(link)),
  };
}

const lines = { capture: "packets", firewall: "fw_lines", web: "access_lines" } as const;

function isShown(actor: LabelledActor, view: readonly InputKind[]): boolean {
  return view.some((kind) => (actor[lines[kind]] ?? 1) > 0);
}
