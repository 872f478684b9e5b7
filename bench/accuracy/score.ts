import { BlockList, isIPv4, isIPv6, SocketAddress } from "node:net";
import type { ActorReport, Report } from "../../src/stories/report.ts";
import type { InputKind, LabelledActor, Labels } from "./labelled-sets.ts";

/** Somebody the labels know, as one view of the recording shows and judges them. */
export interface Judged {
  readonly address: string;
  readonly kinds: readonly string[];
  readonly tools: readonly string[];
  /** What the labels say of it: a technique or a note. */
  readonly notes: readonly string[];
  /** Packets and lines that the view's inputs show of it. */
  readonly shown: Readonly<Partial<Record<InputKind, number>>>;
  readonly verdict: string;
  readonly score: number;
  readonly decidedAfter: number | undefined;
}

export interface Score {
  /** Labelled scanners that the view shows at all, found as a scanner. */
  readonly found: readonly Judged[];
  /** Shown, and called a suspect. */
  readonly suspects: readonly Judged[];
  /** Shown, and called neither. */
  readonly missed: readonly Judged[];
  /** Labelled benign only, shown, and called a scanner. */
  readonly wrong: readonly Judged[];
  /** Labelled benign only, shown, and not called a scanner. */
  readonly benign: readonly Judged[];
  /** Called a scanner, and unknown to the labels. */
  readonly unlabelled: readonly string[];
}

const shownBy: Readonly<Record<InputKind, "packets" | "fw_lines" | "access_lines">> = {
  capture: "packets",
  firewall: "fw_lines",
  web: "access_lines",
};

/**
 * Scores a report against the labels, per source address, counting only actors that the view's inputs show. `scan-*` must be
 * a scanner, a research scanner may be called either, benign must be neither. Decoys and addresses that only tried to exploit
 * something are not scored.
 */
export function scoreOf(report: Report, labels: Labels, view: readonly InputKind[]): Score {
  const verdicts = verdictsOf(report);
  const { known, unscored } = knownSources(labels, view);
  const judged = [...known].map(([address, actors]) => judge(address, actors, view, verdicts));
  const scanners = judged.filter(({ kinds }) => kinds.some(isScan));
  const benign = judged.filter(
    ({ kinds, address }) => kinds.every((kind) => kind === "benign") && !unscored.has(address),
  );
  const named = new Set([...known.keys(), ...unscored]);
  return {
    found: scanners.filter((each) => isFound(each.verdict)),
    suspects: scanners.filter((each) => each.verdict === "suspect"),
    missed: scanners.filter((each) => !isFound(each.verdict) && each.verdict !== "suspect"),
    wrong: benign.filter((each) => isFound(each.verdict)),
    benign: benign.filter((each) => !isFound(each.verdict)),
    unlabelled: report.actors
      .filter((actor) => actor.verdict === "scanner")
      .map((actor) => normal(actor.address))
      .filter((address) => !named.has(address) && ![...named].some((each) => covers(address, each))),
  };
}

/** Fewer packets or lines than this can hardly tell anybody from a visitor: a connection alone is about ten packets. */
const FEW_ROWS = 4;

/** Why the view cannot show that it scans, from what the labels count; undefined when nothing says so. */
export function hiddenBecause({ kinds, shown }: Judged): string | undefined {
  const views = Object.keys(shown).join();
  const rows = Math.max(...Object.values(shown));
  const isAboutWeb = kinds.every((kind) => ["scan-web", "scan-vuln", "exploit-attempt"].includes(kind));
  if (rows < FEW_ROWS) return `shown by ${rows} ${rows === 1 ? "row" : "rows"} only`;
  if (views === "firewall" && isAboutWeb) return "a firewall log shows connections, not what they ask";
  if (views === "web" && kinds.includes("scan-ports")) return "a web log shows no ports";
  return undefined;
}

/** Observations seen of each found scanner when its verdict fell: the `share` quantile, or undefined when none is known. */
export function decisionQuantile(found: readonly Pick<Judged, "decidedAfter">[], share: number): number | undefined {
  const counts = found.flatMap((each) => each.decidedAfter ?? []).sort((a, b) => a - b);
  return counts[Math.min(counts.length - 1, Math.floor(counts.length * share))];
}

const isScan = (kind: string) => kind.startsWith("scan-") || kind === "research-scanner";
const isFound = (verdict: string) => verdict === "scanner" || verdict === "research-scanner";

interface Known {
  /** Labelled actors by source, of those that the view shows. */
  readonly known: ReadonlyMap<string, readonly LabelledActor[]>;
  readonly unscored: ReadonlySet<string>;
}

function knownSources(labels: Labels, view: readonly InputKind[]): Known {
  const known = new Map<string, LabelledActor[]>();
  const unscored = new Set<string>();
  for (const actor of labels.actors) {
    const isShown = view.some((kind) => (actor[shownBy[kind]] ?? 1) > 0);
    for (const source of actor.sources.map(normal)) {
      if (isShown) known.set(source, [...(known.get(source) ?? []), actor]);
      else unscored.add(source);
    }
    for (const decoy of actor.decoys ?? []) unscored.add(normal(decoy));
  }
  return { known, unscored };
}

function judge(
  address: string,
  actors: readonly LabelledActor[],
  view: readonly InputKind[],
  verdicts: readonly ActorReport[],
): Judged {
  // Exactly this address, or the narrowest prefix that the report judged in its place.
  const said = verdicts
    .filter((each) => each.address === address || covers(each.address, address))
    .sort((a, b) => prefixLength(b.address) - prefixLength(a.address))[0];
  const distinct = (values: (string | undefined)[]) => [...new Set(values.filter((value) => value !== undefined))];
  return {
    address,
    kinds: distinct(actors.map((actor) => actor.kind)),
    tools: distinct(actors.map((actor) => actor.tool)),
    notes: distinct(actors.map((actor) => actor.technique ?? actor.note)),
    // Every actor of one recording that shares a source carries the whole source's count.
    shown: Object.fromEntries(
      view.map((kind) => [kind, Math.max(...actors.map((actor) => actor[shownBy[kind]] ?? 0))]),
    ),
    verdict: said?.verdict ?? "visitor",
    score: said?.score ?? 0,
    decidedAfter: said?.decidedAfter ?? undefined,
  };
}

/** Verdicts of the report; a member of an incident that has no row of its own counts as a scanner. */
function verdictsOf(report: Report): ActorReport[] {
  const actors = report.actors.map((actor) => ({ ...actor, address: normal(actor.address) }));
  const listed = new Set(actors.map((actor) => actor.address));
  const members = report.incidents.flatMap((incident) => incident.members.map(normal));
  const unlisted = [...new Set(members)].filter((address) => !listed.has(address));
  return [
    ...actors,
    ...unlisted.map((address) => ({ address, verdict: "scanner", score: 0, decidedAfter: null }) as ActorReport),
  ];
}

/** One way of writing an address: no zone, shortest IPv6, mapped IPv4 as IPv4. */
function normal(address: string): string {
  const bare = address.split("%")[0]!;
  if (!isIPv6(bare)) return bare;
  const shortest = new SocketAddress({ address: bare, family: "ipv6" }).address;
  const mapped = /^::ffff:([\d.]+)$/.exec(shortest)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : shortest;
}

function covers(prefix: string, address: string): boolean {
  if (!prefix.includes("/")) return false;
  const [network, length] = prefix.split("/") as [string, string];
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  if ((family === "ipv6") !== isIPv6(address)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(length), family);
  return list.check(address, family);
}

function prefixLength(address: string): number {
  return Number(address.split("/")[1] ?? (address.includes(":") ? 128 : 32));
}
