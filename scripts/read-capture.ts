import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pcap } from "../src/formats/captures/pcap.ts";
import { pcapng } from "../src/formats/captures/pcapng.ts";
import { snoop } from "../src/formats/captures/snoop.ts";
import { type InputReader, openInput } from "../src/formats/read-input.ts";
import type { Batch } from "../src/observations/batch.ts";
import { BatchPool } from "../src/observations/batch-pool.ts";
import type { Tally } from "../src/observations/tally.ts";

/** Reads one capture as `vedette analyze` does, decompressed, and shows its batches. @returns its tally; undefined for what is no capture */
export async function readCapture(file: string, take: (batch: Batch) => void = () => {}): Promise<Tally | undefined> {
  const reader = await openCapture(file);
  if (reader === undefined) return undefined;
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    take(batch);
    reader.release(batch);
  }
  reader.close();
  return reader.tally;
}

async function openCapture(file: string): Promise<InputReader | undefined> {
  try {
    return await openInput(file, 0, { formats: [pcap, pcapng, snoop], pool: new BatchPool(), nowMs: 0 });
  } catch {
    return undefined;
  }
}

/** The files that are named, and all those under the folders that are. */
export function filesUnder(names: readonly string[]): string[] {
  return names
    .flatMap((name) => {
      if (statSync(name).isFile()) return [name];
      const entries = readdirSync(name, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    })
    .sort();
}
