import { UserProblem } from "../bytes/problem.ts";
import { Outcome, Transport } from "../observations/vocabulary.ts";

/** One pattern of a file that the user wrote, and what holds for the lines that it matches. */
export interface PatternText {
  /** Its line in the file, from 1. */
  readonly line: number;
  readonly expression: string;
  readonly port: number;
  readonly transport: number;
  readonly outcome: Outcome;
  readonly service: string;
}

const outcomes: Readonly<Record<string, Outcome>> = Outcome;
const transports: Readonly<Record<string, number>> = Transport;

/** What `<HOST>` stands for, as in fail2ban's filters: the source's address, IPv4 or IPv6. */
const HOST = "\\[?(?:::f{4,6}:)?(?P<source>[0-9A-Fa-f:.]*[0-9A-Fa-f])\\]?";

/**
 * Reads a pattern file: one regular expression a line (the syntax of RE2), `#` comments, and settings that hold for the
 * patterns below them: `port = 2222`, `transport = udp`, `outcome = refused`, `service = ssh`. `<HOST>` stands for the
 * source's address.
 * @throws UserProblem `option-invalid` that names the line
 */
export function parsePatternText(text: string): PatternText[] {
  const patterns: PatternText[] = [];
  let settings = { port: 0, transport: Transport.tcp as number, outcome: Outcome.answered as Outcome, service: "" };
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const setting = /^(port|transport|outcome|service)\s*=\s*(\S+)$/.exec(line);
    if (setting) settings = { ...settings, ...settingOf(setting[1]!, setting[2]!, i + 1) };
    else patterns.push({ line: i + 1, expression: line.replaceAll("<HOST>", HOST), ...settings });
  }
  if (patterns.length === 0) throw mistakenPattern(0, "it holds no pattern");
  return patterns;
}

function settingOf(name: string, value: string, line: number): Partial<PatternText> {
  const port = Number(value);
  if (name === "port" && Number.isInteger(port) && port >= 0 && port <= 65535) return { port };
  if (name === "service") return { service: value };
  if (name === "transport" && transports[value] !== undefined) return { transport: transports[value] };
  if (name === "outcome" && outcomes[value] !== undefined) return { outcome: outcomes[value] };
  throw mistakenPattern(line, `there is no ${name} '${value}'`);
}

/** What is wrong with a pattern file, for the user. */
export function mistakenPattern(line: number, why: string): UserProblem {
  return new UserProblem("option-invalid", `cannot use the pattern file${line > 0 ? `, line ${line}` : ""}: ${why}`);
}
