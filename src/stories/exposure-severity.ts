import type { ActorReport, ExposureReport } from "./report.ts";

type Severity = NonNullable<ExposureReport["severity"]>;
type Learner = Pick<ActorReport, "address" | "verdict" | "checks">;

const levels = ["info", "low", "medium", "high"] as const;
const LOW = 1;
const MEDIUM = 2;
const HIGH = 3;

const seriousLeaks: ReadonlySet<string> = new Set([
  "debug-page",
  "directory-listing",
  "private-address",
  "domain",
  "stack-trace",
]);
/** Whoever has these needs no vulnerability. */
const graveLeaks: ReadonlySet<string> = new Set(["secrets", "repository", "backup"]);

/** How much each exposure matters, and why: what it tells, what is known of that, who was told, and whether they look for it. */
export function weighExposures(exposures: readonly ExposureReport[], actors: readonly Learner[]): ExposureReport[] {
  const learners = new Map(actors.map((actor) => [actor.address, actor]));
  return exposures.map((exposure) => ({ ...exposure, severity: severityOf(exposure, learners) }));
}

function severityOf(exposure: ExposureReport, learners: ReadonlyMap<string, Learner>): Severity {
  const known = weighKnown(exposure);
  const told = exposure.learnedBy.flatMap((address) => learners.get(address) ?? []);
  const seekers = known.level < LOW ? [] : told.filter((actor) => looksFor(actor, exposure));
  // Who was told a version, and tries what fits the product, needs to guess no more.
  const level = seekers.length > 0 ? Math.min(known.level + 1, HIGH) : known.level;
  const because = [...weighTelling(exposure), ...known.because, ...describeLearners(told, exposure)];
  if (seekers.length > 0) {
    because.push(`${count(seekers.length, "actor")} that learned it looks for ${exposure.product ?? "it"}`);
  }
  return { level: levels[level]!, because };
}

function weighTelling({ product, version, leaks = [] }: ExposureReport): string[] {
  const kinds = [
    ...new Set(leaks.map(({ kind, isProbable }) => (isProbable ? "probably " : "") + kind.replace("-", " "))),
  ];
  const software =
    product === null ? [] : [version === null ? "product only, no version is told" : "a version is told"];
  return kinds.length === 0 ? software : [...software, `tells beside software: ${kinds.join(", ")}`];
}

function weighKnown(exposure: ExposureReport): { level: number; because: string[] } {
  const { vulnerabilities, version, leaks = [], maintainedUntil } = exposure;
  const because: string[] = [];
  let level = Math.max(version === null ? 0 : LOW, ...leaks.map(levelOfLeak));
  for (const certainty of certainties) {
    const alike = vulnerabilities.filter((each) => each.certainty === certainty.is);
    const exploited = alike.filter(({ knownExploited }) => knownExploited).map(({ id }) => id);
    if (alike.length === 0) continue;
    level = Math.max(level, exploited.length > 0 ? certainty.exploited : certainty.known);
    const told =
      exploited.length > 0 ? `${exploited.slice(0, 3).join(", ")} known to be exploited` : `${alike.length} known`;
    because.push(`${told}: ${certainty.words}`);
  }
  if (maintainedUntil !== undefined) because.push(`its maker's maintenance ends, or ended, ${maintainedUntil}`);
  return { level, because };
}

function levelOfLeak({ kind, isProbable }: NonNullable<ExposureReport["leaks"]>[number]): number {
  if (graveLeaks.has(kind)) return isProbable ? MEDIUM : HIGH;
  if (seriousLeaks.has(kind)) return isProbable ? LOW : MEDIUM;
  return kind === "internal-name" ? LOW : 0;
}

/** How surely a vulnerability fits, in the words of a reader, and how much it then matters. */
const certainties: readonly {
  readonly is: ExposureReport["vulnerabilities"][number]["certainty"];
  readonly words: string;
  readonly exploited: number;
  readonly known: number;
}[] = [
  { is: "version", words: "this version is affected", exploited: HIGH, known: MEDIUM },
  { is: "possibly-fixed", words: "possibly fixed by the distribution", exploited: MEDIUM, known: LOW },
  { is: "product-only", words: "tied to the product only", exploited: LOW, known: 0 },
  { is: "range-unknown", words: "version range unknown", exploited: LOW, known: 0 },
];

function describeLearners(told: readonly Learner[], { learnedBy, learnersOmitted = 0 }: ExposureReport): string[] {
  if (learnedBy.length === 0) return ["nobody known learned it"];
  const scanners = told.filter(({ verdict }) => verdict === "scanner").length;
  const research = told.filter(({ verdict }) => verdict === "research-scanner").length;
  const others = learnedBy.length + learnersOmitted - scanners - research;
  return [
    ...(scanners > 0 ? [`learned by ${count(scanners, "scanner")}`] : []),
    ...(research > 0 ? [`learned by ${count(research, "research scanner")}`] : []),
    ...(others > 0 ? [`learned by ${count(others, "other actor")}`] : []),
  ];
}

function looksFor({ checks }: Learner, { product, vulnerabilities }: ExposureReport): boolean {
  const name = product?.toLowerCase();
  return checks.some(
    (check) =>
      vulnerabilities.some(({ id }) => id === check.id) ||
      (name !== undefined && check.product.toLowerCase().split(":").at(-1) === name),
  );
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
