import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { z } from "zod";
import { isZoneName, type Zone } from "../bytes/local-clock.ts";
import { type ProblemCode, UserProblem } from "../bytes/problem.ts";
import { formats } from "../formats/index.ts";
import { accessFormatOf } from "../formats/logs/custom-access.ts";
import { formatNamed } from "../formats/recognise.ts";
import { parsePrefix } from "../observations/prefix.ts";
import type { KnownOptions } from "./known.ts";

/** What commands that read inputs are told. Each option is explained where the command declares it. */
export interface ReadingSettings {
  readonly inputs: readonly string[];
  readonly home: readonly string[];
  readonly format: string | undefined;
  readonly logFormat: string | undefined;
  /** Text of the pattern file. */
  readonly patterns: string | undefined;
  /** The key log. */
  readonly keyLog: Uint8Array | undefined;
  /** Minutes east of UTC. */
  readonly zone: Zone | undefined;
  readonly budget: number | undefined;
  readonly threads: number;
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  readonly known: KnownOptions;
}

const Budget = z.coerce.number("is not a number").positive("must be above 0").max(1e6, "must be at most 1,000,000");

const Threads = z.coerce
  .number("is not a number")
  .int("is not a whole number")
  .min(1, "must be at least 1")
  .max(256, "must be at most 256");

const Moment = z.string().transform((text, context) => {
  const atMs = parseMoment(text);
  if (atMs !== undefined) return atMs;
  context.addIssue("is not a time; write 2026-11-20, 2026-11-20T08:00:00Z or seconds since 1970");
  return z.NEVER;
});

const ZoneText = z.string().transform((text, context) => {
  const zone = parseZone(text);
  if (zone !== undefined) return zone;
  context.addIssue("is not an offset from UTC or a known zone; write +01:00, -0500, UTC or Europe/Berlin");
  return z.NEVER;
});

const Network = z
  .string()
  .refine(
    (text) => parsePrefix(text) !== undefined,
    "is not an address or network; write 198.51.100.0/24 or 2001:db8::/32",
  );

/**
 * Checks the options of a command that reads inputs.
 * @throws UserProblem that names the option, the value, and how it is written
 */
export function readingSettings(
  inputs: readonly string[],
  options: Readonly<Record<string, unknown>>,
): ReadingSettings {
  checkInputs(inputs);
  const format = options.format as string | undefined;
  const logFormat = options.logFormat as string | undefined;
  const given = logFormat === undefined ? [] : [accessFormatOf(logFormat)];
  if (format !== undefined && options.patternFile === undefined) formatNamed(format, [...given, ...formats]);
  const sinceMs = checked(Moment, "--since", options.since, "option-invalid");
  const untilMs = checked(Moment, "--until", options.until, "option-invalid");
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs >= untilMs) {
    throw new UserProblem("option-invalid", `--since '${options.since}' is not before --until '${options.until}'`);
  }
  return {
    inputs,
    home: ((options.home as string[] | undefined) ?? []).map((one) => checked(Network, "--home", one, "home-invalid")!),
    format,
    logFormat,
    patterns: readPatterns(options.patternFile as string | undefined),
    keyLog: readKeyLog(options.keylog as string | undefined),
    zone: checked(ZoneText, "--timezone", options.timezone, "option-invalid"),
    threads: checked(Threads, "--threads", options.threads, "option-invalid") ?? availableParallelism(),
    budget: checked(Budget, "--budget", options.budget, "option-invalid"),
    sinceMs,
    untilMs,
    known: {
      config: options.config as string | undefined,
      knowledge: options.knowledge as string | undefined,
      attackVersion: options.attackVersion as string | undefined,
      resolve: options.resolve as boolean | undefined,
    },
  };
}

function readPatterns(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UserProblem("option-invalid", `cannot read the pattern file '${file}'`, { cause });
  }
}

function readKeyLog(file: string | undefined): Uint8Array | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new UserProblem("option-invalid", `cannot read the key log '${file}'`, { cause });
  }
}

function checkInputs(inputs: readonly string[]): void {
  if (inputs.length === 0) {
    throw new UserProblem("command-misused", "no input is named; name files to read, or - for standard input");
  }
  const twice = inputs.find((input, i) => inputs.indexOf(input) !== i);
  if (twice !== undefined) throw new UserProblem("command-misused", `the input '${twice}' is named twice`);
}

function checked<T>(schema: z.ZodType<T>, option: string, value: unknown, code: ProblemCode): T | undefined {
  if (value === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new UserProblem(code, `${option} '${value}' ${result.error.issues[0]!.message}`);
}

/** The one value an option may have of several. */
export function checkedChoice<T extends string>(option: string, value: unknown, choices: readonly T[]): T | undefined {
  const Choice = z.enum(choices, `is not one of ${choices.join(", ")}`);
  return checked(Choice, option, value, "option-invalid") as T | undefined;
}

/** Minutes east of UTC of `+01:00`, `-0500`, `+1`, `UTC` or `Z`; a zone by its name; undefined for anything else. */
export function parseZone(text: string): Zone | undefined {
  if (/^(?:UTC|GMT|Z)$/i.test(text)) return 0;
  const [, sign, hours, minutes = "0"] = /^([+-])(\d{1,2})(?::?(\d\d))?$/.exec(text) ?? [];
  if (hours === undefined) return isZoneName(text) ? text : undefined;
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** A date, a date and time (UTC unless it states a zone), or seconds since 1970; undefined for anything else. */
export function parseMoment(text: string): number | undefined {
  if (/^\d{9,11}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  if (parts === null) return undefined;
  const [, date, time = "00:00", zone = "Z"] = parts;
  const atMs = Date.parse(`${date}T${time}${zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`);
  if (Number.isNaN(atMs)) return undefined;
  // Date.parse turns February 30 into March 2; a person who wrote it meant something else.
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date!) ? atMs : undefined;
}

/**
 * What time it is: SOURCE_DATE_EPOCH (reproducible-builds.org) when set, else the clock. Milliseconds since 1970.
 * @throws UserProblem when the variable is not a whole number of seconds
 */
export function currentMs(environment: NodeJS.ProcessEnv = process.env): number {
  const epoch = environment.SOURCE_DATE_EPOCH;
  if (epoch === undefined || epoch === "") return Date.now();
  // 253402300799 is the last second of the year 9999, after which ISO 8601 times need more digits.
  if (/^\d{1,12}$/.test(epoch) && Number(epoch) <= 253_402_300_799) return Number(epoch) * 1000;
  throw new UserProblem("option-invalid", `SOURCE_DATE_EPOCH '${epoch}' is not a whole number of seconds since 1970`);
}
