import { severities } from "../stories/priorities.ts";
import type { ExposureReport, Report } from "../stories/report.ts";
import { groupRemedies, type PlacedRemedy } from "./exposure-remedies.ts";
import { describePlace, describeSoftware } from "./exposure-words.ts";
import { renderGaps, renderWhole } from "./html.ts";
import { html, type Markup } from "./markup.ts";
import { renderExposureMatrix } from "./pictures/exposure-matrix.ts";
import { formatCount, formatPeriod, formatPlural, formatTime, listSome } from "./words.ts";

/** A page with more is slow to open and nobody reads it; the JSON report holds all. */
const MOST_LISTED = 500;
const MOST_LEARNERS = 12;
const MOST_VULNERABILITIES = 12;

/** How urgent a level looks. */
const tones = { high: "act", medium: "notable", low: "noise", info: "noise" } as const;

/** What own servers told about themselves, as one page that needs no network and no script, and whose policy lets neither in. */
export function renderExposurePage(report: Report): string {
  const { exposures, inputs, period } = report;
  const levels = Map.groupBy(exposures, ({ severity }) => severity?.level ?? "info");
  const isCheck = report.checked !== undefined;
  const from =
    inputs.length === 0
      ? ""
      : ` in ${listSome(
          inputs.map(({ name }) => name),
          5,
        )}`;
  return renderWhole(
    `Vedette exposures, ${formatPeriod(period.first, period.last)}`,
    html`<header>
<h1>What your servers ${isCheck ? "tell about themselves" : "told about themselves, and to whom"}</h1>
<p class="faint">${formatPlural(exposures.length, "exposure")}${from}.</p>
<dl class="numbers">
${severities.map((level) => html`<div class="${tones[level]}"><dt>${level}</dt><dd>${formatCount(levels.get(level)?.length ?? 0)}</dd></div>\n`)}</dl>
</header>
<main>
${renderExposureMatrix(report)}
${severities.map((level) => renderLevel(level, levels.get(level) ?? []))}
${renderRemedies(exposures)}
${renderUnseen(report)}
</main>`,
  );
}

function renderLevel(level: keyof typeof tones, exposures: readonly ExposureReport[]): Markup | undefined {
  if (exposures.length === 0) return undefined;
  const left = exposures.length - MOST_LISTED;
  return html`<section>
<h2>Severity ${level} (${formatCount(exposures.length)})</h2>
${exposures.slice(0, MOST_LISTED).map((exposure) => renderExposure(exposure, tones[level]))}
${left > 0 ? html`<p class="faint">And ${formatCount(left)} more: the JSON report holds all.</p>` : undefined}
</section>`;
}

function renderExposure(exposure: ExposureReport, tone: string): Markup {
  const { severity, revealedBy, text, vulnerabilities, leaks = [], advice } = exposure;
  const known = vulnerabilities.map(({ id, knownExploited }) => (knownExploited ? `${id} (exploited)` : id));
  const facts: [string, Markup | string][] = [
    ["Told by", html`${revealedBy}: <span class="mono">${text}</span>`],
    ["Told to", renderLearners(exposure)],
  ];
  if (severity !== undefined) facts.push(["Because", severity.because.join("; ")]);
  if (leaks.length > 0) facts.push(["Leaks", leaks.map(({ kind, what }) => `${kind}: ${what}`).join("; ")]);
  if (known.length > 0) facts.push(["Vulnerabilities", listSome(known, MOST_VULNERABILITIES)]);
  if (advice !== null) facts.push(["Advice", advice]);
  return html`<article class="${tone}">
<h3><span class="mono">${describePlace(exposure)}</span> ${describeSoftware(exposure)}</h3>
<dl class="facts">${facts.map(([name, fact]) => html`<dt>${name}</dt><dd>${fact}</dd>\n`)}</dl>
</article>
`;
}

function renderLearners({ told = [], learnedBy, learnersOmitted = 0 }: ExposureReport): Markup {
  if (learnedBy.length === 0) return html`nobody known`;
  const left = learnedBy.length + learnersOmitted - Math.min(told.length, MOST_LEARNERS);
  return html`<ul>${told
    .slice(0, MOST_LEARNERS)
    .map(
      ({ to, at, input, position }) =>
        html`<li><span class="mono">${to}</span> <span class="faint">${formatTime(at)} UTC, ${input}:${position}</span></li>`,
    )}${left > 0 ? html`<li>and ${formatCount(left)} more</li>` : undefined}</ul>`;
}

function renderRemedies(exposures: readonly ExposureReport[]): Markup | undefined {
  const remedies = groupRemedies(exposures);
  if (remedies.length === 0) return undefined;
  return html`<section>
<h2>What to do, first things first</h2>
${remedies.slice(0, MOST_LISTED).map(renderRemedy)}</section>`;
}

function renderRemedy({ remedy, places }: PlacedRemedy): Markup {
  const { mitigation, name, file, before = "", after, apply, hides, leaves, source } = remedy;
  const facts: [string, Markup | string | undefined][] = [
    ["For", listSome(places, 8)],
    ["In", file],
    ["Instead of", before === "" ? undefined : html`<code>${linesOf(before)}</code>`],
    ["Write", after === undefined ? undefined : html`<code>${linesOf(after)}</code>`],
    ["Then", apply],
    ["Hides", hides],
    ["Leaves", leaves],
    ["Source", source],
  ];
  return html`<article>
<h3>${remedy.do} <span class="faint">${mitigation} ${name}</span></h3>
<dl class="facts">${facts.map(([title, fact]) => (fact === undefined ? undefined : html`<dt>${title}</dt><dd>${fact}</dd>\n`))}</dl>
</article>
`;
}

function linesOf(text: string): Markup[] {
  return text.split("\n").map((line, i) => html`${i === 0 ? undefined : html`<br>`}${line.trim()}`);
}

function renderUnseen({ coverage }: Report): Markup | undefined {
  if (coverage.length === 0) return undefined;
  return html`<section>
<h2>What could not be seen</h2>
${renderGaps(coverage)}</section>`;
}
