import { pictureStyle } from "./pictures/picture-style.ts";

/** The report's one style sheet; its policy admits it by its hash. */
export const pageStyle = `${pictureStyle}* { box-sizing: border-box; }
#console { display: none; }
body {
  margin: 0 auto; max-width: 72rem; padding: 1.5rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: .95rem; margin: 1rem 0 .25rem; }
p { margin: .25rem 0; }
a { color: var(--link); }
code, .mono { font: .86em/1.45 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.faint { color: var(--faint); }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 1.25rem 0; padding: 0; }
.numbers div { display: flex; flex-direction: column-reverse; padding: .6rem .9rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--raised); }
.numbers dd { margin: 0; font-size: 1.6rem; font-weight: 600; line-height: 1.2; font-variant-numeric: tabular-nums; }
.numbers dt { color: var(--faint); }
.numbers .act { background: var(--act-paper); border-color: var(--act); }
.numbers .act dd { color: var(--act); }
.numbers .notable { background: var(--notable-paper); border-color: var(--notable); }
.numbers .notable dd { color: var(--notable); }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .4rem 0; }
details.act { border-left: .3rem solid var(--act); }
details.notable { border-left: .3rem solid var(--notable); }
summary { cursor: pointer; padding: .5rem .75rem; display: grid; grid-template-columns: minmax(9rem, 13rem) 6rem minmax(0, 1fr) auto; gap: .1rem .9rem; align-items: baseline; }
summary:hover { background: var(--raised); }
summary:focus-visible, a:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
summary .who { font-weight: 600; }
details[open] > summary { border-bottom: 1px solid var(--line); }
.inside { padding: .25rem .9rem .9rem; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem; margin: .5rem 0; }
dl.facts dt { color: var(--faint); }
dl.facts dd { margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9em; }
caption { text-align: left; color: var(--faint); padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--faint); white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.time, td.where { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.what, td.wide { min-width: 16rem; }
tr.decided td { background: var(--act-paper); color: var(--act); font-weight: 600; }
tr.day th { padding-top: .6rem; }
td.score { white-space: nowrap; font-variant-numeric: tabular-nums; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .9rem; margin: .5rem 0; }
article.act { border-left: .3rem solid var(--act); }
article.notable { border-left: .3rem solid var(--notable); }
article h3 { margin-top: 0; }
.tag { display: inline-block; padding: 0 .45rem; border-radius: .3rem; border: 1px solid currentcolor; font-size: .8rem; font-weight: 600; }
.tag.act { color: var(--act); }
.tag.notable { color: var(--notable); }
.tag.noise { color: var(--faint); }
details.all, details.evidence { border: 0; }
details.all > summary, details.evidence > summary { display: list-item; padding: .25rem 0; color: var(--link); }
details.all > summary:hover, details.evidence > summary:hover { background: none; }
details.all[open] > summary, details.evidence[open] > summary { border: 0; }
ul.checks { columns: 20rem; column-gap: 2rem; }
ul, ol { margin: .3rem 0; padding-left: 1.25rem; }
@media (max-width: 46rem) {
  body { padding: 1rem .9rem 3rem; }
  summary { grid-template-columns: minmax(0, 1fr) auto; }
  summary .what { grid-column: 1 / -1; }
  summary .when { grid-column: 1 / -1; }
  .numbers { grid-template-columns: repeat(2, 1fr); }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  details, article { break-inside: avoid; }
  details[open], details.act, details.notable, details.evidence { break-inside: auto; }
  tr { break-inside: avoid; }
  .scroll { overflow: visible; }
  .picture { break-inside: avoid; }
  .picture svg { min-width: 0; }
  svg rect, svg circle { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .act::details-content, .act .evidence::details-content, .notable::details-content { content-visibility: visible; block-size: auto; }
}
`;
