/** Colours by meaning. Each method gives its text back, painted or not. */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly act: (text: string) => string;
  readonly notable: (text: string) => string;
  readonly good: (text: string) => string;
}

const same = (text: string) => text;
const code = (on: number, off: number) => (text: string) => `\x1b[${on}m${text}\x1b[${off}m`;

export const plainPaint: Paint = { strong: same, faint: same, act: same, notable: same, good: same };

/** The basic colours (ECMA-48, section 8.3.117), which follow the terminal's own theme. */
export const colourPaint: Paint = {
  strong: code(1, 22),
  faint: code(2, 22),
  act: (text) => code(1, 22)(code(31, 39)(text)),
  notable: code(33, 39),
  good: code(32, 39),
};

/**
 * Whether to paint: only on a terminal, never against `NO_COLOR` (no-color.org) or a dumb terminal; `FORCE_COLOR` paints
 * a pipe as well.
 */
export function wantsColour(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): boolean {
  if (environment.NO_COLOR) return false;
  const forced = environment.FORCE_COLOR;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && environment.TERM !== "dumb";
}
