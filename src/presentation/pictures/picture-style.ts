/**
 * Colours of both pages, the report and the console, and what the pictures look like. Light and dark follow the reader's system, unless
 * somebody chose one of them for the document (`data-colours`).
 */
export const pictureStyle = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fff, #14181c); --ink: light-dark(#1c2126, #e4e8ec); --faint: light-dark(#5b6570, #98a2ad);
  --line: light-dark(#d9dee3, #2f363d); --raised: light-dark(#f5f7f9, #1c2228);
  --act: light-dark(#b3261e, #ff8a80); --act-paper: light-dark(#fdecea, #3a1d1b);
  --notable: light-dark(#8a5a00, #f0bd5a); --notable-paper: light-dark(#fdf4e1, #33290f);
  --link: light-dark(#0b57a4, #8ab8f0); --notable-mark: light-dark(#d9961a, #f0bd5a); --noise-mark: light-dark(#aab4be, #59636e);
  --calm: light-dark(#2f7d9b, #62b5d3); --heat: light-dark(#7a2d8c, #d59ae6);
}
:root[data-colours=light] { color-scheme: light; }
:root[data-colours=dark] { color-scheme: dark; }
@media print { :root[data-colours] { color-scheme: light; } }
.picture { margin: 1rem 0; }
.picture figcaption { margin-bottom: .35rem; }
.picture svg { display: block; width: 100%; min-width: 44rem; height: auto; font-size: 11px; fill: var(--faint); }
svg .act { fill: var(--act); }
svg .notable { fill: var(--notable-mark); }
svg .noise { fill: var(--noise-mark); }
svg .rest { fill: var(--raised); stroke: var(--line); }
svg .grid { stroke: var(--line); }
svg .axis { stroke: var(--faint); }
svg .limit { stroke: var(--act); stroke-dasharray: 3 2; }
svg .for { fill: var(--act); }
svg .against { fill: var(--calm); }
svg .dot { fill: var(--calm); fill-opacity: .75; }
svg .heat-1 { fill: var(--heat); fill-opacity: .3; }
svg .heat-2 { fill: var(--heat); fill-opacity: .5; }
svg .heat-3 { fill: var(--heat); fill-opacity: .68; }
svg .heat-4 { fill: var(--heat); fill-opacity: .84; }
svg .heat-5 { fill: var(--heat); }
svg.step { display: inline-block; vertical-align: middle; width: 8rem; height: .95rem; margin-right: .5rem; }
svg.pulse { display: block; width: 100%; height: 2rem; }
svg.odds { display: block; width: 4.5rem; height: 1rem; margin-top: .15rem; }
`;
