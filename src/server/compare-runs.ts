import type { Run } from "../stores/records.ts";
import type { Store } from "../stores/store.ts";
import { diffExposures, ExposureChange, isToldOtherwise } from "../stories/exposure-diff.ts";
import type { Answer } from "./api.ts";
import { Refusal } from "./refusal.ts";

const MOST_CHANGES = 500;
const MOST_LEARNERS = 100;
/** Runs among which one to compare the latest with is looked for. */
const MOST_RUNS = 100;

const kinds = ExposureChange.shape.change.options;

/** What two runs differ in; without names the last one, and the one before it that was made in the same way. */
export async function compareRuns(
  store: Store,
  wanted: { readonly before?: string | undefined; readonly after?: string | undefined },
): Promise<Answer<"exposureChanges">> {
  const runs = (await store.runs({ limit: MOST_RUNS })).items;
  const afterId = wanted.after ?? runs[0]?.id;
  const after = afterId === undefined ? undefined : await told(store, afterId);
  const beforeId = wanted.before ?? (after && before(after.run, runs)?.id);
  const earlier = beforeId === undefined ? undefined : await told(store, beforeId);
  const { changes, learners } = earlier && after ? diffExposures(earlier, after) : { changes: [], learners: [] };
  const otherwise = learners.filter(isToldOtherwise);
  return {
    before: earlier?.run ?? null,
    after: after?.run ?? null,
    counts: Object.fromEntries(
      kinds.map((kind) => [kind, changes.filter(({ change }) => change === kind).length]),
    ) as Answer<"exposureChanges">["counts"],
    changes: changes.toSorted((a, b) => kinds.indexOf(a.change) - kinds.indexOf(b.change)).slice(0, MOST_CHANGES),
    learners: otherwise.slice(0, MOST_LEARNERS),
    learnersAlike: learners.length - otherwise.length,
  };
}

async function told(store: Store, id: string) {
  const found = await store.exposuresOfRun(id);
  if (found === undefined) throw new Refusal(404, "not-found", "there is no such run");
  return found;
}

function before(after: Run, runs: readonly Run[]): Run | undefined {
  return runs.slice(runs.findIndex(({ id }) => id === after.id) + 1).find(({ kind }) => kind === after.kind);
}
