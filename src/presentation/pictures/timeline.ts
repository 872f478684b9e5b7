import { priorities } from "../../stories/priorities.ts";
import type { ActorReport, Priority, Report } from "../../stories/report.ts";
import type { Markup } from "../markup.ts";
import { formatPlural, formatTime } from "../words.ts";
import { block, drawTicks, label, renderFigure, rule } from "./figure.ts";

const WIDTH = 1000;
const HEIGHT = 170;
const LEFT = 40;
const BOTTOM = 140;
const TOP = 12;
const SLICES = 80;

type Counts = Readonly<Record<Priority, number>>;

/** How many reported actors were about in each slice of the period, by priority, what deserves attention at the bottom. */
export function renderTimeline(report: Report): Markup | undefined {
  const { first, last } = report.period;
  if (first === null || last === null || report.actors.length === 0) return undefined;
  const start = Date.parse(first);
  const span = Math.max(1, Date.parse(last) - start);
  return renderSlices(countSlices(report.actors, start, span), start, span, {
    title: "Who was about, and when",
    note: "Actors in each slice of the period, by priority; times are UTC.",
    noun: "actor",
  });
}

interface SliceWords {
  readonly title: string;
  readonly note: string;
  /** What is counted. */
  readonly noun: string;
  readonly width?: number;
}

/** Equal slices of a period as stacked bars. */
export function renderSlices(
  counts: readonly Counts[],
  start: number,
  span: number,
  { title, note, noun, width = WIDTH }: SliceWords,
): Markup {
  const totals = counts.map(({ act, notable, noise }) => act + notable + noise);
  const most = Math.max(1, ...totals);
  const timeOf = (slice: number) => new Date(start + (slice / counts.length) * span).toISOString();
  const step = (width - LEFT) / counts.length;
  const gap = Math.min(2, step / 4);
  const y = (count: number) => BOTTOM - (count / most) * (BOTTOM - TOP);
  const bars = counts.flatMap((slice, i) => {
    let below = 0;
    return priorities.flatMap((priority) => {
      const count = slice[priority];
      if (count === 0) return [];
      const says = `${formatTime(timeOf(i))}: ${formatPlural(count, noun)}, ${priority}`;
      const top = y(below + count);
      const bar = block(priority, LEFT + i * step + gap / 2, top, step - gap, y(below) - top, says);
      below += count;
      return bar;
    });
  });
  const busiest = formatTime(timeOf(totals.indexOf(most)));
  return renderFigure({
    title,
    note,
    says: `${noun.replace(/^./, (letter) => letter.toUpperCase())}s over time: at most ${most} at once, about ${busiest}`,
    width,
    height: HEIGHT,
    drawing: [
      ...[0.5, 1].map((part) => rule("grid", LEFT, y(most * part), width, y(most * part))),
      label(LEFT - 6, y(most) + 4, String(most), "end"),
      label(LEFT - 6, BOTTOM + 4, "0", "end"),
      rule("axis", LEFT, BOTTOM, width, BOTTOM),
      ...bars,
      ...drawTicks(LEFT, width, BOTTOM + 18, start, span),
    ],
  });
}

function countSlices(actors: readonly ActorReport[], start: number, span: number): Counts[] {
  const sliceOf = (iso: string) =>
    Math.min(SLICES - 1, Math.max(0, Math.floor(((Date.parse(iso) - start) / span) * SLICES)));
  const counts = Array.from({ length: SLICES }, () => ({ act: 0, notable: 0, noise: 0 }));
  for (const actor of actors) {
    for (let i = sliceOf(actor.first); i <= sliceOf(actor.last); i++) counts[i]![actor.priority]++;
  }
  return counts;
}
