import type { Revealed, Reveals, Telling } from "../judgement/reveals.ts";
import type { Intel } from "../knowledge/intel/intel.ts";
import type { Leak } from "../knowledge/software/leak.ts";
import type { Software } from "../knowledge/types.ts";
import { describeService } from "./evidence-words.ts";
import { remediesFor } from "./exposure-remedies.ts";
import { vulnerabilitiesIn } from "./exposure-vulnerabilities.ts";
import type { ExposureReport, RemedyReport } from "./report.ts";

/** Tellings listed at most, those to actors of the report first: what many thousand visitors were told has a bound. */
const MOST_TELLINGS = 100_000;

type Told = NonNullable<ExposureReport["told"]>;

/**
 * What the estate's own servers told about themselves, in a stable order: one exposure per place and wording, with everybody who was told.
 * @param reported rows of the actors in the report, with their names; they stand before others who were told
 * @param nameOf the name of any other actor
 * @param inputNames names of the inputs, by the index that observations bear
 */
export function listExposures(
  reveals: Reveals,
  reported: ReadonlyMap<number, string>,
  nameOf: (row: number) => string,
  inputNames: readonly string[],
  intel?: Intel,
): { readonly exposures: ExposureReport[]; readonly idsByActor: ReadonlyMap<number, string[]> } {
  const others = [...reveals.listeners()].filter((row) => !reported.has(row));
  const toldByIndex = new Map<number, Told>();
  const omittedByIndex = new Map<number, number>();
  let left = MOST_TELLINGS;
  for (const row of [...reported.keys(), ...others]) {
    for (const telling of reveals.toldTo(row)) {
      const { index } = telling;
      if (left-- <= 0) omittedByIndex.set(index, (omittedByIndex.get(index) ?? 0) + 1);
      else {
        const told = toldByIndex.get(index) ?? [];
        told.push(reportTelling(reported.get(row) ?? nameOf(row), telling, inputNames));
        toldByIndex.set(index, told);
      }
    }
  }
  const order = reveals.all
    .map((revealed, index) => ({ revealed, index, key: sortKey(revealed) }))
    .filter(({ revealed }) => revealed.software !== undefined || leaksOf(revealed).length > 0)
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const idByIndex = new Map(order.map(({ index }, i) => [index, `exposure-${i + 1}`]));
  const exposures = order.map(({ revealed, index }): ExposureReport => {
    const omitted = omittedByIndex.get(index) ?? 0;
    const exposure = reportExposure(idByIndex.get(index)!, revealed, toldByIndex.get(index) ?? [], intel);
    return omitted === 0 ? exposure : { ...exposure, learnersOmitted: omitted };
  });
  const idsByActor = new Map<number, string[]>();
  for (const row of reported.keys()) {
    const ids = reveals.toldTo(row).flatMap(({ index }) => idByIndex.get(index) ?? []);
    idsByActor.set(
      row,
      ids.sort((a, b) => Number(a.slice(9)) - Number(b.slice(9))),
    );
  }
  return { exposures, idsByActor };
}

export function sortKey({ target, port, service, text }: Revealed): string {
  return `${target} ${String(port).padStart(5, "0")} ${service} ${text}`;
}

function reportTelling(to: string, { atMs, input, position }: Telling, inputNames: readonly string[]): Told[number] {
  return { to, at: new Date(atMs).toISOString(), input: inputNames[input] ?? "", position };
}

export function reportExposure(id: string, revealed: Revealed, told: Told, intel: Intel | undefined): ExposureReport {
  const { software, service } = revealed;
  const known = vulnerabilitiesIn(intel, software);
  const leaks = leaksOf(revealed);
  const remedies = remediesFor(software, service, known, leaks);
  return {
    id,
    target: revealed.target,
    port: revealed.port,
    transport: describeService(revealed.transport, 0).replace("/0", ""),
    service,
    vendor: software?.vendor ?? null,
    product: software?.product ?? null,
    version: software?.version ?? null,
    cpe: software?.cpe ?? null,
    ...(software?.operatingSystem !== undefined && { operatingSystem: software.operatingSystem }),
    revealedBy: revealedBy(revealed),
    text: revealed.text,
    ...(leaks.length > 0 && { leaks }),
    learnedBy: told.map(({ to }) => to),
    told,
    ...known,
    advice: [adviceOf(software, remedies), software?.note].filter(Boolean).join("; ") || null,
    ...(remedies.length > 0 && { remedies }),
  };
}

/** In short: what stands first, but words made for this very banner before those for any. */
function adviceOf(software: Software | undefined, [first]: readonly RemedyReport[]): string | undefined {
  return first?.mitigation === "M1051" ? first.do : (software?.advice ?? first?.do);
}

/** What a page says beside its headers. */
const pageWords: Readonly<Record<string, string>> = {
  Title: "page title",
  Body: "what a page or file holds",
  Answered: "answer that a log shows",
  Generator: "page's generator tag",
  Favicon: "page's icon",
  "Set-Cookie": "name of a cookie",
};

/** What was told beside software; whoever reached an address of a service knew it already. */
function leaksOf({ leaks = [], target }: Revealed): Leak[] {
  return leaks.filter(({ what }) => what !== target);
}

function revealedBy({ service, text }: Revealed): string {
  if (service === "tls") return "TLS certificate";
  const header = service === "http" ? text.indexOf(":") : -1;
  if (header <= 0) return `${service} banner`;
  const name = text.slice(0, header);
  return Object.hasOwn(pageWords, name) ? pageWords[name]! : `${name} header`;
}
