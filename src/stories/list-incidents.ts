import { addressWords } from "../bytes/address.ts";
import { type ActorTable, Exact } from "../judgement/actor-table.ts";
import type { Campaign } from "../judgement/campaigns.ts";
import type { StageId } from "../judgement/dossier.ts";
import type { Handover } from "../judgement/handovers.ts";
import type { Judge } from "../judgement/judge.ts";
import { parsePrefix, prefixHas } from "../observations/prefix.ts";
import { Kind } from "../observations/vocabulary.ts";
import { membershipsOf, objectiveOfCampaign, sharedWords, summarizeCampaign } from "./campaign-words.ts";
import type { Connections } from "./connections.ts";
import { followWords, goesOn, linkWords } from "./handover-words.ts";
import { type IncidentFacts, listStages, objectiveOf, summarize } from "./incidents.ts";
import { intentOf } from "./intent.ts";
import { type ActorReport, type IncidentReport, type Priority, priorities, type Verdict } from "./report.ts";
import { nameOf } from "./verdicts.ts";

/** One scan of an actor, or what else it is told for. */
export interface Scan {
  readonly facts: IncidentFacts;
  readonly priority: Priority;
  /** The rule that gave its priority, in words. */
  readonly because: string;
}

/** An actor of the report, with what its incidents are told from. */
export interface Entry {
  readonly actor: ActorReport;
  /** Its scans, oldest first; at least one. */
  readonly scans: readonly Scan[];
  readonly verdict: Verdict;
}

/** Incidents whose stages are told; of the rest, who deserve less attention, one sentence. */
const TOLD_IN_FULL = 1000;

/** Share of a campaign's members in one prefix from which on the prefix alone tells it. */
const ONE_NETWORK = 0.8;

/** A link this probable is believed. */
const SURE = 0.8;

/** An incident without its id. */
type Draft = Omit<IncidentReport, "id"> & { readonly entries: readonly Entry[] };

/**
 * Makes the incidents of a report, in order of what deserves attention, and names in each actor the one that it is part of.
 * @param entries the report's actors in order; their `incident` is set
 */
export function listIncidents(
  { actors }: Judge,
  { campaigns, handovers }: Connections,
  entries: readonly Entry[],
): IncidentReport[] {
  const joined = new Set<Scan>();
  const drafts: Draft[] = [];
  for (const campaign of campaigns) {
    const draft = draftCampaign(campaign, entries);
    if (isOneNetwork(draft)) continue;
    convict(draft);
    for (const scan of draft.entries.flatMap(({ scans }) => scans)) joined.add(scan);
    drafts.push(draft);
  }
  for (const taken of takenUp(handovers, entries, actors)) {
    const at = drafts.findIndex(({ entries: own, kind }) => kind === "campaign" && own.includes(taken.entry));
    const draft = withFollowers(at < 0 ? draftSingle(taken.entry, taken.scan, true) : drafts[at]!, taken);
    joined.add(taken.scan);
    for (const scan of taken.followers.flatMap(({ entry }) => entry?.scans ?? [])) joined.add(scan);
    if (at < 0) drafts.push({ ...draft, kind: "handover" });
    else drafts[at] = draft;
  }
  let told = 0;
  for (const entry of entries) {
    if (entry.verdict === "suspect") continue;
    for (const scan of entry.scans) if (!joined.has(scan)) drafts.push(draftSingle(entry, scan, told++ < TOLD_IN_FULL));
  }
  const order = (draft: Draft) => priorities.indexOf(draft.priority);
  drafts.sort((a, b) => order(a) - order(b));
  return drafts.map(({ entries: own, ...draft }, i) => {
    const id = `incident-${i + 1}`;
    for (const { actor } of own) actor.incident ??= id;
    return { id, ...draft };
  });
}

function draftSingle(entry: Entry, { facts, priority, because }: Scan, inFull: boolean): Draft {
  const { actor } = entry;
  const stages = inFull ? [...listStages(facts), ...publication(entry, facts)] : [];
  const objective = objectiveOf(facts);
  const intent = inFull ? intentOf(facts) : undefined;
  return {
    ...(intent === undefined ? {} : { intent }),
    entries: [entry],
    kind: "single",
    members: [actor.address],
    priority,
    because,
    objective,
    stages,
    summary: inFull ? summarize(facts, stages) : `${facts.name} was after ${objective}.`,
  };
}

/** A scan that somebody took up, and everybody who did. */
interface TakenUp {
  readonly entry: Entry;
  readonly scan: Scan;
  readonly followers: readonly { readonly link: Handover; readonly name: string; readonly entry: Entry | undefined }[];
  readonly actors: ActorTable;
}

function takenUp(links: readonly Handover[], entries: readonly Entry[], actors: ActorTable): TakenUp[] {
  const entryByName = new Map(entries.map((entry) => [entry.actor.address, entry]));
  return [...Map.groupBy(links, ({ dossier }) => dossier)].flatMap(([dossier, own]) => {
    const entry = entryByName.get(nameOf(actors, own[0]!.scanner));
    const scan = entry?.scans.find(({ facts }) => facts.dossier === dossier);
    const followers = own.map((link) => {
      const name = nameOf(actors, link.follower);
      return { link, name, entry: entryByName.get(name) };
    });
    return entry === undefined || scan === undefined ? [] : [{ entry, scan, followers, actors }];
  });
}

/** The incident of a scan, of one source or of many, with what others made of it. */
function withFollowers(draft: Draft, { entry: scanner, followers, actors }: TakenUp): Draft {
  const newcomers = followers.flatMap(({ entry }) => entry ?? []).filter((entry) => !draft.entries.includes(entry));
  const own = [...draft.entries, ...newcomers];
  const from = scanner.actor.address;
  const uses = followers.filter(({ link }) => !goesOn(link.reasons));
  const isSure = uses.some(({ link }) => link.probability >= SURE && (!link.isLogin || link.isLetIn));
  const ofUses = uses.length === 0 ? "noise" : isSure ? "act" : "notable";
  const urgent = Math.min(...own.map(urgency), priorities.indexOf(ofUses));
  const isTold = own.find((entry) => urgency(entry) === urgent);
  const followed = followers.map(({ link, name }) => `${name} ${followWords(link)}`).join("; ");
  return {
    ...draft,
    entries: own,
    members: [...new Set([...draft.members, ...followers.map(({ name }) => name)])],
    priority: priorities[urgent]!,
    because: isTold === undefined ? `somebody used what ${from} found: ${followed}` : reasonOf(isTold),
    stages: [
      ...draft.stages,
      ...followers.flatMap(({ link, name, entry }) => stagesOfFollower(link, name, entry, actors)),
    ],
    summary: `${draft.summary} ${followed}.`,
    links: [
      ...(draft.links ?? []),
      ...followers.map(({ link, name }) => ({
        from,
        to: name,
        probability: link.probability,
        because: linkWords(link),
      })),
    ],
  };
}

function stagesOfFollower(
  { follower, isLogin, isLetIn, port, reasons }: Handover,
  name: string,
  entry: Entry | undefined,
  actors: ActorTable,
): IncidentReport["stages"] {
  const own = entry === undefined ? [] : listStages(entry.scans.at(-1)!.facts);
  const told = goesOn(reasons) ? own : own.filter(({ technique }) => technique === "T1190");
  if (told.length > 0) return told.map((stage) => ({ ...stage, summary: `${name} ${stage.summary}` }));
  const at = (exact: Exact) => new Date(actors.exact(follower, exact)).toISOString();
  const stage = (technique: string, summary: string) => ({
    technique,
    first: at(Exact.firstMs),
    last: at(Exact.lastMs),
    summary: `${name} ${summary}`,
  });
  if (!isLogin) return [stage("T1190", "asked for what visitors do not ask for")];
  return [isLetIn ? stage("T1133", `logged in to port ${port}`) : stage("T1110", "tried to log in")];
}

/** Research operators feed databases that anybody can search: what they were told is public from then on. */
function publication({ verdict, actor }: Entry, facts: IncidentFacts): IncidentReport["stages"] {
  if (verdict !== "research-scanner" || facts.learned.length === 0) return [];
  const summary = "what it learned can be looked up by anybody in its operator's database";
  return [{ technique: "T1596.005", first: actor.last, last: actor.last, summary }];
}

function draftCampaign(campaign: Campaign, entries: readonly Entry[]): Draft {
  const memberships = membershipsOf(campaign);
  const members = new Set(memberships.map(({ address }) => address));
  const own = entries.filter(({ actor }) => members.has(actor.address) || holdsAny(actor.address, members));
  const leading = own.filter(({ actor }) => actor.priority !== "noise").sort((a, b) => urgency(a) - urgency(b))[0];
  const technique = stageOf(campaign);
  return {
    entries: own,
    kind: "campaign",
    members: memberships.map(({ address }) => address),
    priority: leading?.actor.priority ?? "notable",
    because:
      leading === undefined
        ? `one scan was spread over ${members.size} sources, so that none of them stands out: ${sharedWords(campaign)}`
        : `of ${leading.actor.address}: ${reasonOf(leading)}`,
    objective: objectiveOfCampaign(campaign),
    stages: [
      {
        technique,
        first: new Date(campaign.firstMs).toISOString(),
        last: new Date(campaign.lastMs).toISOString(),
        summary: summarizeCampaign(campaign),
      },
    ],
    summary: summarizeCampaign(campaign),
    memberships,
    decidedAt: new Date(campaign.decidedMs).toISOString(),
  };
}

/** What its members did together is a scan, also where each of them alone would only be suspect. */
function convict({ entries, memberships = [], decidedAt }: Draft): void {
  const sure = new Set(memberships.filter(({ probability }) => probability >= SURE).map(({ address }) => address));
  for (const { actor, verdict } of entries) {
    if (verdict !== "suspect" || !sure.has(actor.address)) continue;
    actor.verdict = "scanner";
    actor.decidedAt = decidedAt ?? null;
    actor.decidedAfter = actor.guesses;
    actor.decidedAtObservation = actor.observations;
  }
}

/** Whether nearly all members lie in one IPv6 prefix that is an actor of its own: a source that rotates within its network. */
function isOneNetwork({ entries, members }: Draft): boolean {
  const prefixes = entries.filter(({ actor }) => actor.address.includes("/"));
  return prefixes.some(({ actor }) => {
    const within = members.filter((address) => holdsAny(actor.address, new Set([address])));
    return within.length > ONE_NETWORK * members.length;
  });
}

function stageOf({ medium, members }: Campaign): StageId {
  if (medium === Kind.contact) return "T1595.001";
  const clues = members.flatMap((member) => member.clues);
  return clues.filter(({ isCheck }) => isCheck).length * 2 > clues.length ? "T1595.002" : "T1595.003";
}

/** The rule that gave an actor its priority. */
function reasonOf({ actor, scans }: Entry): string {
  return (scans.find(({ priority }) => priority === actor.priority) ?? scans[0]!).because;
}

function urgency({ actor }: Entry): number {
  return priorities.indexOf(actor.priority satisfies Priority);
}

/** Whether an actor is a prefix that some of the addresses lie in. */
function holdsAny(prefix: string, addresses: ReadonlySet<string>): boolean {
  if (!prefix.includes("/")) return false;
  const wide = parsePrefix(prefix);
  if (wide === undefined) return false;
  for (const address of addresses) if (prefixHas(wide, addressWords(address)!)) return true;
  return false;
}
