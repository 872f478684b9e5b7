import { type ActorReport, type Priority, priorities, type Report } from "../../stories/report.ts";
import type { Markup } from "../markup.ts";
import { formatPlural, formatShortTime, formatTime } from "../words.ts";
import { block, label, renderFigure, rule } from "./figure.ts";

const WIDTH = 1000;
const HEIGHT = 170;
const LEFT = 40;
const BOTTOM = 140;
const TOP = 12;
const SLICES = 80;

/** How many reported actors were about in each slice of the period, by priority, what deserves attention at the bottom. */
export function renderTimeline(report: Report): Markup | undefined {
  const { first, last } = report.period;
  if (first === null || last === null || report.actors.length === 0) return undefined;
  const start = Date.parse(first);
  const span = Math.max(1, Date.parse(last) - start);
  const counts = countSlices(report.actors, start, span);
  const most = Math.max(1, ...counts.map((slice) => slice.act + slice.notable + slice.noise));
  const busiest = counts.findIndex((slice) => slice.act + slice.notable + slice.noise === most);
  const timeOf = (slice: number) => new Date(start + (slice / SLICES) * span).toISOString();
  const step = (WIDTH - LEFT) / SLICES;
  const y = (count: number) => BOTTOM - (count / most) * (BOTTOM - TOP);
  const bars = counts.flatMap((slice, i) => {
    let below = 0;
    return priorities.flatMap((priority) => {
      const count = slice[priority];
      if (count === 0) return [];
      const title = `${formatTime(timeOf(i))}: ${formatPlural(count, "actor")}, ${priority}`;
      const bar = block(priority, LEFT + i * step + 1, y(below + count), step - 2, y(below) - y(below + count), title);
      below += count;
      return bar;
    });
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const anchor = part === 0 ? "start" : part === 1 ? "end" : "middle";
    const at = formatShortTime(timeOf(part * SLICES), report.period);
    return label(LEFT + part * (WIDTH - LEFT), BOTTOM + 18, at, anchor);
  });
  return renderFigure({
    title: "Who was about, and when",
    note: "Actors in each slice of the period, by priority; times are UTC.",
    says: `Actors over time: at most ${most} at once, about ${formatTime(timeOf(busiest))}`,
    width: WIDTH,
    height: HEIGHT,
    drawing: [
      ...[0.5, 1].map((part) => rule("grid", LEFT, y(most * part), WIDTH, y(most * part))),
      label(LEFT - 6, y(most) + 4, String(most), "end"),
      label(LEFT - 6, BOTTOM + 4, "0", "end"),
      rule("axis", LEFT, BOTTOM, WIDTH, BOTTOM),
      ...bars,
      ...ticks,
    ],
  });
}

function countSlices(actors: readonly ActorReport[], start: number, span: number): Record<Priority, number>[] {
  const sliceOf = (iso: string) =>
    Math.min(SLICES - 1, Math.max(0, Math.floor(((Date.parse(iso) - start) / span) * SLICES)));
  const counts = Array.from({ length: SLICES }, () => ({ act: 0, notable: 0, noise: 0 }));
  for (const actor of actors) {
    for (let i = sliceOf(actor.first); i <= sliceOf(actor.last); i++) counts[i]![actor.priority]++;
  }
  return counts;
}
