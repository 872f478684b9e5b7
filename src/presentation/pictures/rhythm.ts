import type { ActorReport } from "../../stories/report.ts";
import { html, type Markup } from "../markup.ts";
import { formatPlural } from "../words.ts";
import { label, place, renderFigure, rule } from "./figure.ts";

const WIDTH = 1000;
const HEIGHT = 130;
const LEFT = 60;
const TOP = 10;
const BOTTOM = 116;
const LEAST_GAPS = 3;

/** Lines of the scale, in milliseconds. */
const marks: readonly (readonly [string, number])[] = [
  ["10 ms", 10],
  ["1 s", 1000],
  ["1 min", 60_000],
  ["1 h", 3_600_000],
  ["1 day", 86_400_000],
];

/** The time between one kept row of an actor's evidence and the next: machines keep a beat, people do not. */
export function renderRhythm({
  address,
  evidence,
  evidenceOmitted,
}: Pick<ActorReport, "address" | "evidence" | "evidenceOmitted">): Markup | undefined {
  const times = evidence.map(({ at }) => Date.parse(at));
  const gaps = times.slice(1).map((at, i) => Math.max(1, at - times[i]!));
  if (gaps.length < LEAST_GAPS) return undefined;
  const longest = Math.max(...gaps);
  const top = marks.find(([, ms]) => ms >= longest)?.[1] ?? longest;
  const y = (ms: number) => BOTTOM - (Math.log10(ms) / Math.log10(top)) * (BOTTOM - TOP);
  const x = (i: number) => LEFT + 14 + (i / Math.max(1, gaps.length - 1)) * (WIDTH - LEFT - 28);
  const median = [...gaps].sort((a, b) => a - b)[gaps.length >> 1]!;
  const shown = marks.filter(([, ms]) => ms <= top);
  return renderFigure({
    title: "Rhythm",
    note: `Time from one row of its evidence to the next, in their order${evidenceOmitted > 0 ? "; rows that were not kept lie between some" : ""}.`,
    says: `Time between ${formatPlural(times.length, "row")} of ${address}: half are shorter than ${formatGap(median)}, the longest is ${formatGap(longest)}`,
    width: WIDTH,
    height: HEIGHT,
    drawing: [
      ...shown.flatMap(([name, ms]) => [
        rule("grid", LEFT, y(ms), WIDTH, y(ms)),
        label(LEFT - 8, y(ms) + 4, name, "end"),
      ]),
      rule("axis", LEFT, BOTTOM, WIDTH, BOTTOM),
      ...gaps.map(
        (
          gap,
          i,
        ) => html`<circle class="dot" cx="${place(x(i))}" cy="${place(y(gap))}" r="4"><title>${formatGap(gap)}</title></circle>
`,
      ),
    ],
  });
}

/** `120 ms`, `4.2 s`, `3.0 min`, `5.1 h`, `2.0 days` */
function formatGap(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${(ms / 60_000).toFixed(1)} min`;
  return ms < 86_400_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 86_400_000).toFixed(1)} days`;
}
