// How fast captures become observations: `node bench/captures.ts [PACKETS] [RUNS] [MIX]...`. Prints, for each mix of
// sessions, packets a second of processor time (best and median of the runs), bytes a packet, rows, and the peak memory.
import { pcap } from "../src/formats/captures/pcap.ts";
import { Batch } from "../src/observations/batch.ts";
import { Tally } from "../src/observations/tally.ts";
import { generateCapture } from "./capture-generator.ts";
import { type CaptureMix, captureMixes } from "./capture-sessions.ts";

const packets = Number(process.argv[2] ?? 2_000_000);
const runs = Number(process.argv[3] ?? 5);
const mixes = process.argv.length > 4 ? (process.argv.slice(4) as CaptureMix[]) : captureMixes;

/** @returns million packets a second, and the rows that came of them. */
function decode(chunks: readonly Uint8Array[]): { rate: number; rows: number } {
  // As a file is read: one buffer, filled again and again, warm in the cache.
  const buffer = new Uint8Array(1 << 18);
  const decoder = pcap.open({ tally: new Tally(), referenceMs: 0, zone: 0 });
  const batch = new Batch();
  let rows = 0;
  let microseconds = 0;
  for (const chunk of chunks) {
    buffer.set(chunk);
    const before = process.cpuUsage();
    decoder.decode(buffer.subarray(0, chunk.length), batch);
    const used = process.cpuUsage(before);
    microseconds += used.user + used.system;
    rows += batch.length;
    batch.clear();
  }
  do {
    decoder.end(batch);
    rows += batch.length;
    batch.clear();
  } while (decoder.hasMore);
  return { rate: packets / microseconds, rows };
}

for (const mix of mixes) {
  const chunks: Uint8Array[] = [];
  generateCapture({ packets, mix }, (chunk) => chunks.push(chunk.slice()));
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const results = Array.from({ length: runs }, () => decode(chunks));
  const rates = results.map(({ rate }) => rate);
  const sorted = [...rates].sort((a, b) => a - b);
  console.log(
    `${mix}: ${packets} packets of ${(bytes / packets).toFixed(0)} bytes, ${results[0]!.rows} rows: best ` +
      `${sorted.at(-1)!.toFixed(2)}, median ${sorted[runs >> 1]!.toFixed(2)} million packets/s ` +
      `(${rates.map((rate) => rate.toFixed(2)).join(" ")})`,
  );
}
const memory = (process.resourceUsage().maxRSS / 1024).toFixed(0);
console.log(`peak ${memory} MB with the input in memory`);
