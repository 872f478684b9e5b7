// Hot: once per HTTP response; measured by bench/captures.ts.
import { ascii, lineFeed, startsWith } from "./ascii.ts";
import { type BodyShape, openings, traces } from "./body-shapes.ts";
import { find, findByte } from "./find.ts";

/** How much of a body is waited for: an opening with what follows it; an error with its trace. */
const KEPT_OPENING = 512;
const KEPT_ERROR = 4096;
/** Names of variables in an environment file, of users in a password file and of hosts are shorter. */
const LONGEST_NAME = 64;

const openingsByFirstByte: readonly (readonly BodyShape[])[] = Array.from({ length: 256 }, (_, byte) =>
  openings.filter(({ begins }) => begins[0] === byte),
);

/** Bytes of a body that are needed to tell what it is; 0 when a body with this status is not looked at. */
export function bytesToName(status: number): number {
  if (status >= 500 && status < 600) return KEPT_ERROR;
  return status === 200 || status === 206 ? KEPT_OPENING : 0;
}

/** Whether a body that begins with `bytes[start, end)` may have a name, so that more of it is worth waiting for. */
export function mayHaveName(status: number, bytes: Uint8Array, start: number, end: number): boolean {
  if (status >= 500 || start === end) return true;
  const first = bytes[start]!;
  for (const { begins } of openingsByFirstByte[first]!) {
    const there = Math.min(begins.length, end - start);
    if (startsWith(begins, 0, there, bytes.subarray(start, start + there))) return true;
  }
  return mayBeLines(bytes, start, end);
}

/** Whether the text may begin with a comment, or with the first word of a line `NAME=value`, `user:hash` or a host's name alone. */
function mayBeLines(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] === HASH || bytes[start] === LINE_FEED) return true;
  const stop = Math.min(end, start + LONGEST_NAME);
  let at = start;
  while (at < stop && (isNameByte(bytes[at]!) || bytes[at] === DOT || bytes[at] === DASH)) at++;
  if (at === start || at === stop) return at > start && stop === end;
  const c = bytes[at];
  return c === EQUALS || c === COLON || c === LINE_FEED || c === CARRIAGE_RETURN;
}

/** What the body `bytes[start, end)`, or its beginning, shows itself to be; undefined for what anybody may read. */
export function nameBody(status: number, bytes: Uint8Array, start: number, end: number): string | undefined {
  if (status >= 500) return firstOf(traces, bytes, start, end);
  const opening = firstOf(openingsByFirstByte[bytes[start]!]!, bytes, start, end);
  if (opening !== undefined) return opening;
  if (!mayBeLines(bytes, start, end)) return undefined;
  if (isEnvironment(bytes, start, end)) return "environment file";
  if (isPasswordFile(bytes, start, end)) return "password file";
  return isServerStatus(bytes, start, end) ? "server status" : undefined;
}

function firstOf(shapes: readonly BodyShape[], bytes: Uint8Array, start: number, end: number): string | undefined {
  for (const { is, begins, holds } of shapes) {
    if (!startsWith(bytes, start, end, begins)) continue;
    if (holds.every((part) => find(bytes, start, end, part) >= 0)) return is;
  }
  return undefined;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const HASH = 35;
const DASH = 45;
const DOT = 46;
const EQUALS = 61;
const COLON = 58;

const secretNames = ["PASSWORD", "PASSWD", "SECRET", "_KEY", "_TOKEN", "DATABASE_URL", "DB_HOST"].map(ascii);

/** Lines of `NAME=value` and comments, and a name that one keeps to oneself among them (systemd.exec(5), EnvironmentFile). */
function isEnvironment(bytes: Uint8Array, start: number, end: number): boolean {
  let variables = 0;
  for (let at = start; at < end; ) {
    const stop = lineFeed(bytes, at, end);
    if (isVariable(bytes, at, stop)) variables++;
    // The last line may be cut.
    else if (stop < end && !isBlankOrComment(bytes, at, stop)) return false;
    at = stop + 1;
  }
  return variables >= 2 && secretNames.some((name) => find(bytes, start, end, name) >= 0);
}

function isBlankOrComment(bytes: Uint8Array, at: number, end: number): boolean {
  return at === end || bytes[at] === HASH || (bytes[at] === CARRIAGE_RETURN && at + 1 === end);
}

function isVariable(bytes: Uint8Array, at: number, end: number): boolean {
  const from = at;
  const stop = Math.min(end, at + LONGEST_NAME);
  while (at < stop && isNameByte(bytes[at]!)) at++;
  return at - from >= 2 && at < stop && bytes[at] === EQUALS;
}

function isNameByte(c: number): boolean {
  return (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c === 95;
}

const passwordHashes = ["$apr1$", "$2y$", "$2a$", "$2b$", "{SHA}", "$5$", "$6$"].map(ascii);

/** `user:$apr1$…`, as htpasswd(1) writes it. */
function isPasswordFile(bytes: Uint8Array, start: number, end: number): boolean {
  const colon = findByte(bytes, start, Math.min(end, start + LONGEST_NAME), COLON);
  return passwordHashes.some((mark) => startsWith(bytes, colon + 1, end, mark));
}

const SERVER_VERSION = ascii("ServerVersion: ");

/** A host's name, and then what mod_status tells of it with `?auto`. */
function isServerStatus(bytes: Uint8Array, start: number, end: number): boolean {
  const stop = lineFeed(bytes, start, Math.min(end, start + LONGEST_NAME));
  return startsWith(bytes, stop + 1, end, SERVER_VERSION);
}
