import { createHash } from "node:crypto";
import type { ActorReport, CoverageReport, ExposureReport, IncidentReport, Report } from "../stories/report.ts";
import { describeLearned, describePlace, describeSoftware } from "./exposure-words.ts";
import { renderLedger } from "./ledger-page.ts";
import { describeDecision } from "./ledger-words.ts";
import { html, Markup } from "./markup.ts";
import {
  type Attention,
  headlineOf,
  needsSummary,
  orderByAttention,
  orderExposures,
  tellingIncidents,
} from "./order.ts";
import { pageStyle } from "./page-style.ts";
import { renderExposureMatrix } from "./pictures/exposure-matrix.ts";
import { renderHeatMap } from "./pictures/heat-map.ts";
import { renderRhythm } from "./pictures/rhythm.ts";
import { renderTimeline } from "./pictures/timeline.ts";
import {
  describeFindings,
  describeHome,
  describeRead,
  describeTroubles,
  describeUnread,
  summarizeNoise,
} from "./report-words.ts";
import { describeStanding } from "./standing-words.ts";
import {
  describeInterest,
  formatBytes,
  formatCount,
  formatPeriod,
  formatPlural,
  formatTime,
  listSome,
  priorityMeaning,
  techniqueInWords,
  verdictWord,
} from "./words.ts";

/** A page with more is slow to open and nobody reads it; the JSON report holds all. */
const MOST_NOISE = 200;
const MOST_LISTED = 200;
const MOST_CHECKS = 12;
const MOST_MEMBERS = 20;

/** Addresses and incident ids that have a place on the page. */
type Shown = ReadonlySet<string>;

/**
 * The report as one self-contained page, in the same order of attention as the terminal's. It needs no network and no
 * script, and its policy (Content Security Policy Level 3) lets neither in.
 */
export function renderPage(report: Report): string {
  return renderWhole(titleOf(report), renderDocument(report));
}

export function titleOf({ period }: Report): string {
  return `Vedette report, ${formatPeriod(period.first, period.last)}`;
}

/** A page of `content` alone, which needs no network and no script. */
export function renderWhole(title: string, content: Markup): string {
  return html`${renderHead(title, `style-src '${hashOf(pageStyle)}'`)}
<style>${new Markup(pageStyle)}</style>
</head>
<body>
${content}
</body>
</html>
`.text;
}

/** The beginning of a page. `policy` says what it may load beside nothing, and is no text from an input. */
export function renderHead(title: string, policy: string): Markup {
  const whole = `default-src 'none'; ${policy}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(whole)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>`;
}

/** How a policy names a script or a style that stands in the page. */
export function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** All that the page says, for paper as well. */
export function renderDocument(report: Report): Markup {
  const { act, notable, noise } = limitActors(orderByAttention(report));
  const incidents = tellingIncidents(report).slice(0, MOST_LISTED);
  const shown = new Set([
    ...[...act, ...notable, ...noise].map((actor) => actor.address),
    ...incidents.map(({ id }) => id),
  ]);
  return html`<header>
${renderOpening(report)}
</header>
<main>
${renderTimeline(report)}
${renderActors("act", act, report, shown)}
${renderActors("notable", notable, report, shown)}
${renderActors("noise", noise, report, shown)}
${renderIncidents(incidents, shown)}
${renderTried(report)}
${renderExposures(report)}
${renderCoverage(report)}
${renderInputs(report)}
</main>
<footer class="faint"><p>Generated ${formatTime(report.generated)} UTC. Threshold ${report.threshold.toFixed(1)}, from a budget of ${formatPlural(report.budget, "wrong incident")} a month.</p></footer>`;
}

function renderOpening(report: Report): Markup {
  const headline = headlineOf(report);
  const numbers: [string, number, string][] = [
    ["to act on", headline.act, headline.act > 0 ? "act" : ""],
    ["notable", headline.notable, headline.notable > 0 ? "notable" : ""],
    ["background noise", headline.noise, ""],
    ["scanners", headline.scanners, ""],
    ["suspects", headline.suspects, ""],
    ["visitors", headline.visitors, ""],
  ];
  return html`<h1>${describeFindings(headline).at(-1)}</h1>
${describeUnread(report).map((line) => html`<p>${line}</p>\n`)}<p class="faint">${describeRead(report)} ${describeHome(report)}</p>
<dl class="numbers">
${numbers.map(([name, count, kind]) => html`<div class="${kind}"><dt>${name}</dt><dd>${formatCount(count)}</dd></div>\n`)}</dl>`;
}

function renderTried(report: Report): Markup | undefined {
  const map = renderHeatMap(report.actors);
  return map === undefined ? undefined : html`<section>\n<h2>Services and hosts</h2>\n${map}</section>`;
}

function limitActors({ act, notable, noise }: Attention): Attention {
  return {
    act: act.slice(0, MOST_LISTED),
    notable: notable.slice(0, MOST_LISTED),
    noise: noise.slice(0, MOST_NOISE),
  };
}

function renderActors(
  priority: ActorReport["priority"],
  actors: readonly ActorReport[],
  report: Report,
  shown: Shown,
): Markup | undefined {
  if (actors.length === 0) return undefined;
  const titles = { act: "To act on", notable: "Notable", noise: "Noise" };
  const all = orderByAttention(report)[priority];
  const left = all.length - actors.length;
  const entries = actors.map((actor, i) => renderActor(actor, report, shown, priority === "act" && i < 3));
  const fold = html`<details class="all"><summary>Show ${formatPlural(actors.length, "actor")}</summary>
${entries}</details>`;
  return html`<section>
<h2>${titles[priority]}: ${priorityMeaning[priority]} (${formatCount(all.length)})</h2>
${priority === "noise" ? html`<p class="faint">${summarizeNoise(all)}</p>${fold}` : entries}
${left > 0 ? html`<p class="faint">And ${formatCount(left)} more: the JSON report holds all.</p>` : undefined}
</section>`;
}

function renderActor(actor: ActorReport, report: Report, shown: Shown, isOpen: boolean): Markup {
  const ledger = { actor, threshold: report.threshold };
  return html`<details id="${anchor(actor.address)}" class="${actor.priority}"${new Markup(isOpen ? " open" : "")}>
<summary><span class="who mono">${actor.address}</span> <span class="faint">${verdictWord[actor.verdict]}</span>
<span class="what">${describeInterest(actor, 3)}</span> <span class="when faint">${formatTime(actor.first)}</span></summary>
<div class="inside">
<p>${describeDecision(ledger)}</p>
${renderFacts(actor, report, shown)}
<details class="evidence"${new Markup(isOpen ? "" : " open")}><summary>Evidence, ${formatPlural(actor.evidence.length, "row")}</summary>
${renderRhythm(actor)}${renderLedger(ledger)}</details>
</div></details>
`;
}

function renderFacts(actor: ActorReport, report: Report, shown: Shown): Markup {
  const incident = report.incidents.find((candidate) => candidate.id === actor.incident);
  const learned = describeLearned(actor.learned, report);
  const facts: [string, Markup | string][] = [
    [
      "Seen",
      `${formatPeriod(actor.first, actor.last)} UTC, ${formatPlural(actor.observations, "observation")}, ${formatPlural(actor.guesses, "guess", "guesses")}`,
    ],
  ];
  if (incident !== undefined) {
    facts.unshift(["Because", html`${incident.because} (${renderLink(incident.id, shown)})`]);
  }
  if (actor.techniques.length > 0) {
    facts.push(["Did", actor.techniques.map((id) => `${techniqueInWords(id)} (${id})`).join(", ")]);
  }
  for (const tool of actor.tools) {
    facts.push(["Tool", `${tool.name}, confidence ${tool.confidence.toFixed(2)}: ${tool.because}`]);
  }
  if (actor.checks.length > 0) facts.push(["Checked", renderChecks(actor)]);
  if (learned.length > 0) facts.push(["Learned", html`<ul>${learned.map((entry) => html`<li>${entry}</li>`)}</ul>`]);
  const standing = describeStanding(actor);
  if (standing.length > 0) facts.push(["Known as", html`<ul>${standing.map((entry) => html`<li>${entry}</li>`)}</ul>`]);
  return html`<dl class="facts">${facts.map(([name, fact]) => html`<dt>${name}</dt><dd>${fact}</dd>\n`)}</dl>`;
}

function renderChecks(actor: ActorReport): Markup {
  const checks = [...actor.checks].sort((a, b) => b.answered - a.answered);
  const items = checks
    .slice(0, MOST_CHECKS)
    .map(
      (check) =>
        html`<li>${check.id} (${check.product}), ${formatPlural(check.count, "time")}${check.answered > 0 ? html`, <strong>${check.answered} answered</strong>` : undefined}</li>`,
    );
  const left = checks.length - items.length;
  return html`<ul class="checks">${items}${left > 0 ? html`<li>and ${formatPlural(left, "more check")}</li>` : undefined}</ul>`;
}

function renderIncidents(incidents: readonly IncidentReport[], shown: Shown): Markup | undefined {
  if (incidents.length === 0) return undefined;
  return html`<section>
<h2>Incidents (${formatCount(incidents.length)})</h2>
${incidents.map((incident) => renderIncident(incident, shown))}</section>`;
}

function renderIncident(incident: IncidentReport, shown: Shown): Markup {
  const members = incident.members
    .slice(0, MOST_MEMBERS)
    .map((member, i) => html`${i === 0 ? "" : ", "}${renderLink(member, shown)}`);
  const left = incident.members.length - members.length;
  return html`<article id="${anchor(incident.id)}" class="${incident.priority}">
<h3>${incident.id} <span class="tag ${incident.priority}">${incident.priority}</span> ${incident.objective}</h3>
${needsSummary(incident) ? html`<p>${incident.summary}</p>` : undefined}
<p class="faint">${incident.kind === "single" ? "By" : `A ${incident.kind} of`} ${members}${left > 0 ? ` and ${formatCount(left)} more` : ""}. Because: ${incident.because}.</p>
<ol>${incident.stages.map(renderStage)}</ol>
</article>
`;
}

function renderStage(stage: IncidentReport["stages"][number]): Markup {
  const when = `${stage.technique}, ${formatPeriod(stage.first, stage.last)} UTC`;
  return html`<li>${techniqueInWords(stage.technique)} <span class="faint">(${when})</span>: ${stage.summary}</li>
`;
}

function renderExposures(report: Report): Markup | undefined {
  const exposures = orderExposures(report).slice(0, MOST_LISTED);
  if (exposures.length === 0) return undefined;
  const hasKnown = report.exposures.some(({ vulnerabilities }) => vulnerabilities.length > 0);
  return html`<section>
<h2>What your servers reveal (${formatCount(report.exposures.length)})</h2>
${renderExposureMatrix(report)}<div class="scroll" tabindex="0" role="region" aria-label="What your servers reveal"><table>
<thead><tr><th scope="col">Where</th><th scope="col">What</th>${hasKnown ? html`<th scope="col">Known vulnerabilities</th>` : undefined}<th scope="col">Learned by</th><th scope="col">How to hide it</th></tr></thead>
<tbody>
${exposures.map((exposure) => renderExposure(exposure, hasKnown))}</tbody></table></div></section>`;
}

function renderExposure(exposure: ExposureReport, hasKnown: boolean): Markup {
  const vulnerabilities = exposure.vulnerabilities
    .slice(0, 8)
    .map(
      ({ id, knownExploited }) =>
        html`<li>${id}${knownExploited ? html` <span class="tag act">exploited</span>` : undefined}</li>`,
    );
  const left = exposure.vulnerabilities.length - vulnerabilities.length;
  return html`<tr id="${anchor(exposure.id)}"><td class="where mono">${describePlace(exposure)}</td>
<td class="what">${describeSoftware(exposure)}<br><span class="faint">${exposure.revealedBy}: <span class="mono">${exposure.text}</span></span></td>
${hasKnown ? html`<td>${vulnerabilities.length > 0 ? html`<ul>${vulnerabilities}${left > 0 ? html`<li>and ${left} more</li>` : undefined}</ul>` : "none known"}</td>` : undefined}
<td class="wide">${exposure.learnedBy.length > 0 ? listSome(exposure.learnedBy, 5) : "nobody known"}</td>
<td class="wide">${exposure.advice ?? ""}</td></tr>
`;
}

function renderCoverage(report: Report): Markup | undefined {
  if (report.coverage.length === 0) return undefined;
  return html`<section>
<h2>What could not be seen</h2>
${renderGaps(report.coverage)}</section>`;
}

/** Each gap with what would close it. */
export function renderGaps(coverage: readonly CoverageReport[]): Markup {
  return html`<ul>${coverage.map(
    ({ what, effect, close = [] }) =>
      html`<li>${what}: ${effect}${close.length === 0 ? undefined : html`<ul>${close.map((each) => html`<li>${each.product}: <code>${each.do}</code> <span class="faint">${each.source}</span></li>`)}</ul>`}</li>\n`,
  )}</ul>`;
}

function renderInputs(report: Report): Markup {
  const troubles = report.inputs.flatMap(describeTroubles);
  return html`<section>
<h2>Inputs</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Inputs"><table>
<thead><tr><th scope="col">Input</th><th scope="col">Format</th><th scope="col" class="number">Records</th><th scope="col" class="number">Size</th><th scope="col" class="number">Rejected</th><th scope="col">Period (UTC)</th></tr></thead>
<tbody>
${report.inputs.map(
  (
    input,
  ) => html`<tr><td class="mono">${input.name}</td><td>${input.format}</td><td class="number">${formatCount(input.records)}</td>
<td class="number">${formatBytes(input.bytes)}</td><td class="number">${formatCount(input.rejected)}</td><td>${formatPeriod(input.first, input.last)}</td></tr>
`,
)}</tbody></table></div>
${troubles.length > 0 ? html`<ul>${troubles.map((trouble) => html`<li>${trouble}</li>`)}</ul>` : undefined}</section>`;
}

/** An element id from an address, a prefix or an id of ours: distinct for distinct ones. */
function anchor(text: string): string {
  return text
    .replaceAll(".", "_")
    .replaceAll("/", "-p")
    .replace(/[^A-Za-z0-9_]/g, "-");
}

/** A link to what the page shows, or only the words for what it leaves out. */
function renderLink(id: string, shown: Shown): Markup {
  return shown.has(id) ? html`<a class="mono" href="#${anchor(id)}">${id}</a>` : html`<span class="mono">${id}</span>`;
}
