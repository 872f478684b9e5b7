import { UserProblem } from "../bytes/problem.ts";
import { describeForeign } from "./foreign.ts";
import type { Format } from "./format.ts";

/** How much of an input's start the formats are shown. */
export const HEAD_BYTES = 64 * 1024;

/**
 * The format that `head` is surest to be written in; ties go to the one listed first.
 * @throws UserProblem `format-unrecognised`, saying what it looks like instead
 */
export function recognise(head: Uint8Array, formats: readonly Format[], name: string): Format {
  const start = head.subarray(0, HEAD_BYTES);
  let best: Format | undefined;
  let bestSurety = 0;
  for (const format of formats) {
    const surety = format.looksLike(start);
    if (surety > bestSurety) {
      best = format;
      bestSurety = surety;
    }
  }
  if (best) return best;
  throw new UserProblem(
    "format-unrecognised",
    `cannot read '${name}': not a capture, firewall log or web log; it looks like ${describeForeign(start)}. ` +
      `If you know better, name its format with --format (${idsOf(formats)})`,
  );
}

/**
 * The format called `id`.
 * @throws UserProblem `format-unknown`
 */
export function formatNamed(id: string, formats: readonly Format[]): Format {
  const format = formats.find((each) => each.id === id);
  if (format) return format;
  throw new UserProblem("format-unknown", `there is no format '${id}'; known are ${idsOf(formats)}`);
}

function idsOf(formats: readonly Format[]): string {
  return formats.map((format) => format.id).join(", ");
}
