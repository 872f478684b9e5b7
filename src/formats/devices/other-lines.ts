import type { Line } from "../../bytes/line.ts";
import { startsLikeLogLine } from "../../bytes/log-time.ts";
import type { Witness } from "../define-line-format.ts";

/** What becomes of a line without the device's marks: another program's when it starts as log lines do, else a reject. */
export function notOurs(line: Line, witness: Witness): string | undefined {
  const { bytes, start, end } = line;
  return startsLikeLogLine(bytes, start, end) || startsWithColons(bytes, start, end) ? witness.other() : NEITHER;
}

const NEITHER = "neither a log line nor a message of the device";

/** `2026:11:22-19:05:16`, the stamp of Sophos UTM. */
function startsWithColons(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    start + 19 <= end &&
    bytes[start + 4] === 58 &&
    bytes[start + 7] === 58 &&
    bytes[start + 10] === 45 &&
    bytes[start + 13] === 58
  );
}
