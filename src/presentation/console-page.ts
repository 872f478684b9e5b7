import type { Report } from "../stories/report.ts";
import { escapeText, mapTexts } from "./escape.ts";
import { hashOf, renderDocument, renderHead, titleOf } from "./html.ts";
import { pageStyle } from "./page-style.ts";

/** The console's own script and style, as they are served. */
export interface ConsoleFiles {
  readonly script: string;
  readonly style: string;
}

/**
 * The report as one file that is the console with the report in it, and opens from disk. Paper, and whoever runs no scripts, gets
 * the same report as a document (`(scripting)`, Media Queries Level 5); a browser that runs scripts makes no elements of it before it
 * prints (HTML, 4.12.2), which a quarter of a million of them would take seconds for. In parts, since a report may be longer than a string.
 * @param exploited ids of checks whose vulnerability is known to be exploited
 */
export function* renderConsolePage(
  report: Report,
  exploited: readonly string[],
  { script, style }: ConsoleFiles,
): Generator<string, void, void> {
  const policy = `script-src '${hashOf(script)}'; style-src '${hashOf(pageStyle)}' '${hashOf(style)}'; img-src data:`;
  yield renderHead(titleOf(report), policy).text;
  yield `
<link rel="icon" href="data:,">
<style media="print, (scripting: none)">${pageStyle}</style>
<style media="screen and (scripting: enabled)">${style}</style>
</head>
<body>
<div id="console"></div>
<div id="paper"></div>
<noscript id="document">
`;
  yield renderDocument(report).text;
  yield `
</noscript>
<script type="application/json" id="report-data">{"exploited":${inert(JSON.stringify(exploited))},"report":{`;
  yield* formatData(report);
  yield `}}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

function* formatData(report: Report): Generator<string, void, void> {
  let separator = "";
  for (const [key, value] of Object.entries(report)) {
    if (value === undefined) continue;
    yield `${separator}${JSON.stringify(key)}:`;
    separator = ",";
    if (Array.isArray(value)) yield* formatItems(value);
    else yield inert(JSON.stringify(mapTexts(value, escapeText)));
  }
}

function* formatItems(items: readonly unknown[]): Generator<string, void, void> {
  let separator = "[";
  for (const item of items) {
    yield separator + inert(JSON.stringify(mapTexts(item, escapeText)));
    separator = ",";
  }
  yield items.length === 0 ? "[]" : "]";
}

/** JSON has `<` in strings only; written so, nothing in it ends the element or begins a comment (HTML, 4.12.1.3). */
function inert(json: string): string {
  return json.replaceAll("<", "\\u003c");
}
