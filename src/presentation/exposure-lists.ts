import type { ExposureChange, ExposureDiff } from "../stories/exposure-diff.ts";
import type { CoverageReport, ExposureReport, Report } from "../stories/report.ts";
import { escapeCsv, escapeText, mapTexts } from "./escape.ts";
import { changeTitles, listTold, listWordings } from "./exposure-changes.ts";
import { listRemedies } from "./exposure-remedies.ts";
import { describePlace, describeSoftware, describeVulnerabilities } from "./exposure-words.ts";
import { wrap } from "./width.ts";
import { formatPlural, formatTime, listSome } from "./words.ts";

/** Everything that was revealed, for a terminal of `width` columns. */
export function formatExposures(report: Pick<Report, "exposures" | "checked" | "coverage">, width: number): string {
  const exposures = mapTexts(report.exposures, escapeText);
  const isCheck = report.checked !== undefined;
  const head = `${formatPlural(exposures.length, "exposure")}: what own servers ${isCheck ? "tell about themselves" : "told about themselves, and to whom"}.`;
  return lines(
    [
      head,
      ...exposures.flatMap((each) => describeExposure(each, isCheck)),
      ...listRemedies(exposures),
      ...listGaps(report.coverage),
    ],
    width,
  );
}

/** Services of which nothing could be read, and what would close the gap. */
function listGaps(coverage: readonly CoverageReport[]): string[] {
  const gaps = mapTexts(
    coverage.filter(({ reason }) => reason !== undefined),
    escapeText,
  );
  if (gaps.length === 0) return [];
  return [
    "",
    "Outside the visibility:",
    ...gaps.flatMap(({ what, effect, close = [] }) => [
      `  ${what}: ${effect}`,
      ...close.map((closer) => `    ${closer.product}: ${closer.do}`),
    ]),
  ];
}

function describeExposure(exposure: ExposureReport, isCheck: boolean): string[] {
  const known = describeVulnerabilities(exposure);
  const told = (exposure.told ?? []).map(
    ({ to, at, input, position }) => `${to} (${formatTime(at)}, ${input}:${position})`,
  );
  const to = exposure.learnedBy.length === 0 ? "nobody known" : listSome(told, 6);
  return [
    "",
    `${describePlace(exposure)}  ${describeSoftware(exposure)}`,
    `  ${exposure.revealedBy}: ${exposure.text}`,
    ...(isCheck ? [] : [`  told to ${to}`]),
    ...describeSeverity(exposure),
    ...(known === "" ? [] : [`  ${known}`]),
    ...(exposure.advice === null ? [] : [`  advice: ${exposure.advice}`]),
  ];
}

function describeSeverity({ severity }: ExposureReport): string[] {
  return severity === undefined ? [] : [`  severity ${severity.level}: ${severity.because.join("; ")}`];
}

const nobody = { to: "", at: "", input: "", position: "" };
const columns = ["target", "port", "transport", "service", "vendor", "product", "version", "cpe", "revealedBy", "text"];

/** One line for each exposure and actor that was told (RFC 4180); an exposure that nobody known was told stands once. */
export function* formatExposureTable(report: Pick<Report, "exposures">): Iterable<string> {
  yield `${[...columns, "learnedBy", "at", "input", "position", "vulnerabilities", "advice", "severity", "because", "leaks"].join(",")}\r\n`;
  for (const exposure of report.exposures) {
    const cells = columns.map((name) => String(exposure[name as keyof ExposureReport] ?? ""));
    const { severity, leaks = [] } = exposure;
    const more = [
      severity?.level ?? "",
      severity?.because.join("; ") ?? "",
      leaks.map(({ kind, what }) => `${kind}: ${what}`).join("; "),
    ];
    const ids = exposure.vulnerabilities.map(({ id }) => id).join(" ");
    const tellings = exposure.told ?? exposure.learnedBy.map((to) => ({ to, at: "", input: "", position: "" }));
    for (const { to, at, input, position } of tellings.length === 0 ? [nobody] : tellings) {
      const told = [to, at, input, String(position)];
      yield `${[...cells, ...told, ids, exposure.advice ?? "", ...more].map(escapeCsv).join(",")}\r\n`;
    }
  }
}

/** What two inputs differ in, for a terminal of `width` columns. */
export function formatExposureDiff(diff: ExposureDiff, width: number): string {
  const { changes, learners } = mapTexts(diff, escapeText);
  const parts = changeTitles.flatMap(([kind, title]) => {
    const alike = changes.filter(({ change }) => change === kind);
    return alike.length === 0 ? [] : [`${title}: ${alike.length}`, ...alike.flatMap(describeChange), ""];
  });
  const told = learners
    .map(({ address, before, after }) => ({ address, before: listTold(before), after: listTold(after) }))
    .filter(({ before, after }) => before !== after)
    .map(({ address, before, after }) => `${address} was told ${before}; now ${after}`);
  const unchanged = learners.length - told.length;
  const still = unchanged === 0 ? [] : [`${formatPlural(unchanged, "actor")} learned the same before and after.`];
  if (parts.length === 0) return "Neither input holds a readable reply that reveals software.\n";
  const heading = told.length === 0 ? [] : ["The same actors, before and after:"];
  return lines([...parts, ...heading, ...told, ...still], width);
}

function describeChange({ change, before, after }: ExposureChange): string[] {
  const one = before[0] ?? after[0]!;
  const said = change === "changed" ? [`    now: ${listWordings(after)}`] : [];
  return [`  ${describePlace(one)}  ${one.revealedBy}: ${listWordings(before.length > 0 ? before : after)}`, ...said];
}

function lines(texts: readonly string[], width: number): string {
  return `${texts
    .flatMap((text) => {
      const indent = text.slice(0, text.length - text.trimStart().length);
      return text === "" ? [""] : wrap(text.trimStart(), width - indent.length).map((line) => indent + line);
    })
    .join("\n")
    .trimEnd()}\n`;
}
