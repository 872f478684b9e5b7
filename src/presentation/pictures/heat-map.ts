import type { ActorReport } from "../../stories/report.ts";
import type { Markup } from "../markup.ts";
import { formatPlural } from "../words.ts";
import { block, label, renderFigure, rule } from "./figure.ts";

const WIDTH = 1000;
const LEFT = 150;
const ROW = 14;
const TOP = 8;
const MOST_SERVICES = 24;
const MOST_TARGETS = 128;
const STEPS = 5;

/** One cell: how many actors tried a service on a target. */
export interface Cell {
  readonly service: string;
  readonly target: string;
  readonly actors: number;
}

/**
 * Which services were tried on which targets, in the order of addresses: a sweep of one service is a row, a scan of one
 * host is a column. It shows what ledgers kept, so it is a sample of a long scan.
 */
export function renderHeatMap(actors: readonly ActorReport[]): Markup | undefined {
  return renderCells(cellsOf(actors));
}

/** @param left services and targets that the cells leave out already */
export function renderCells(cells: readonly Cell[], left = { services: 0, targets: 0 }): Markup | undefined {
  const tried = Map.groupBy(cells, ({ service }) => service);
  const services = [...tried]
    .sort((a, b) => b[1].length - a[1].length || compareNumbers(a[0], b[0]))
    .slice(0, MOST_SERVICES);
  const all = [...new Set(services.flatMap(([, cells]) => cells.map(({ target }) => target)))].sort(compareNumbers);
  const targets = all.slice(0, MOST_TARGETS);
  if (targets.length * services.length < 4) return undefined;
  const columns = new Map(targets.map((target, column) => [target, column]));
  const most = Math.max(...cells.map(({ actors }) => actors));
  const bottom = TOP + services.length * ROW;
  const step = Math.min(28, (WIDTH - LEFT) / targets.length);
  const gap = step > 8 ? 1 : 0;
  const blocks = services.flatMap(([service, cells], row) =>
    cells.flatMap(({ target, actors }) => {
      const column = columns.get(target);
      if (column === undefined) return [];
      const title = `${service} on ${target}: ${formatPlural(actors, "actor")}`;
      const heat = `heat-${Math.ceil((Math.log1p(actors) / Math.log1p(most)) * STEPS)}`;
      return block(heat, LEFT + column * step, TOP + row * ROW, step - gap, ROW - 1, title);
    }),
  );
  const [widest, reach] = services[0]!;
  const omitted = noteOf(tried.size - services.length + left.services, all.length - targets.length + left.targets);
  return renderFigure({
    title: "What was tried where",
    note: `${omitted}Targets lie in the order of their addresses: a row is a service swept, a column a host gone through; darker is more actors. Only rows that ledgers kept are shown.`,
    says: `${formatPlural(services.length, "service")} on ${formatPlural(targets.length, "target")}; most widely tried: ${widest}, on ${formatPlural(reach.length, "target")}`,
    width: WIDTH,
    height: bottom + 24,
    drawing: [
      rule("axis", LEFT, bottom + 1, LEFT + targets.length * step, bottom + 1),
      ...services.map(([service], row) => label(LEFT - 8, TOP + row * ROW + 11, service, "end")),
      ...blocks,
      label(LEFT, bottom + 17, targets[0]!),
      ...(targets.length * step > 240
        ? [label(LEFT + targets.length * step, bottom + 17, targets.at(-1)!, "end")]
        : []),
    ],
  });
}

/** What the ledgers of actors kept. */
export function cellsOf(actors: readonly ActorReport[]): Cell[] {
  const tried = new Map<string, { service: string; target: string; who: Set<string> }>();
  for (const actor of actors) {
    for (const { target, service } of actor.evidence) {
      if (target === undefined || service === undefined) continue;
      const key = `${service} ${target}`;
      const cell = tried.get(key) ?? { service, target, who: new Set() };
      cell.who.add(actor.address);
      tried.set(key, cell);
    }
  }
  return [...tried.values()].map(({ service, target, who }) => ({ service, target, actors: who.size }));
}

function noteOf(services: number, targets: number): string {
  const left = [
    ...(services > 0 ? [formatPlural(services, "less tried service")] : []),
    ...(targets > 0 ? [formatPlural(targets, "further target")] : []),
  ];
  return left.length === 0 ? "" : `Left out: ${left.join(", ")}. `;
}

const byNumber = new Intl.Collator("en", { numeric: true });

/** By the numbers within, so that addresses and ports come in their order. */
function compareNumbers(a: string, b: string): number {
  return byNumber.compare(a, b) || (a < b ? -1 : 1);
}
