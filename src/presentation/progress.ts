import { escapeText } from "./escape.ts";
import { cut, padEnd, shorten } from "./width.ts";
import { formatBytes, formatCount } from "./words.ts";

/** How far reading has come. */
export interface Progress {
  /** Of all inputs, as stored. */
  readonly bytesRead: number;
  /** Absent when an input's length is not known, as with a pipe. */
  readonly bytesTotal?: number;
  readonly records: number;
  /** The input being read. */
  readonly input: string;
  readonly elapsedMs: number;
}

const BAR_COLUMNS = 20;

/** One line of at most `width` columns: `[####      ] 34 %  412 MB of 1.2 GB  120 MB/s  7 s left  1,204,000 records  access.log` */
export function formatProgress(progress: Progress, width: number): string {
  const { bytesRead, bytesTotal, records, elapsedMs } = progress;
  const rate = elapsedMs > 0 ? (bytesRead * 1000) / elapsedMs : 0;
  const parts: string[] = [];
  if (bytesTotal !== undefined && bytesTotal > 0) {
    const share = Math.min(1, bytesRead / bytesTotal);
    parts.push(`[${padEnd("#".repeat(Math.floor(share * BAR_COLUMNS)), BAR_COLUMNS)}] ${Math.floor(share * 100)} %`);
    parts.push(`${formatBytes(rate)}/s`);
    if (share < 1 && rate > 0) parts.push(`${formatDuration((bytesTotal - bytesRead) / rate)} left`);
  } else {
    parts.push(formatBytes(bytesRead), `${formatBytes(rate)}/s`);
  }
  parts.push(`${formatCount(records)} records`);
  const line = parts.join("  ");
  const left = width - line.length - 2;
  return left >= 8 ? `${line}  ${shorten(escapeText(progress.input), left)}` : cut(line, width);
}

/** One line of at most `width` columns: `[####      ] 3 of 12 services  198.51.100.10:443` */
export function formatSteps(done: number, total: number, now: string, width: number): string {
  const bar = padEnd("#".repeat(Math.floor((done / total) * BAR_COLUMNS)), BAR_COLUMNS);
  return cut(`[${bar}] ${formatCount(done)} of ${formatCount(total)} services  ${escapeText(now)}`, width);
}

/** `7 s`, `3 min 20 s`, `2 h 5 min` */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
