import type { CheckedReport, ExposureReport, Report } from "./report.ts";

/** What one place said in one way (a header, a banner, a certificate), before and after. */
export interface ExposureChange {
  /**
   * `gone`: not said any more, though the place still answers or is known to be closed; `unseen`: the place says nothing readable in the later
   * input, which proves nothing; `changed`: says something else; `new`: said only later; `same`: unchanged.
   */
  readonly change: "gone" | "unseen" | "changed" | "new" | "same";
  readonly before: readonly ExposureReport[];
  readonly after: readonly ExposureReport[];
}

/** What an actor was told in both inputs: the ids of exposures, each in its own report. */
interface LearnerChange {
  readonly address: string;
  readonly before: readonly ExposureReport[];
  readonly after: readonly ExposureReport[];
}

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

function changeOf(
  before: readonly ExposureReport[],
  after: readonly ExposureReport[],
  answering: ReadonlySet<string>,
): ExposureChange["change"] {
  if (before.length === 0) return "new";
  if (after.length === 0) return answering.has(placeOf(before[0]!)) ? "gone" : "unseen";
  const texts = (all: readonly ExposureReport[]) => JSON.stringify([...new Set(all.map(({ text }) => text))].sort());
  return texts(before) === texts(after) ? "same" : "changed";
}

function listLearners(before: Told, after: Told): LearnerChange[] {
  const addresses = new Set(before.exposures.flatMap(({ learnedBy }) => learnedBy));
  const again = new Set(after.exposures.flatMap(({ learnedBy }) => learnedBy).filter((each) => addresses.has(each)));
  const toldTo = (address: string, { exposures }: Told) =>
    exposures.filter(({ learnedBy }) => learnedBy.includes(address));
  return [...again]
    .sort()
    .map((address) => ({ address, before: toldTo(address, before), after: toldTo(address, after) }));
}

/** Whether a check proves what is not said any more: also by finding the port closed, but not by hearing nothing. */
function isKnown({ reception, transport }: CheckedReport): boolean {
  return reception === "answered" || reception === "closed" || (reception === "silent" && transport === "tcp");
}

function placeOf({ target, transport, port }: Pick<ExposureReport, "target" | "transport" | "port">): string {
  return JSON.stringify([target, transport, port]);
}

function wayOf(exposure: ExposureReport): string {
  return `${placeOf(exposure)} ${JSON.stringify([exposure.service, exposure.revealedBy])}`;
}
