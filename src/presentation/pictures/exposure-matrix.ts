import type { ActorReport, ExposureReport } from "../../stories/report.ts";
import { describePlace, describeSoftware } from "../exposure-words.ts";
import type { Markup } from "../markup.ts";
import { cut } from "../width.ts";
import { formatPlural } from "../words.ts";
import { block, label, renderFigure, rule } from "./figure.ts";

const WIDTH = 1000;
const LEFT = 430;
const ROW = 20;
const TOP = 30;
const MOST_ROWS = 25;
const MOST_COLUMNS = 40;

type Learner = Pick<ActorReport, "address" | "priority">;

/** Which actor was told what: exposures against those who learned them, the most telling of both first. */
export function renderExposureMatrix(report: {
  readonly exposures: readonly ExposureReport[];
  readonly actors: readonly Learner[];
}): Markup | undefined {
  const listed = new Set(report.actors.map(({ address }) => address));
  const told = report.exposures
    .map((exposure) => ({ exposure, learners: new Set(exposure.learnedBy.filter((address) => listed.has(address))) }))
    .filter(({ learners }) => learners.size > 0);
  const rows = [...told].sort(compareRows).slice(0, MOST_ROWS);
  const learners = report.actors.filter(({ address }) => rows.some((row) => row.learners.has(address)));
  const actors = learners.slice(0, MOST_COLUMNS);
  if (rows.length === 0 || actors.length === 0) return undefined;
  const step = Math.min(22, (WIDTH - LEFT) / actors.length);
  const right = LEFT + actors.length * step;
  const left = [
    ...(told.length > rows.length ? [formatPlural(told.length - rows.length, "exposure")] : []),
    ...(learners.length > actors.length ? [formatPlural(learners.length - actors.length, "actor")] : []),
  ];
  return renderFigure({
    title: "Who learned what",
    note: `A column is an actor, the most urgent first (point at a square for its address); a row is something that a server reveals.${left.length > 0 ? ` Left out: ${left.join(" and ")}.` : ""}`,
    says: `${formatPlural(rows.length, "exposure")} against the ${formatPlural(learners.length, "actor")} that learned them`,
    width: WIDTH,
    height: TOP + rows.length * ROW + 4,
    drawing: [
      label(LEFT, TOP - 12, `${formatPlural(actors.length, "actor")}, most urgent first`),
      ...rows.flatMap((row, i) => drawRow(row, actors, TOP + i * ROW, step, right)),
    ],
  });
}

/** An exposure, and the addresses of the report's actors that learned it. */
interface Row {
  readonly exposure: ExposureReport;
  readonly learners: ReadonlySet<string>;
}

function drawRow(
  { exposure, learners }: Row,
  actors: readonly Learner[],
  y: number,
  step: number,
  right: number,
): Markup[] {
  const name = cut(describeSoftware(exposure), 32);
  const squares = actors.flatMap(({ address, priority }, column) =>
    learners.has(address)
      ? [block(priority, LEFT + column * step, y + 3, step - 2, ROW - 4, `${address} learned ${name}`)]
      : [],
  );
  return [
    rule("grid", 0, y + ROW, right, y + ROW),
    label(0, y + 15, name),
    label(LEFT - 10, y + 15, cut(describePlace(exposure), 28), "end"),
    ...squares,
  ];
}

/** Known exploited first, then by how many learned it. */
function compareRows(a: Row, b: Row): number {
  const exploited = ({ exposure }: Row) =>
    exposure.vulnerabilities.some(({ knownExploited }) => knownExploited) ? 0 : 1;
  return exploited(a) - exploited(b) || b.learners.size - a.learners.size || (a.exposure.id < b.exposure.id ? -1 : 1);
}
