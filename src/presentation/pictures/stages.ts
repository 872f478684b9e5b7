import type { EvidenceReport, IncidentReport } from "../../stories/report.ts";
import type { Markup } from "../markup.ts";
import { keepEnd } from "../width.ts";
import { formatPeriod, formatPlural, techniqueInWords } from "../words.ts";
import { block, drawTicks, label, place, renderFigure, rule } from "./figure.ts";

const WIDTH = 1000;
const LEFT = 210;
const ROW = 24;
const TOP = 6;
const MOST_STAGES = 16;
const MOST_INPUTS = 8;
/** Marks of one input that lie closer than this share one. */
const APART = 3;

type Stage = IncidentReport["stages"][number];

/** An incident's stages on one axis of time, and below them when each input shows something of it. */
export function renderStages(
  stages: readonly Stage[],
  evidence: readonly Pick<EvidenceReport, "at" | "input">[],
): Markup | undefined {
  const shown = stages.slice(0, MOST_STAGES);
  const times = [...shown.flatMap(({ first, last }) => [first, last]), ...evidence.map(({ at }) => at)].sort();
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || shown.length === 0) return undefined;
  const start = Date.parse(first);
  const span = Math.max(1, Date.parse(last) - start);
  const x = (at: string) => LEFT + ((Date.parse(at) - start) / span) * (WIDTH - LEFT - 6);
  const inputs = [...Map.groupBy(evidence, ({ input }) => input)].slice(0, MOST_INPUTS);
  const bottom = TOP + (shown.length + inputs.length) * ROW;
  return renderFigure({
    title: "What it did, and when",
    note: `Stages above${inputs.length > 0 ? ", below them the kept evidence of each input" : ""}; times are UTC.`,
    says: `${formatPlural(stages.length, "stage")} from ${formatPeriod(first, last)}: ${shown.map(({ technique }) => techniqueInWords(technique)).join(", ")}`,
    width: WIDTH,
    height: bottom + 24,
    drawing: [
      ...shown.flatMap((stage, i) => drawStage(stage, TOP + i * ROW, x)),
      ...inputs.flatMap(([input, rows], i) => drawInput(input, rows, TOP + (shown.length + i) * ROW, x)),
      rule("axis", LEFT, bottom, WIDTH, bottom),
      ...drawTicks(LEFT, WIDTH, bottom + 17, start, span),
    ],
  });
}

function drawStage({ technique, first, last, summary }: Stage, y: number, x: (at: string) => number): Markup[] {
  const name = techniqueInWords(technique);
  const title = `${name}, ${formatPeriod(first, last)}: ${summary}`;
  return [
    rule("grid", 0, y + ROW, WIDTH, y + ROW),
    label(0, y + 16, name),
    block(kindOf(technique), x(first), y + 4, Math.max(6, x(last) - x(first)), ROW - 8, title),
  ];
}

/** Attempts stand out, then what was learned. */
function kindOf(technique: string): string {
  if (technique === "T1190" || technique === "T1110" || technique === "T1133") return "act";
  return technique.startsWith("T1592") || technique === "T1589" ? "notable" : "against";
}

function drawInput(
  input: string,
  rows: readonly Pick<EvidenceReport, "at">[],
  y: number,
  x: (at: string) => number,
): Markup[] {
  const places = new Set(rows.map(({ at }) => Math.round(x(at) / APART) * APART));
  return [
    rule("grid", 0, y + ROW, WIDTH, y + ROW),
    label(0, y + 16, keepEnd(input, 30)),
    ...[...places].map((at) => rule("axis", place(at), y + 5, place(at), y + ROW - 5)),
  ];
}
