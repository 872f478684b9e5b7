import { statSync } from "node:fs";
import { openBytes } from "../bytes/read-bytes.ts";
import type { Format } from "./format.ts";
import { openBody } from "./input-body.ts";

/** A record as it is written in its input. */
export interface RawRecord {
  /** Its beginning. */
  readonly bytes: Uint8Array;
  /** All of it, in bytes. */
  readonly length: number;
}

/**
 * Looks up records of an input that was read before, each cut after `most` bytes. Reads it anew up to the last of them; what is no file, or
 * no longer there, has none.
 */
export async function readRecords(
  name: string,
  format: Format,
  positions: ReadonlySet<number>,
  most: number,
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, RawRecord>> {
  const found = new Map<number, RawRecord>();
  if (format.cut === undefined || !statSync(name, { throwIfNoEntry: false })?.isFile()) return found;
  const cutter = format.cut((bytes, start, end, position) => {
    if (!positions.has(position)) return;
    const beginning = bytes.subarray(start, Math.min(end, start + most));
    found.set(position, { bytes: Uint8Array.from(beginning), length: end - start });
  });
  const input = await openBytes(name, { ...(signal && { signal }) });
  try {
    const { chunks } = await openBody(input.chunks(), [format]);
    for await (const chunk of chunks) {
      cutter.push(chunk);
      if (found.size === positions.size) return found;
    }
    cutter.end();
    return found;
  } finally {
    input.close();
  }
}
