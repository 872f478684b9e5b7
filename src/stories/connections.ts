import { type Campaign, findCampaigns } from "../judgement/campaigns.ts";
import { findContinuations } from "../judgement/continuations.ts";
import { listScanners } from "../judgement/handover-parties.ts";
import { findHandovers, type Handover } from "../judgement/handovers.ts";
import type { Judge } from "../judgement/judge.ts";

/** Which actors belong together. */
export interface Connections {
  readonly campaigns: readonly Campaign[];
  readonly handovers: readonly Handover[];
}

/** Finds scans that many sources shared out, and scans that another source took up. */
export function findConnections({ test, reveals, lengthMs, knowledge }: Judge): Connections {
  const campaigns = findCampaigns(test);
  const { clues, actors, fingerprints, memory, dossiers, estate, logins } = test;
  const inputs = {
    clues,
    actors,
    fingerprints,
    memory,
    dossiers,
    estate,
    logins,
    lengthMs,
    shareOf: sharesOf(campaigns),
    wasTold: (row: number, product: string) =>
      reveals.toldTo(row).some(({ index }) => reveals.all[index]!.software?.product.toLowerCase() === product),
  };
  const scanners = listScanners(inputs);
  const handovers = [...findHandovers(inputs, scanners), ...findContinuations(scanners, knowledge)];
  return { campaigns, handovers };
}

/** Which part of a scan each source made: that of a campaign was shared out. */
function sharesOf(campaigns: readonly Campaign[]): (row: number) => number {
  const shares = new Map(
    campaigns.flatMap(({ members }) => members.map(({ guesser }) => [guesser.row, 1 / members.length] as const)),
  );
  return (row) => shares.get(row) ?? 1;
}
