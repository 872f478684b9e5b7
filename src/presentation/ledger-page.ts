import type { EvidenceReport } from "../stories/report.ts";
import { decidingRow, describePosition, type Ledger } from "./ledger-words.ts";
import { html, type Markup } from "./markup.ts";
import { keepEnd } from "./width.ts";
import { formatPlural, formatProbability, formatScore, formatWeight } from "./words.ts";

/** An actor's evidence as a table, below a line of its running score. */
export function renderLedger(ledger: Ledger): Markup {
  const { actor } = ledger;
  if (actor.evidence.length === 0) return html`<p class="faint">No observation of it weighed anything.</p>`;
  const deciding = decidingRow(ledger);
  let day = "";
  const rows = actor.evidence.map((row, i) => {
    const newDay = row.at.slice(0, 10);
    const heading =
      newDay === day ? undefined : html`<tr class="day"><th colspan="7" scope="rowgroup">${newDay}</th></tr>\n`;
    day = newDay;
    return html`${heading}${renderRow(row)}${i === deciding ? renderDecision(ledger) : undefined}`;
  });
  const omitted = formatPlural(actor.evidenceOmitted, "row");
  return html`${renderScore(ledger, deciding)}
<div class="scroll" tabindex="0" role="region" aria-label="Evidence for ${actor.address}"><table>
<caption>Evidence. Times are UTC; a weight is ln(if scanner / if visitor), clipped.</caption>
<thead><tr><th scope="col">At</th><th scope="col">Where</th><th scope="col">What was seen</th>
<th scope="col" class="number">If scanner</th><th scope="col" class="number">If visitor</th>
<th scope="col" class="number">Weight</th><th scope="col" class="number">Score</th></tr></thead>
<tbody>
${rows}</tbody></table></div>
${actor.evidenceOmitted > 0 ? html`<p class="faint">${omitted} not kept: the ledger keeps the first, the last and the weightiest.</p>` : undefined}`;
}

function renderRow(row: EvidenceReport): Markup {
  return html`<tr><td class="time">${row.at.slice(11).replace("Z", "")}</td><td class="where mono" title="${describePosition(row)}">${keepEnd(describePosition(row), 28)}</td>
<td class="what mono">${row.what}</td><td class="number">${formatProbability(row.ifScanner)}</td>
<td class="number">${formatProbability(row.ifVisitor)}</td><td class="number">${formatWeight(row.weight)}</td>
<td class="number">${row.score.toFixed(2)}</td></tr>
`;
}

function renderDecision({ actor, threshold }: Ledger): Markup {
  const after = actor.decidedAfter === null ? "" : ` after ${formatPlural(actor.decidedAfter, "distinct observation")}`;
  return html`<tr class="decided"><td colspan="7">Decided here: ${actor.verdict}${after}, threshold ${threshold.toFixed(1)}</td></tr>
`;
}

/**
 * The running score over the rows, the threshold dashed, a line at the deciding row. It is drawn up to three times the
 * threshold: what a long scan piles up after its verdict would flatten the part that decided.
 */
function renderScore({ actor, threshold }: Ledger, deciding: number): Markup | undefined {
  if (actor.evidence.length < 3) return undefined;
  const highest = Math.max(threshold, ...actor.evidence.map((row) => row.score));
  const top = Math.min(highest, 3 * threshold) * 1.05;
  const x = (i: number) => Number(((i / (actor.evidence.length - 1)) * 780 + 10).toFixed(1));
  const y = (score: number) => Number((78 - (Math.min(score, top) / top) * 74).toFixed(1));
  const points = actor.evidence.map((row, i) => `${x(i)},${y(row.score)}`).join(" ");
  const decided = actor.evidence[deciding];
  const label = `Running score over ${actor.evidence.length} rows; threshold ${threshold.toFixed(1)}, highest ${formatScore(highest)}`;
  return html`<svg viewBox="0 0 800 80" preserveAspectRatio="none" role="img" aria-label="${label}">
<line class="limit" x1="0" x2="800" y1="${y(threshold)}" y2="${y(threshold)}" stroke-dasharray="6 4" vector-effect="non-scaling-stroke"/>
<polyline fill="none" stroke="currentColor" stroke-width="1.5" points="${points}" vector-effect="non-scaling-stroke"/>
${decided === undefined ? undefined : html`<line class="limit" x1="${x(deciding)}" x2="${x(deciding)}" y1="0" y2="80" vector-effect="non-scaling-stroke"/>`}
</svg>`;
}
