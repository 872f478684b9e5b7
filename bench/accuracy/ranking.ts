import type { Report } from "../../src/stories/report.ts";
import type { Labels } from "./labelled-sets.ts";

/** Whether what matters stands first in a report. */
export interface Ranking {
  readonly act: number;
  readonly incidents: number;
  /** `act` incidents that stand after a less urgent one. */
  readonly late: number;
  /** Labelled sources that only swept ports, and those of them that are to act on. */
  readonly sweepers: number;
  readonly raised: readonly string[];
}

/** A source that the labels only know for sweeping ports, without a later step, is background noise. */
export function rankingOf({ incidents, actors }: Report, labels: Labels): Ranking {
  const first = incidents.findIndex(({ priority }) => priority !== "act");
  const act = incidents.filter(({ priority }) => priority === "act").length;
  const more = new Set(labels.actors.filter(isMore).flatMap(({ sources }) => sources));
  const sweepers = new Set(labels.actors.filter(isSweep).flatMap(({ sources }) => sources));
  const noise = [...sweepers].filter((source) => !more.has(source));
  const urgent = new Set(actors.filter(({ priority }) => priority === "act").map(({ address }) => address));
  return {
    act,
    incidents: incidents.length,
    late: first < 0 ? 0 : act - first,
    sweepers: noise.length,
    raised: noise.filter((source) => urgent.has(source)),
  };
}

type Labelled = Labels["actors"][number];
const isSweep = ({ kind }: Labelled) => kind === "scan-ports";
const isMore = (actor: Labelled) => !isSweep(actor) || "chain" in actor || "handover_from" in actor;
