import { z } from "zod";
import { type CheckedReport, ExposureReport, type Report } from "./report.ts";

/** What one place said in one way (a header, a banner, a certificate), before and after. */
export const ExposureChange = z.object({
  change: z
    .enum(["gone", "changed", "new", "unseen", "same"])
    .describe(
      "gone: not said any more, though the place still answers or is known to be closed; changed: says something else; new: said only later; unseen: the place says nothing readable later, which proves nothing",
    ),
  before: z.array(ExposureReport),
  after: z.array(ExposureReport),
});

/** What one actor was told in both. */
export const LearnerChange = z.object({
  address: z.string(),
  before: z.array(ExposureReport),
  after: z.array(ExposureReport),
});

export type ExposureChange = z.infer<typeof ExposureChange>;
type LearnerChange = z.infer<typeof LearnerChange>;

export interface ExposureDiff {
  readonly changes: readonly ExposureChange[];
  /** Actors that were told something in both. */
  readonly learners: readonly LearnerChange[];
}

type Told = Pick<Report, "exposures" | "checked">;

/** Compares what two reports say was revealed, place by place, in a stable order. */
export function diffExposures(before: Told, after: Told): ExposureDiff {
  const earlier = Map.groupBy(before.exposures, wayOf);
  const later = Map.groupBy(after.exposures, wayOf);
  const answering = new Set([...after.exposures, ...(after.checked ?? []).filter(isKnown)].map(placeOf));
  const ways = [...new Set([...earlier.keys(), ...later.keys()])].sort();
  const changes = ways.map((way) => {
    const old = earlier.get(way) ?? [];
    const now = later.get(way) ?? [];
    return { change: changeOf(old, now, answering), before: old, after: now };
  });
  return { changes, learners: listLearners(before, after) };
}

/** Whether an actor was told other things, or the same otherwise. */
export function isToldOtherwise({ before, after }: LearnerChange): boolean {
  return wordingsOf(before, placeOf) !== wordingsOf(after, placeOf);
}

function changeOf(
  before: readonly ExposureReport[],
  after: readonly ExposureReport[],
  answering: ReadonlySet<string>,
): ExposureChange["change"] {
  if (before.length === 0) return "new";
  if (after.length === 0) return answering.has(placeOf(before[0]!)) ? "gone" : "unseen";
  return wordingsOf(before) === wordingsOf(after) ? "same" : "changed";
}

/** Everything that was said, each wording once, as a text to be compared. */
function wordingsOf(all: readonly ExposureReport[], where: (exposure: ExposureReport) => string = () => ""): string {
  return JSON.stringify([...new Set(all.map((exposure) => `${where(exposure)} ${exposure.text}`))].sort());
}

function listLearners(before: Told, after: Told): LearnerChange[] {
  const earlier = exposuresByLearner(before);
  const later = exposuresByLearner(after);
  return [...later.keys()]
    .filter((address) => earlier.has(address))
    .sort()
    .map((address) => ({ address, before: earlier.get(address)!, after: later.get(address)! }));
}

function exposuresByLearner({ exposures }: Told): ReadonlyMap<string, ExposureReport[]> {
  const byLearner = new Map<string, ExposureReport[]>();
  for (const exposure of exposures)
    for (const address of exposure.learnedBy) {
      const told = byLearner.get(address);
      if (told === undefined) byLearner.set(address, [exposure]);
      else told.push(exposure);
    }
  return byLearner;
}

/** Whether a check proves what is not said any more: also by finding the port closed, but not by hearing nothing. */
function isKnown({ reception, transport }: CheckedReport): boolean {
  return reception === "answered" || reception === "closed" || (reception === "silent" && transport === "tcp");
}

function placeOf({ target, transport, port }: Pick<ExposureReport, "target" | "transport" | "port">): string {
  return JSON.stringify([target, transport, port]);
}

/** What a place says in one way. Of things that may stand side by side, such as files and pages, each is a way of its own. */
function wayOf(exposure: ExposureReport): string {
  const { service, revealedBy, product, leaks = [], text } = exposure;
  const isOneOfMany = product === null && service !== "tls" && leaks.length > 0;
  return `${placeOf(exposure)} ${JSON.stringify([service, revealedBy, ...(isOneOfMany ? [text] : [])])}`;
}
