import type { ExposureChange, ExposureDiff } from "../stories/exposure-diff.ts";
import { changeTitles, listTold, listWordings } from "./exposure-changes.ts";
import { describePlace } from "./exposure-words.ts";
import { renderWhole } from "./html.ts";
import { html, type Markup } from "./markup.ts";
import { formatCount, formatPlural } from "./words.ts";

/** A page with more is slow to open and nobody reads it; the JSON report holds all. */
const MOST_LISTED = 1000;

/** What two inputs differ in of what own servers reveal, as one page that needs no network and no script. */
export function renderExposureDiffPage({ changes, learners }: ExposureDiff): string {
  const parts = changeTitles.map(([kind, title]) => ({
    title,
    alike: changes.filter(({ change }) => change === kind),
  }));
  return renderWhole(
    "Vedette exposures, before and after",
    html`<header>
<h1>What your servers reveal, before and after</h1>
<dl class="numbers">
${parts.map(({ title, alike }) => html`<div><dt>${title}</dt><dd>${formatCount(alike.length)}</dd></div>\n`)}</dl>
</header>
<main>
${parts.map(({ title, alike }) => renderChanges(title, alike))}
${renderLearners(learners)}
</main>`,
  );
}

function renderChanges(title: string, changes: readonly ExposureChange[]): Markup | undefined {
  if (changes.length === 0) return undefined;
  return renderTable(
    title,
    changes.length,
    ["Where", "By", "Before", "After"],
    changes.slice(0, MOST_LISTED).map(({ before, after }) => {
      const one = before[0] ?? after[0]!;
      return html`<tr><td class="where mono">${describePlace(one)}</td><td>${one.revealedBy}</td>
<td class="wide mono">${listWordings(before) || "nothing"}</td><td class="wide mono">${listWordings(after) || "nothing"}</td></tr>
`;
    }),
  );
}

function renderLearners(learners: ExposureDiff["learners"]): Markup | undefined {
  const told = learners
    .map(({ address, before, after }) => ({ address, before: listTold(before), after: listTold(after) }))
    .filter(({ before, after }) => before !== after);
  if (learners.length === 0) return undefined;
  const table = renderTable(
    "The same actors, before and after",
    told.length,
    ["Who", "Was told", "Is told now"],
    told
      .slice(0, MOST_LISTED)
      .map(
        ({ address, before, after }) =>
          html`<tr><td class="where mono">${address}</td><td class="wide">${before}</td><td class="wide">${after}</td></tr>\n`,
      ),
  );
  const alike = learners.length - told.length;
  return html`${told.length === 0 ? undefined : table}${alike === 0 ? undefined : html`<p>${formatPlural(alike, "actor")} learned the same before and after.</p>`}`;
}

function renderTable(title: string, count: number, columns: readonly string[], rows: readonly Markup[]): Markup {
  return html`<section>
<h2>${title} (${formatCount(count)})</h2>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div>
${count > rows.length ? html`<p class="faint">And ${formatCount(count - rows.length)} more: the JSON report holds all.</p>` : undefined}
</section>`;
}
