import { z } from "zod";
import { UserProblem } from "../../../bytes/problem.ts";
import { readJsonElements } from "../files/json-elements.ts";
import { type AttackTechnique, writeAttack } from "../forms/attack-facts.ts";
import type { Importer } from "../importer.ts";
import { titleOf } from "./byte-text.ts";

/** What is read of a STIX object (2.0 and 2.1; MITRE's extensions start with `x_mitre_`). */
const StixObject = z.object({
  type: z.string(),
  id: z.string(),
  name: z.string().optional().catch(undefined),
  revoked: z.boolean().optional().catch(undefined),
  x_mitre_deprecated: z.boolean().optional().catch(undefined),
  x_mitre_version: z.string().optional().catch(undefined),
  modified: z.string().optional().catch(undefined),
  external_references: z
    .array(
      z.object({ source_name: z.string().optional(), external_id: z.string().optional(), url: z.string().optional() }),
    )
    .catch([]),
  kill_chain_phases: z.array(z.object({ phase_name: z.string() })).catch([]),
  x_mitre_data_sources: z.array(z.string()).catch([]),
  x_mitre_analytic_refs: z.array(z.string()).catch([]),
  x_mitre_log_source_references: z.array(z.object({ x_mitre_data_component_ref: z.string() })).catch([]),
  relationship_type: z.string().optional().catch(undefined),
  source_ref: z.string().optional().catch(undefined),
  target_ref: z.string().optional().catch(undefined),
});
type StixObject = z.infer<typeof StixObject>;

const wanted =
  /^(attack-pattern|course-of-action|relationship|x-mitre-(collection|data-component|detection-strategy|analytic))$/;

/** A STIX bundle of MITRE ATT&CK, v8.2 up to the current one: the techniques with their tactics, data sources and mitigations. */
export const importAttack: Importer = async (source, { folder, tally }, { name }) => {
  const objects = new Map<string, StixObject>();
  let dataDate = "";
  for await (const file of source.files((each) => each.endsWith(".json"))) {
    let number = 0;
    for await (const value of readJsonElements(file, "objects", tally)) {
      number++;
      const object = StixObject.safeParse(value);
      if (!object.success) tally.reject("not a STIX object", `${file.name}:${number}`);
      else if (wanted.test(object.data.type) && !object.data.revoked && !object.data.x_mitre_deprecated) {
        objects.set(object.data.id, object.data);
        const date = /^\d{4}-\d\d-\d\d/.exec(object.data.modified ?? "")?.[0] ?? "";
        if (date > dataDate) dataDate = date;
      }
    }
  }
  const techniques = techniquesOf(objects);
  if (techniques.length === 0)
    throw new UserProblem("knowledge-refused", `'${source.name}' holds no technique of ATT&CK`);
  tally.count("techniques", techniques.length);
  writeAttack(folder, techniques);
  const collection = [...objects.values()].find(({ type }) => type === "x-mitre-collection");
  const version = name ?? collection?.x_mitre_version ?? versionInName(source.name);
  return {
    ...(dataDate !== "" && { dataDate }),
    ...(version !== undefined &&
      /^[\w.-]{1,20}$/.test(version) && { name: version, title: `MITRE ATT&CK v${version}` }),
  };
};

/** `enterprise-attack-18.1.json`, as MITRE names its bundles; a part of one says nothing of its version itself. */
function versionInName(file: string): string | undefined {
  return /[-_v](\d{1,2}\.\d{1,2})\.json(?:\.\w+)?$/.exec(file)?.[1];
}

function techniquesOf(objects: ReadonlyMap<string, StixObject>): AttackTechnique[] {
  const mitigations = new Map<string, Map<string, string>>();
  const detections = new Map<string, Set<string>>();
  for (const { type, relationship_type: kind, source_ref: from = "", target_ref: to = "" } of objects.values()) {
    if (type !== "relationship") continue;
    const subject = objects.get(from);
    if (kind === "mitigates" && subject) {
      const id = idOf(subject);
      if (id !== undefined) into(mitigations, to, () => new Map<string, string>()).set(id, titleOf(subject.name));
    } else if (kind === "detects" && subject) {
      const names = into(detections, to, () => new Set<string>());
      for (const component of componentsOf(subject, objects)) names.add(component);
    }
  }
  return [...objects.values()]
    .filter(({ type }) => type === "attack-pattern")
    .flatMap((object) => {
      const id = idOf(object);
      if (id === undefined || !/^T\d{4}(\.\d{3})?$/.test(id)) return [];
      const dataSources = new Set([...object.x_mitre_data_sources.map(titleOf), ...(detections.get(object.id) ?? [])]);
      return [
        {
          id,
          name: titleOf(object.name),
          url: `https://attack.mitre.org/techniques/${id.replace(".", "/")}/`,
          tactics: object.kill_chain_phases.map((phase) => titleOf(phase.phase_name)),
          dataSources: [...dataSources].sort(),
          mitigations: [...(mitigations.get(object.id) ?? [])]
            .map(([key, title]) => ({ id: key, name: title }))
            .sort(byId),
        },
      ];
    })
    .sort(byId);
}

/** A data component by its name (v9 to v17), or those that a detection strategy's analytics look at (since v18). */
function componentsOf(subject: StixObject, objects: ReadonlyMap<string, StixObject>): string[] {
  if (subject.type === "x-mitre-data-component") return [titleOf(subject.name)];
  return subject.x_mitre_analytic_refs.flatMap((analytic) =>
    (objects.get(analytic)?.x_mitre_log_source_references ?? []).flatMap(
      ({ x_mitre_data_component_ref: component }) => {
        const name = objects.get(component)?.name;
        return name === undefined ? [] : [titleOf(name)];
      },
    ),
  );
}

function idOf({ external_references: references }: StixObject): string | undefined {
  return references.find(({ source_name: source }) => source?.startsWith("mitre-"))?.external_id;
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

function into<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
