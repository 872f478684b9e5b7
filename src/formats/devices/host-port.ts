// Hot: twice per line; measured by bench/lines.ts.
import { parseAddress } from "../../bytes/address.ts";
import type { Fields } from "./fields.ts";

/** Port of the last `hostPortOf`; 0 when none was written. */
export let hostPort = 0;

/**
 * Parses an address that may have its port, and more, behind it: `192.0.2.7`, `192.0.2.7:443`, `192.0.2.7:443:X1:name`,
 * `[2001:db8::7]:443`, `2001:db8::7`, and with a dot before the port, as F5 and tcpdump write: `192.0.2.7.443`.
 */
export function hostPortOf(fields: Fields, slot: number, words: Uint32Array, at: number): boolean {
  const start = fields.starts[slot]!;
  return start >= 0 && hostPortAt(fields.bytes, start, fields.ends[slot]!, words, at);
}

export function hostPortAt(bytes: Uint8Array, start: number, end: number, words: Uint32Array, at: number): boolean {
  hostPort = 0;
  if (bytes[start] === 91) {
    let close = start;
    while (close < end && bytes[close] !== 93) close++;
    if (bytes[close + 1] === 58) hostPort = digits(bytes, close + 2, end);
    return parseAddress(bytes, start + 1, close, words, at);
  }
  let dots = 0;
  let colons = 0;
  let lastDot = -1;
  let firstColon = -1;
  for (let i = start; i < end; i++) {
    if (bytes[i] === 46 && colons === 0) {
      dots++;
      lastDot = i;
    } else if (bytes[i] === 58) {
      if (colons === 0) firstColon = i;
      colons++;
    }
  }
  if (dots >= 3 && firstColon > 0) {
    hostPort = digits(bytes, firstColon + 1, end);
    return parseAddress(bytes, start, firstColon, words, at);
  }
  if (dots === 4) {
    hostPort = digits(bytes, lastDot + 1, end);
    return parseAddress(bytes, start, lastDot, words, at);
  }
  if (parseAddress(bytes, start, end, words, at)) return true;
  // `2001:db8::7.443`
  let dot = end - 1;
  while (dot > start && bytes[dot] !== 46) dot--;
  if (dot === start || colons < 2) return false;
  hostPort = digits(bytes, dot + 1, end);
  return parseAddress(bytes, start, dot, words, at);
}

function digits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end && i < start + 6; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}
