import { type Paint, plainPaint } from "./paint.ts";
import { formatCount } from "./words.ts";

/** How a text is laid out. */
export interface TerminalOptions {
  /** Columns of the terminal. Default 80; under 70 the numbers would not fit, and lines of 70 are made. */
  readonly width?: number;
  /** Default: no colours. */
  readonly paint?: Paint;
}

const LEAST_WIDTH = 70;

/** The same, settled. */
export interface Layout {
  readonly width: number;
  readonly paint: Paint;
}

export function layoutOf(options: TerminalOptions): Layout {
  return { width: Math.max(LEAST_WIDTH, options.width ?? 80), paint: options.paint ?? plainPaint };
}

/** The line below a list that is not shown whole. */
export function formatMore(count: number, { paint }: Layout): string[] {
  return count > 0 ? [paint.faint(`  and ${formatCount(count)} more: --json FILE or --html FILE tells all`)] : [];
}
