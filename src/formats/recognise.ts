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
      "If you know better, name its format with --format; `vedette formats` lists them",
  );
}

/** What came of trying one format on an input's start. */
export interface Tried {
  readonly format: Format;
  /** What `looksLike` said: 0 not at all, 1 certain; of logs and flows, the share of lines with the format's marks. */
  readonly surety: number;
}

/** Why an input is read as what it is read as. */
export interface Recognition {
  /** The format that is taken; undefined when none is alike. */
  readonly winner: Format | undefined;
  /** All formats, the surest first; those alike keep the order of the list, which settles ties. */
  readonly tried: readonly Tried[];
  /** One sentence for people: why the winner won, or what the input looks like instead. */
  readonly because: string;
}

/** Tries all formats on `head` and says which is taken and why, as `recognise` decides it. */
export function explainRecognition(head: Uint8Array, formats: readonly Format[]): Recognition {
  const start = head.subarray(0, HEAD_BYTES);
  const tried = formats
    .map((format) => ({ format, surety: format.looksLike(start) }))
    .sort((a, b) => b.surety - a.surety);
  const [first, second] = tried;
  if (!first || first.surety === 0) {
    return { winner: undefined, tried, because: `no format is alike; it looks like ${describeForeign(start)}` };
  }
  return { winner: first.format, tried, because: reasonOf(first, second, !start.includes(0)) };
}

function reasonOf(first: Tried, second: Tried | undefined, isText: boolean): string {
  const marks = `${marksOf(first, isText)} of '${first.format.id}'`;
  if (!second || second.surety === 0) return `${marks}, and no other format is alike`;
  if (second.surety === first.surety)
    return `${marks} and of '${second.format.id}' alike; the one listed first is taken`;
  return `${marks}; next is '${second.format.id}' with ${percent(second.surety)}`;
}

function marksOf({ format, surety }: Tried, isText: boolean): string {
  if (format.kind === "capture" || !isText) return `its first bytes are those (${percent(surety)})`;
  return `${percent(surety)} of the lines in its first ${HEAD_BYTES / 1024} KiB have the marks`;
}

function percent(share: number): string {
  if (share >= 1) return "100 %";
  return `${Math.max(0.1, Math.floor(share * 1000) / 10)} %`;
}

/**
 * The format called `id`.
 * @throws UserProblem `format-unknown`
 */
export function formatNamed(id: string, formats: readonly Format[]): Format {
  const format = formats.find((each) => each.id === id);
  if (format) return format;
  throw new UserProblem("format-unknown", `there is no format '${id}'`);
}
