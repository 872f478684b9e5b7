import type { EvidenceReport } from "../../stories/report.ts";
import { html, type Markup } from "../markup.ts";
import { place, rule } from "./figure.ts";

const WIDTH = 160;
const HEIGHT = 18;
/** Probabilities below this fill no bar; as many decades are told apart. */
const DECADES = 6;

/** The scale that the steps of one ledger share. */
export interface Scale {
  readonly threshold: number;
  readonly top: number;
}

/**
 * Up to three times the threshold: what a long scan piles up after its verdict would flatten the part that decided.
 */
export function scaleOf(evidence: readonly EvidenceReport[], threshold: number): Scale {
  const highest = Math.max(threshold, ...evidence.map(({ score }) => score));
  return { threshold, top: Math.min(highest, 3 * threshold) * 1.05 };
}

/** One step of the waterfall: from the score before a row to the score after it, the threshold dashed. The row says the same. */
export function renderStep(before: number, after: number, { threshold, top }: Scale): Markup {
  const x = (score: number) => (Math.min(Math.max(score, 0), top) / top) * WIDTH;
  const width = Math.max(1.5, Math.abs(x(after) - x(before)));
  const from = Math.min(x(before), x(after), WIDTH - width);
  const kind = after >= before ? "for" : "against";
  return html`<svg class="step" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">${rule("grid", 0, HEIGHT - 1, WIDTH, HEIGHT - 1)}${bar(kind, from, 3, width, HEIGHT - 6)}${rule("limit", x(threshold), 0, x(threshold), HEIGHT)}</svg>`;
}

/** Both probabilities of a row, which stand beside it, as bars on one scale of decades: if scanner above, if visitor below. */
export function renderOdds({ ifScanner, ifVisitor }: EvidenceReport): Markup {
  const width = (probability: number) =>
    Math.max(1, (1 + Math.log10(Math.max(probability, 10 ** -DECADES)) / DECADES) * 80);
  return html`<svg class="odds" viewBox="0 0 80 ${HEIGHT}" aria-hidden="true">${bar("for", 0, 2, width(ifScanner), 6)}${bar("against", 0, 10, width(ifVisitor), 6)}</svg>`;
}

function bar(kind: string, x: number, y: number, width: number, height: number): Markup {
  return html`<rect class="${kind}" x="${place(x)}" y="${y}" width="${place(width)}" height="${height}"/>`;
}
