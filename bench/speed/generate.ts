import { closeSync, openSync, writeSync } from "node:fs";
import { generateCapture } from "../capture-generator.ts";
import { writeCombinedLog, writeNetfilterLog } from "../log-generators.ts";

/** Bytes that a record takes on average, its own header included. */
const CAPTURE_RECORD = 216;
const FIREWALL_LINE = 260;
const WEB_LINE = 217;

const writers = {
  capture: (path: string, bytes: number) => writeCapture(path, Math.ceil(bytes / CAPTURE_RECORD)),
  firewall: (path: string, bytes: number) => writeNetfilterLog(path, Math.ceil(bytes / FIREWALL_LINE)),
  "firewall-guessing": (path: string, bytes: number) => writeNetfilterLog(path, Math.ceil(bytes / FIREWALL_LINE), true),
  web: (path: string, bytes: number) => writeCombinedLog(path, Math.ceil(bytes / WEB_LINE)),
} satisfies Record<string, (path: string, bytes: number) => void>;

export type GeneratedFormat = keyof typeof writers;
export const generatedFormats = Object.keys(writers) as GeneratedFormat[];

/** Writes an input of about `bytes` bytes; the same arguments give the same bytes. */
export function generate(format: GeneratedFormat, path: string, bytes: number): void {
  writers[format](path, bytes);
}

function writeCapture(path: string, packets: number): void {
  const file = openSync(path, "w");
  generateCapture({ packets }, (chunk) => void writeSync(file, chunk));
  closeSync(file);
}
