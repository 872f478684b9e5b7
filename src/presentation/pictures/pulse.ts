import { html, type Markup } from "../markup.ts";
import { place } from "./figure.ts";

const WIDTH = 160;
const HEIGHT = 32;

/** A course over time, small enough for a card or a row: bars that share one scale with others when `most` is given. */
export function renderPulse(counts: readonly number[], says: string, most = Math.max(1, ...counts)): Markup {
  const step = WIDTH / counts.length;
  const bars = counts.flatMap((count, i) => {
    const height = Math.max(1.5, (Math.min(count, most) / most) * (HEIGHT - 2));
    const box = { x: i * step + step * 0.1, width: step * 0.8 };
    return count === 0
      ? []
      : html`<rect class="against" x="${place(box.x)}" y="${place(HEIGHT - 1 - height)}" width="${place(box.width)}" height="${place(height)}"/>`;
  });
  return html`<svg class="pulse" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${says}">${bars}<line class="grid" x1="0" y1="${HEIGHT - 0.5}" x2="${WIDTH}" y2="${HEIGHT - 0.5}"/></svg>`;
}
