import { execFileSync } from "node:child_process";
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip, createZstdCompress } from "node:zlib";
import { openBytes } from "../src/bytes/read-bytes.ts";
import { writeCombinedLog } from "./log-generators.ts";

// How fast bytes are read and decompressed, without decoding: `node bench/read.ts [LINES] [RUNS]`. Processor time of this
// process (decompression runs in its threads), and the clock's; the ratio is to `cat FILE`, by the clock.
const lines = Number(process.argv[2] ?? 1_500_000);
const runs = Number(process.argv[3] ?? 5);
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

async function measure(path: string): Promise<{ wall: number; cpu: number; bytes: number }> {
  const walls: number[] = [];
  const cpus: number[] = [];
  let bytes = 0;
  for (let run = 0; run < runs; run++) {
    const used = process.cpuUsage();
    const began = performance.now();
    bytes = 0;
    for await (const chunk of (await openBytes(path)).chunks()) bytes += chunk.length;
    walls.push((performance.now() - began) / 1000);
    const { user, system } = process.cpuUsage(used);
    cpus.push((user + system) / 1e6);
  }
  return { wall: median(walls), cpu: median(cpus), bytes };
}

function catSeconds(path: string): number {
  const walls: number[] = [];
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    execFileSync("cat", [path], { stdio: ["ignore", "ignore", "inherit"] });
    walls.push((performance.now() - began) / 1000);
  }
  return median(walls);
}

const folder = mkdtempSync(join(tmpdir(), "vedette-bench-"));
try {
  const plain = join(folder, "access.log");
  writeCombinedLog(plain, lines);
  await pipeline(createReadStream(plain), createGzip(), createWriteStream(`${plain}.gz`));
  await pipeline(createReadStream(plain), createZstdCompress(), createWriteStream(`${plain}.zst`));
  const cat = catSeconds(plain);
  for (const path of [plain, `${plain}.gz`, `${plain}.zst`]) {
    const { wall, cpu, bytes } = await measure(path);
    console.log(
      `${path.slice(folder.length + 1)}: ${(statSync(path).size / 1e6).toFixed(0)} MB stored, ${(bytes / 1e6).toFixed(0)} MB ` +
        `in ${wall.toFixed(2)} s (processor ${cpu.toFixed(2)} s), ${(bytes / wall / 1e6).toFixed(0)} MB/s, ` +
        `${(wall / cat).toFixed(1)} times cat`,
    );
  }
  console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB, generating included`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
