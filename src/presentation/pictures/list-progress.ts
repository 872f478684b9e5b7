import type { IncidentReport } from "../../stories/report.ts";
import type { Markup } from "../markup.ts";
import { block, label, renderFigure, rule } from "./figure.ts";

const WIDTH = 1000;
const HEIGHT = 20;
const BOTTOM = 44;

/** How far somebody got in a word list; undefined when no order is known. */
export function renderListProgress(intent: IncidentReport["intent"]): Markup | undefined {
  const { profile = "a word list", reached, progress } = intent ?? {};
  if (progress === undefined || reached === undefined) return undefined;
  const { from, to } = progress;
  return renderFigure({
    title: "How far the word list got",
    note: `${profile}: ${reached}.`,
    says: `${profile}: ${reached}`,
    width: WIDTH,
    height: BOTTOM + 4,
    drawing: [
      block("rest", 0, 4, WIDTH, HEIGHT, "the whole list"),
      block("against", from * WIDTH, 4, Math.max(3, (to - from) * WIDTH), HEIGHT, reached),
      ...[0.25, 0.5, 0.75].map((share) => rule("grid", share * WIDTH, 4, share * WIDTH, 4 + HEIGHT)),
      label(0, BOTTOM - 4, "0 %"),
      ...[0.25, 0.5, 0.75].map((share) => label(share * WIDTH, BOTTOM - 4, `${share * 100} %`, "middle")),
      label(WIDTH, BOTTOM - 4, "100 %", "end"),
    ],
  });
}
