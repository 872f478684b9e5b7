// Hot: once per redirect and cookie; measured by bench/captures.ts.
import { ascii, equalsIgnoringCase, startsWith } from "./ascii.ts";
import { findByte } from "./find.ts";

/** Hosts that load balancers write into cookies are shorter. */
const LONGEST_BACKEND = 128;

/** Last labels of names that mean something inside a network alone (RFC 6762, RFC 8375, ICANN's name collision lists). */
const innerLabels = ["local", "localdomain", "internal", "intranet", "private", "corp", "lan", "home", "arpa"].map(
  ascii,
);

const DOT = 46;
const COLON = 58;
const SLASH = 47;
const EQUALS = 61;
const SEMICOLON = 59;

/** Where the host of the URL `bytes[start, end)` ends with its port, when it may be one inside; else `start`. */
export function innerHostEnd(bytes: Uint8Array, start: number, end: number): number {
  const colon = findByte(bytes, start, Math.min(end, start + 8), COLON);
  if (colon + 2 >= end || bytes[colon + 1] !== SLASH || bytes[colon + 2] !== SLASH) return start;
  const from = colon + 3;
  let to = from;
  let label = from;
  let isPort = false;
  while (to < end && isOfHost(bytes[to]!)) {
    if (bytes[to] === DOT && !isPort) label = to + 1;
    if (bytes[to] === COLON) isPort = true;
    to++;
  }
  return mayBeInside(bytes, from, label, to) ? to : start;
}

/** An address, a name without dots, or one below a label of the inside. */
function mayBeInside(bytes: Uint8Array, from: number, label: number, to: number): boolean {
  const first = bytes[from]!;
  if (first === 91 || (first >= 48 && first <= 57)) return true;
  const labelEnd = findByte(bytes, label, to, COLON);
  if (label === from) return labelEnd > from;
  return innerLabels.some((inner) => inner.length === labelEnd - label && equalsIgnoringCase(bytes, label, inner));
}

/** Letters, digits, and `-._~:[]`. */
function isOfHost(c: number): boolean {
  const lower = c | 32;
  return (lower >= 97 && lower <= 122) || (c >= 45 && c <= 58 && c !== SLASH) || c === 91 || c === 93 || c === 95;
}

/** Cookies whose values name the server behind a balancer: F5 BIG-IP (K6917), Citrix NetScaler, HAProxy's examples. */
const balancerCookies = ["BIGip", "NSC_", "SERVERID=", "SRV=", "SRVNAME="].map(ascii);

/** Where ends what is told of the cookie `bytes[start, end)`: its name and `=`, and the value of a balancer's; `start` for none. */
export function cookieEnd(bytes: Uint8Array, start: number, end: number): number {
  const name = findByte(bytes, start, end, EQUALS) + 1;
  if (name > end) return start;
  if (!balancerCookies.some((beginning) => startsWith(bytes, start, end, beginning))) return name;
  const value = findByte(bytes, name, Math.min(end, name + LONGEST_BACKEND), SEMICOLON);
  return isBackend(bytes, name, value) ? value : name;
}

/** Letters, digits, dots and the like alone: what is encrypted has other characters, too. */
function isBackend(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isOfHost(bytes[at]!)) return false;
  return end - start < LONGEST_BACKEND;
}
