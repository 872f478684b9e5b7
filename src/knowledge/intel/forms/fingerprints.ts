import { RE2JS, RE2JSException } from "re2js";

/** One fingerprint of recog: a pattern, and what it tells. Plain JSON. */
export interface BannerFingerprint {
  readonly pattern: string;
  /** Letters of `s` (a dot is any character) and `i` (letter case is one). */
  readonly flags: string;
  /** A parameter's name, and its value or the group that holds it. */
  readonly params: readonly (readonly [name: string, value: string | number])[];
}

/** Longer texts are cut: fingerprints read greetings and headers. */
const LONGEST_TEXT = 2048;

/** A fingerprint ready to be tried; undefined when its pattern is not one that can be matched in time linear in the text. */
export function compileFingerprint({ pattern, flags }: BannerFingerprint): RE2JS | undefined {
  try {
    const dotAll = flags.includes("s") ? RE2JS.DOTALL : 0;
    const fold = flags.includes("i") ? RE2JS.CASE_INSENSITIVE : 0;
    // Ruby's `^` and `$`, for which the patterns are written, always stand at the ends of lines.
    return RE2JS.compile(pattern, RE2JS.MULTILINE | dotAll | fold);
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}

/** What a fingerprint tells of a text that it fits, by the parameters' names; undefined when it does not fit. */
export function matchFingerprint(
  compiled: RE2JS,
  params: BannerFingerprint["params"],
  text: string,
): ReadonlyMap<string, string> | undefined {
  const matcher = compiled.matcher(text.slice(0, LONGEST_TEXT));
  if (!matcher.find()) return undefined;
  const told = new Map<string, string>();
  const groups = matcher.groupCount();
  for (const [name, value] of params) {
    if (typeof value === "string") continue;
    const group = value <= groups ? matcher.group(value) : null;
    if (group !== null && group !== "") told.set(name, group);
  }
  for (const [name, value] of params) if (typeof value === "string") told.set(name, value);
  for (const [name, value] of told) if (value.includes("{")) told.set(name, filled(value, told));
  // Parameters that only serve to make others.
  for (const name of told.keys()) if (name.startsWith("_tmp.")) told.delete(name);
  return told;
}

/** `cpe:/a:apache:http_server:{service.version}`; what is not known stays open, as `-`. */
function filled(text: string, told: ReadonlyMap<string, string>): string {
  return text.replace(/\{([\w.-]+)\}/g, (_, name: string) => told.get(name) ?? "-");
}
