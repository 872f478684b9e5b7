// How fast captures become observations: `node bench/captures.ts [PACKETS] [RUNS]`. Prints packets a second of processor
// time (median of the runs), bytes a packet, and the peak memory.
import { pcap } from "../src/formats/captures/pcap.ts";
import { Batch } from "../src/observations/batch.ts";
import { Tally } from "../src/observations/tally.ts";
import { generateCapture } from "./capture-generator.ts";

const packets = Number(process.argv[2] ?? 2_000_000);
const runs = Number(process.argv[3] ?? 5);

const chunks: Uint8Array[] = [];
generateCapture({ packets }, (chunk) => chunks.push(chunk.slice()));
const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);

const rates: number[] = [];
const buffer = new Uint8Array(1 << 18);
let rows = 0;
for (let run = 0; run < runs; run++) {
  const decoder = pcap.open({ tally: new Tally(), referenceMs: 0, zoneMinutes: 0 });
  const batch = new Batch();
  rows = 0;
  let microseconds = 0;
  for (const chunk of chunks) {
    // As a file is read: one buffer, filled again and again, warm in the cache.
    buffer.set(chunk);
    const before = process.cpuUsage();
    decoder.decode(buffer.subarray(0, chunk.length), batch);
    const used = process.cpuUsage(before);
    microseconds += used.user + used.system;
    rows += batch.length;
    batch.clear();
  }
  decoder.end(batch);
  rows += batch.length;
  rates.push(packets / microseconds);
}
rates.sort((a, b) => a - b);
const median = rates[runs >> 1]!.toFixed(2);
const memory = (process.resourceUsage().maxRSS / 1024).toFixed(0);
console.log(
  `${packets} packets of ${(bytes / packets).toFixed(0)} bytes, ${rows} rows: ${median} million packets/s (${rates.map((r) => r.toFixed(2)).join(" ")}), peak ${memory} MB with the input in memory`,
);
