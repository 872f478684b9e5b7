import type { ActorReport, Priority, Verdict } from "../stories/report.ts";

/** What the technique ids (MITRE ATT&CK Enterprise) stand for in a report, in a few words. */
const techniqueWords: Readonly<Record<string, string>> = {
  T1595: "active scanning",
  "T1595.001": "addresses and ports swept",
  "T1595.002": "vulnerabilities checked",
  "T1595.003": "word list tried",
  "T1596.005": "published in a scan database",
  T1592: "host information gathered",
  "T1592.002": "software versions gathered",
  T1589: "identities gathered",
  T1110: "passwords guessed",
  T1133: "logged in to a remote service",
  T1190: "exploit attempted",
};

export function techniqueInWords(id: string): string {
  return techniqueWords[id] ?? id;
}

export const priorityMeaning: Readonly<Record<Priority, string>> = {
  act: "a person should look today",
  notable: "aimed at what is really run here",
  noise: "background scanning",
};

export const verdictWord: Readonly<Record<Verdict, string>> = {
  scanner: "scanner",
  "research-scanner": "research",
  authorised: "yours",
  suspect: "suspect",
  visitor: "visitor",
};

const decimal = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

/** `1,204` */
export function formatCount(count: number): string {
  return decimal.format(Math.round(count));
}

/** `1 visitor`, `1,204 visitors` */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Decimal units: `88 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `0.0021`, or `3.1e-7` where that many zeros would hide the digits. */
export function formatProbability(probability: number): string {
  if (probability === 0 || probability === 1) return String(probability);
  return probability >= 0.001 ? probability.toPrecision(2) : probability.toExponential(1);
}

/** With its sign, since a weight speaks for or against: `+3.10`. */
export function formatWeight(weight: number): string {
  const text = weight.toFixed(2);
  return weight > 0 ? `+${text}` : text;
}

/** `2026-11-20 08:12:01` (UTC) from an ISO 8601 time. */
export function formatTime(iso: string): string {
  return iso.slice(0, 19).replace("T", " ");
}

/** `08:12` within one day, `11-20 08:12` within one year, `2026-11-20` otherwise: what fits a column. */
export function formatShortTime(iso: string, period: { first: string | null; last: string | null }): string {
  const { first, last } = period;
  if (first?.slice(0, 10) === last?.slice(0, 10) && first) return iso.slice(11, 16);
  return first?.slice(0, 4) === last?.slice(0, 4) ? iso.slice(5, 16).replace("T", " ") : iso.slice(0, 10);
}

/** `2026-11-20 08:00:00 to 17:59:59`; the date is not repeated within a day. */
export function formatPeriod(first: string | null, last: string | null): string {
  if (first === null || last === null) return "no time known";
  const end = first.slice(0, 10) === last.slice(0, 10) ? last.slice(11, 19) : formatTime(last);
  return formatTime(first) === formatTime(last) ? formatTime(first) : `${formatTime(first)} to ${end}`;
}

/** `1.1.1.1, 2.2.2.2 and 7 more` */
export function listSome(items: readonly string[], limit: number): string {
  if (items.length <= limit) return joinAnd(items);
  return `${items.slice(0, limit).join(", ")} and ${formatCount(items.length - limit)} more`;
}

/** `nginx at 1.1.1.1 and 2.2.2.2; postfix at 3.3.3.3; 7 more`: for entries that hold lists themselves. */
export function listApart(items: readonly string[], limit: number): string {
  const more = items.length - limit;
  return [...items.slice(0, limit), ...(more > 0 ? [`${formatCount(more)} more`] : [])].join("; ");
}

function joinAnd(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** What an actor was after, the most telling first: `nikto: CVE-2021-41773 (answered), dotenv-file and 3 more checks`. */
export function describeInterest(actor: ActorReport, limit = 2): string {
  const tool = actor.tools[0]?.name;
  const interest = actor.checks.length > 0 ? describeChecks(actor, limit) : describeTechniques(actor);
  return tool === undefined ? interest : `${tool}: ${interest}`;
}

export function describeTechniques(actor: ActorReport): string {
  if (actor.techniques.length > 0) return actor.techniques.map(techniqueInWords).join(", ");
  return formatPlural(actor.guesses, "guess", "guesses");
}

/** The same for a line that may be cut at its end: counts stand before names. */
export function summarizeInterest(actor: ActorReport): string {
  const tool = actor.tools[0]?.name;
  const { checks } = actor;
  const named =
    checks.length < 2
      ? describeInterest({ ...actor, tools: [] })
      : `${checks.length} checks: ${describeChecks(actor, 4)}`;
  return tool === undefined ? named : `${tool}, ${named}`;
}

/** `17.2`, `24,736` */
export function formatScore(score: number): string {
  return score < 1000 ? score.toFixed(1) : formatCount(score);
}

/** Answered checks first: they are what a scanner went home with. */
export function describeChecks(actor: ActorReport, limit: number): string {
  const answered = actor.checks.filter((check) => check.answered > 0);
  const others = actor.checks.filter((check) => check.answered === 0);
  const names = [...answered.map((check) => `${check.id} (answered)`), ...others.map((check) => check.id)];
  if (names.length <= limit) return joinAnd(names);
  return `${names.slice(0, limit).join(", ")} and ${formatPlural(names.length - limit, "more check", "more checks")}`;
}
