import { writeCombinedLog, writeNetfilterLog } from "../log-generators.ts";

const writers = {
  firewall: (path: string, bytes: number) => writeNetfilterLog(path, Math.ceil(bytes / 260)),
  web: (path: string, bytes: number) => writeCombinedLog(path, Math.ceil(bytes / 217)),
} satisfies Record<string, (path: string, bytes: number) => void>;

export type GeneratedFormat = keyof typeof writers;
export const generatedFormats = Object.keys(writers) as GeneratedFormat[];

/** Writes an input of about `bytes` bytes; the same arguments give the same bytes. */
export function generate(format: GeneratedFormat, path: string, bytes: number): void {
  writers[format](path, bytes);
}
