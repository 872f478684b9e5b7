import type { Asked } from "../asking/ask-all.ts";
import { observationsIn } from "../asking/understand.ts";
import type { Revealed } from "../judgement/reveals.ts";
import { knowledge } from "../knowledge/index.ts";
import type { Intel } from "../knowledge/intel/intel.ts";
import { leaksIn } from "../knowledge/software/leaks.ts";
import { Kind, Transport } from "../observations/vocabulary.ts";
import { reportExposure, sortKey } from "./exposures.ts";
import type { CheckedReport, CoverageReport, Report } from "./report.ts";

/** Reveals of one service that are told. */
const MOST_TOLD = 64;

export interface CheckFacts {
  readonly nowMs: number;
  /** Declared networks, in CIDR form. */
  readonly home: readonly string[];
  /** Services that an interrupt left unasked. */
  readonly unasked: number;
  readonly intel?: Intel | undefined;
}

/**
 * What asked services revealed, as a report like that of a capture: the same words, read by the same code, and `checked`
 * beside them. Nobody but the check was told, so there are no actors.
 */
export function reportCheck(asked: readonly Asked[], { nowMs, home, unasked, intel }: CheckFacts): Report {
  const inOrder = asked
    .flatMap((each) => revealedIn(each, nowMs, intel))
    .map((each) => ({ each, key: sortKey(each) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const none = { observations: 0, actors: 0, visitors: 0, suspects: 0, scanners: 0 };
  return {
    schema: "vedette.report/1",
    generated: new Date(nowMs).toISOString(),
    inputs: [],
    home: [...home],
    homeFrom: "given",
    budget: 0,
    threshold: 0,
    period: { first: null, last: null },
    counts: none,
    actors: [],
    incidents: [],
    exposures: inOrder.map(({ each }, i) => ({
      ...reportExposure(`exposure-${i + 1}`, each, [], intel),
      ...(each.isOpenPort && { revealedBy: "open port" }),
    })),
    checked: asked.map(reportChecked),
    coverage: listUnseen(asked, unasked),
  };
}

type Found = Revealed & { readonly isOpenPort?: true };

function revealedIn(asked: Asked, nowMs: number, intel: Intel | undefined): Found[] {
  const { errand, recording } = asked;
  const { address, port } = errand.place;
  const place = { target: address, port, transport: Transport[recording.transport] };
  const said = recording.reception === "answered" ? wordsIn(asked, nowMs) : [];
  const told = said
    .map(({ service, text }) => {
      const leaks = leaksIn(service, text);
      const software = knowledge.softwareOf(service, text) ?? intel?.softwareOf(service, text);
      return { ...place, service, text, software, leaks };
    })
    .filter(isTelling);
  if (told.length > 0) return told;
  const text = describeOpen(recording);
  return text === undefined ? [] : [{ ...place, service: errand.ask.id, text, software: undefined, isOpenPort: true }];
}

/** Of HTTP's headers many name nothing: the one that is there to name a server is told all the same. */
function isTelling({ service, text, software, leaks = [] }: Found): boolean {
  return service !== "http" || text.startsWith("Server: ") || software !== undefined || leaks.length > 0;
}

/** What the service said of itself, as the readers of captures tell it. */
function wordsIn({ errand, recording }: Asked, nowMs: number): Pick<Revealed, "service" | "text">[] {
  const batch = observationsIn(recording, errand.ask.ports[0] ?? errand.place.port, nowMs);
  const said: Pick<Revealed, "service" | "text">[] = [];
  for (let row = 0; row < batch.length && said.length < MOST_TOLD; row++) {
    if (batch.kind[row] !== Kind.reveal) continue;
    said.push({ service: batch.texts.text(batch.service[row]!), text: batch.texts.text(batch.detail[row]!) });
  }
  return said;
}

/** That a port is open is revealed, too. Of a datagram without an answer nothing is known. */
function describeOpen({ reception, transport }: Asked["recording"]): string | undefined {
  if (reception === "answered") return "answers, and names no software";
  return reception === "silent" && transport === "tcp" ? "takes connections, and says nothing" : undefined;
}

function reportChecked({ errand, recording }: Asked): CheckedReport {
  const { address, port, name } = errand.place;
  return {
    target: address,
    port,
    transport: recording.transport,
    asked: errand.ask.id,
    ...(name !== undefined && { name }),
    reception: recording.reception,
    reason: errand.reason,
    ...(recording.notes.length > 0 && { notes: [...recording.notes] }),
  };
}

function listUnseen(asked: readonly Asked[], unasked: number): CoverageReport[] {
  const unheard = asked.filter(({ recording }) => !["answered", "closed"].includes(recording.reception));
  const coverage = unheard.map(({ errand, recording }) => ({
    what: `${errand.place.address}:${errand.place.port}/${recording.transport} was ${recording.reception}`,
    effect: "what it reveals to others is not known",
  }));
  if (unasked > 0) coverage.push({ what: `${unasked} services were not asked`, effect: "the check was interrupted" });
  return coverage;
}
