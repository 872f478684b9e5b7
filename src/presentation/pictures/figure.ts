import { html, Markup } from "../markup.ts";
import { formatShortTime } from "../words.ts";

/** A picture with its words: `says` is read instead of the drawing, `note` stands below it. */
export interface Figure {
  readonly title: string;
  readonly says: string;
  readonly note?: string;
  readonly width: number;
  readonly height: number;
  readonly drawing: readonly Markup[];
}

/** A drawing in units of its own (one is a CSS pixel at full width); narrow pages scroll it rather than shrink its text. */
export function renderFigure({ title, says, note, width, height, drawing }: Figure): Markup {
  return html`<figure class="picture"><figcaption><strong>${title}</strong>${note === undefined ? undefined : html` <span class="faint">${note}</span>`}</figcaption>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${says}">
${drawing}</svg></div></figure>
`;
}

/** A coordinate: a tenth is finer than any screen shows, and keeps pages small. */
export function place(value: number): number {
  return Number(value.toFixed(1));
}

export type Anchor = "start" | "middle" | "end";

export function label(x: number, y: number, text: string, anchor: Anchor = "start"): Markup {
  return html`<text x="${place(x)}" y="${place(y)}" text-anchor="${anchor}">${text}</text>
`;
}

/** A block with what it stands for, shown to who points at it. */
export function block(kind: string, x: number, y: number, width: number, height: number, title: string): Markup {
  const box = `x="${place(x)}" y="${place(y)}" width="${place(width)}" height="${place(height)}"`;
  return html`<rect class="${kind}" ${new Markup(box)}><title>${title}</title></rect>
`;
}

export function rule(kind: string, x1: number, y1: number, x2: number, y2: number): Markup {
  const ends = `x1="${place(x1)}" y1="${place(y1)}" x2="${place(x2)}" y2="${place(y2)}"`;
  return html`<line class="${kind}" ${new Markup(ends)}/>
`;
}

/** Five times along an axis, as fine as the span (milliseconds) needs to tell them apart. */
export function drawTicks(left: number, right: number, y: number, start: number, span: number): Markup[] {
  const timeOf = (part: number) => new Date(start + part * span).toISOString();
  const period = { first: timeOf(0), last: timeOf(1) };
  const format = (at: string) => {
    if (span < 10_000) return at.slice(11, 23);
    return span < 1_200_000 ? at.slice(11, 19) : formatShortTime(at, period);
  };
  return [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const anchor = part === 0 ? "start" : part === 1 ? "end" : "middle";
    return label(left + part * (right - left), y, format(timeOf(part)), anchor);
  });
}
