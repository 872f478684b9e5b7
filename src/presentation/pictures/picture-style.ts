/** Colours of both pages, the report and the console, and what the pictures look like. Light and dark follow the reader's system. */
export const pictureStyle = `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1c2126; --faint: #5b6570; --line: #d9dee3; --raised: #f5f7f9;
  --act: #b3261e; --act-paper: #fdecea; --notable: #8a5a00; --notable-paper: #fdf4e1; --link: #0b57a4;
  --notable-mark: #d9961a; --noise-mark: #aab4be; --calm: #2f7d9b; --heat: #7a2d8c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181c; --ink: #e4e8ec; --faint: #98a2ad; --line: #2f363d; --raised: #1c2228;
    --act: #ff8a80; --act-paper: #3a1d1b; --notable: #f0bd5a; --notable-paper: #33290f; --link: #8ab8f0;
    --notable-mark: #f0bd5a; --noise-mark: #59636e; --calm: #62b5d3; --heat: #d59ae6;
  }
}
.picture { margin: 1rem 0; }
.picture figcaption { margin-bottom: .35rem; }
.picture svg { display: block; width: 100%; min-width: 44rem; height: auto; font-size: 11px; fill: var(--faint); }
svg .act { fill: var(--act); }
svg .notable { fill: var(--notable-mark); }
svg .noise { fill: var(--noise-mark); }
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
