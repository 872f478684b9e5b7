import type { ActorReport, Report } from "../stories/report.ts";
import { describeLearned } from "./exposure-words.ts";
import { formatMore, type Layout } from "./layout.ts";
import { orderByAttention, SHOWN_ACTORS, SHOWN_IN_FULL, SHOWN_NOISE } from "./order.ts";
import type { Paint } from "./paint.ts";
import { summarizeNoise } from "./report-words.ts";
import { describeStanding } from "./standing-words.ts";
import { formatTable } from "./table.ts";
import { padEnd, wrap } from "./width.ts";
import {
  describeChecks,
  describeTechniques,
  formatCount,
  formatPeriod,
  formatPlural,
  formatScore,
  formatShortTime,
  formatTime,
  listApart,
  listSome,
  priorityMeaning,
  summarizeInterest,
  verdictWord,
} from "./words.ts";

/** What is to act on gets a paragraph, the rest a line each. */
export function formatActors(report: Report, layout: Layout): string[][] {
  const { act, notable, noise } = orderByAttention(report);
  const shownAct = act.slice(0, SHOWN_ACTORS);
  const shownNotable = notable.slice(0, SHOWN_ACTORS - shownAct.length);
  const shownNoise = noise.slice(0, act.length + notable.length > 0 ? SHOWN_NOISE : SHOWN_ACTORS);
  return [
    act.length === 0
      ? []
      : [
          formatHeading("act", act.length, layout),
          ...shownAct.slice(0, SHOWN_IN_FULL).flatMap((actor) => formatActActor(actor, report, layout)),
          ...formatActorTable(shownAct.slice(SHOWN_IN_FULL), report, layout),
          ...formatMore(act.length - shownAct.length, layout),
        ],
    formatActorSection("notable", notable, shownNotable, report, layout),
    formatActorSection("noise", noise, shownNoise, report, layout),
  ];
}

function formatHeading(priority: ActorReport["priority"], count: number, { paint }: Layout): string {
  const colour = { act: paint.act, notable: paint.notable, noise: paint.strong }[priority];
  return `${colour(priority.toUpperCase())} ${formatCount(count)}: ${priorityMeaning[priority]}`;
}

function formatActActor(actor: ActorReport, report: Report, layout: Layout): string[] {
  const { paint, width } = layout;
  const incident = report.incidents.find((candidate) => candidate.id === actor.incident);
  const learned = describeLearned(actor.learned, report);
  const facts: [string, string][] = [["Verdict", describeVerdict(actor)]];
  if (incident !== undefined) facts.push(["Because", incident.because]);
  facts.push(["Did", describeTechniques(actor)]);
  if (actor.tools.length > 0)
    facts.push(["Tool", actor.tools.map((tool) => `${tool.name} (${tool.because})`).join(", ")]);
  if (actor.checks.length > 0) facts.push(["Checked", describeChecks(actor, 4)]);
  if (learned.length > 0) facts.push(["Learned", listApart(learned, 3)]);
  const standing = describeStanding(actor);
  if (standing.length > 0) facts.push(["Known as", listApart(standing, 3)]);
  facts.push([
    "Seen",
    `${formatPeriod(actor.first, actor.last)} UTC, ${formatPlural(actor.observations, "observation")}`,
  ]);
  return [`  ${paint.act(actor.address)}`, ...facts.flatMap(([name, text]) => formatFact(name, text, width, paint))];
}

function describeVerdict(actor: ActorReport): string {
  const score = `score ${formatScore(actor.score)}`;
  if (actor.decidedAfter === null || actor.decidedAt === null) return `${actor.verdict}, ${score}`;
  const after = `after ${formatPlural(actor.decidedAfter, "distinct observation")}`;
  return `${actor.verdict}, ${score}, decided ${after} at ${formatTime(actor.decidedAt)}`;
}

function formatFact(name: string, text: string, width: number, paint: Paint): string[] {
  const lines = wrap(text, width - 14);
  return lines.map((line, i) => `    ${paint.faint(padEnd(i === 0 ? name : "", 8))}  ${line}`);
}

function formatActorSection(
  priority: ActorReport["priority"],
  all: readonly ActorReport[],
  shown: readonly ActorReport[],
  report: Report,
  layout: Layout,
): string[] {
  if (all.length === 0) return [];
  const summary = priority === "noise" ? wrap(summarizeNoise(all), layout.width - 2) : [];
  return [
    formatHeading(priority, all.length, layout),
    ...summary.filter((line) => line !== "").map((line) => `  ${line}`),
    ...formatActorTable(shown, report, layout),
    ...formatMore(all.length - shown.length, layout),
  ];
}

function formatActorTable(actors: readonly ActorReport[], report: Report, { width, paint }: Layout): string[] {
  if (actors.length === 0) return [];
  const rows = actors.map((actor) => [
    actor.address,
    verdictWord[actor.verdict],
    formatShortTime(actor.first, report.period),
    actor.decidedAfter === null ? "-" : formatCount(actor.decidedAfter),
    describeActorLine(actor, report),
  ]);
  const [titles, ...lines] = formatTable(actorColumns, rows, width - 2);
  return [`  ${paint.faint(titles!)}`, ...lines.map((line) => `  ${line}`)];
}

/** "After": distinct observations seen of it when the verdict fell. */
const actorColumns = [
  { title: "Actor" },
  { title: "Verdict" },
  { title: "First" },
  { title: "After", align: "right" as const },
  { title: "Looked for" },
];

function describeActorLine(actor: ActorReport, report: Report): string {
  const learned = describeLearned(actor.learned, report);
  const interest = summarizeInterest(actor);
  return learned.length === 0 ? interest : `${interest}; learned ${listSome(learned, 1)}`;
}
