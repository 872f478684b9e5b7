import type { EvidenceReport } from "../stories/report.ts";
import { decidingRow, describePosition, type Ledger } from "./ledger-words.ts";
import { html, type Markup } from "./markup.ts";
import { renderOdds, renderStep, type Scale, scaleOf } from "./pictures/waterfall.ts";
import { keepEnd } from "./width.ts";
import { formatPlural, formatProbability, formatWeight } from "./words.ts";

/** An actor's evidence as a table that is a waterfall: each row has both probabilities and the step of the score. */
export function renderLedger(ledger: Ledger): Markup {
  const { actor } = ledger;
  if (actor.evidence.length === 0) return html`<p class="faint">No observation of it weighed anything.</p>`;
  const deciding = decidingRow(ledger);
  const scale = scaleOf(actor.evidence, ledger.threshold);
  let day = "";
  const rows = actor.evidence.map((row, i) => {
    const newDay = row.at.slice(0, 10);
    const heading =
      newDay === day ? undefined : html`<tr class="day"><th colspan="8" scope="rowgroup">${newDay}</th></tr>\n`;
    day = newDay;
    return html`${heading}${renderRow(row, scale)}${i === deciding ? renderDecision(ledger) : undefined}`;
  });
  const omitted = formatPlural(actor.evidenceOmitted, "row");
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Evidence for ${actor.address}"><table>
<caption>Evidence. Times are UTC; a weight is ln(if scanner / if visitor), clipped; the last column is the score's step, with the threshold dashed.</caption>
<thead><tr><th scope="col">At</th><th scope="col">Where</th><th scope="col">What was seen</th>
<th scope="col">Both, by decades</th><th scope="col" class="number">If scanner</th><th scope="col" class="number">If visitor</th>
<th scope="col" class="number">Weight</th><th scope="col">Score</th></tr></thead>
<tbody>
${rows}</tbody></table></div>
${actor.evidenceOmitted > 0 ? html`<p class="faint">${omitted} not kept: the ledger keeps the first, the last and the weightiest.</p>` : undefined}`;
}

function renderRow(row: EvidenceReport, scale: Scale): Markup {
  const before = Math.max(0, row.score - row.weight);
  return html`<tr><td class="time">${row.at.slice(11).replace("Z", "")}</td><td class="where mono" title="${describePosition(row)}">${keepEnd(describePosition(row), 28)}</td>
<td class="what mono">${row.what}</td><td>${renderOdds(row)}</td><td class="number">${formatProbability(row.ifScanner)}</td>
<td class="number">${formatProbability(row.ifVisitor)}</td><td class="number">${formatWeight(row.weight)}</td>
<td class="score">${renderStep(before, row.score, scale)}${row.score.toFixed(2)}</td></tr>
`;
}

function renderDecision({ actor, threshold }: Ledger): Markup {
  const after = actor.decidedAfter === null ? "" : ` after ${formatPlural(actor.decidedAfter, "distinct observation")}`;
  return html`<tr class="decided"><td colspan="8">Decided here: ${actor.verdict}${after}, threshold ${threshold.toFixed(1)}</td></tr>
`;
}
