import { techniqueIn } from "../knowledge/attack-versions.ts";
import type { AttackTechnique } from "../knowledge/intel/forms/attack-facts.ts";
import type { IncidentReport, Report } from "./report.ts";

/** A version of ATT&CK: its name and its techniques. */
export interface AttackVersion {
  readonly version: string;
  readonly facts: ReadonlyMap<string, AttackTechnique>;
}

const NOTICE =
  "© The MITRE Corporation. ATT&CK is reproduced and distributed with the permission of The MITRE Corporation.";

/** The report in the words of one version of ATT&CK: a sub-technique that it does not have yet becomes its parent. */
export function inAttackVersion(report: Report, { version, facts }: AttackVersion): Report {
  const actors = report.actors.map((actor) => ({ ...actor, techniques: renamed(actor.techniques, facts) }));
  const incidents = report.incidents.map((incident) => ({ ...incident, stages: joined(incident.stages, facts) }));
  const used = [
    ...actors.flatMap(({ techniques }) => techniques),
    ...incidents.flatMap(({ stages }) => stages.map(({ technique }) => technique)),
  ];
  const techniques = [...new Set(used)].sort().flatMap((id) => {
    const technique = facts.get(id);
    return technique === undefined
      ? []
      : [
          {
            ...technique,
            tactics: [...technique.tactics],
            dataSources: [...technique.dataSources],
            mitigations: [...technique.mitigations],
          },
        ];
  });
  return { ...report, actors, incidents, attack: { version, notice: NOTICE, techniques } };
}

function renamed(ids: readonly string[], facts: AttackVersion["facts"]): string[] {
  return [...new Set(ids.map((id) => techniqueIn(facts, id)))];
}

/** Stages that become one technique are one stage. */
function joined(stages: IncidentReport["stages"], facts: AttackVersion["facts"]): IncidentReport["stages"] {
  const result: IncidentReport["stages"] = [];
  for (const stage of stages) {
    const technique = techniqueIn(facts, stage.technique);
    const same = technique === stage.technique ? undefined : result.find((each) => each.technique === technique);
    if (same === undefined) result.push({ ...stage, technique });
    else {
      same.summary = `${same.summary}; ${stage.summary}`;
      if (stage.first < same.first) same.first = stage.first;
      if (stage.last > same.last) same.last = stage.last;
    }
  }
  return result;
}
