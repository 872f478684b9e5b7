// Damages captures at random for some time: `node bench/fuzz-captures.ts SECONDS SEED CAPTURE|FOLDER...`. Prints what throws or
// takes longer than a second of processor time, with the seed, so that it can be done again.
import { readFileSync } from "node:fs";
import { filesUnder } from "../scripts/read-capture.ts";
import { pcap } from "../src/formats/captures/pcap.ts";
import { pcapng } from "../src/formats/captures/pcapng.ts";
import { snoop } from "../src/formats/captures/snoop.ts";
import { Batch } from "../src/observations/batch.ts";
import { Tally } from "../src/observations/tally.ts";
import { damageCapture, deeds } from "./capture-damage.ts";
import { random } from "./random.ts";

const LARGEST = 1 << 20;
const MOST_DEEDS = 40;

const [seconds = "60", seed = "1", ...names] = process.argv.slice(2);
const fraction = random(Number(seed));
const next = (below: number) => Math.floor(fraction() * below);
const captures = filesUnder(names)
  .map((name) => ({ name, file: new Uint8Array(readFileSync(name)) }))
  .flatMap(({ name, file }) => {
    const format = [pcap, pcapng, snoop].find((each) => each.looksLike(file) > 0);
    return format !== undefined && file.length < LARGEST ? [{ name, file, format }] : [];
  });
const until = performance.now() + Number(seconds) * 1000;
const batch = new Batch();
let runs = 0;
let bad = 0;
for (; performance.now() < until; runs++) {
  const { name, file, format } = captures[next(captures.length)]!;
  const broken = next(2) === 0 && file[0] === 0xd4 ? damagePackets(file) : damageBytes(file);
  const begun = process.cpuUsage();
  try {
    decode(broken, format);
  } catch (error) {
    bad++;
    console.log(`${name}, run ${runs} of seed ${seed}:`, error);
  }
  const { user, system } = process.cpuUsage(begun);
  if (user + system > 1e6) console.log(`${name}, run ${runs} of seed ${seed}: longer than a second`);
}
console.log(`${captures.length} captures, damaged ${runs} times: ${bad} threw`);

function damagePackets(file: Uint8Array): Uint8Array {
  const done = Array.from({ length: 1 + next(MOST_DEEDS) }, () => ({
    what: deeds[next(deeds.length)]!,
    packet: next(1 << 20),
    other: next(1 << 20),
    value: 1 + next(255),
  }));
  return damageCapture(file, done).file;
}

/** Any bytes, those of headers too; sometimes the end is missing. */
function damageBytes(file: Uint8Array): Uint8Array {
  const copy = file.slice(0, next(4) === 0 ? 1 + next(file.length) : file.length);
  for (let i = next(MOST_DEEDS); i > 0; i--) copy[next(copy.length)] = next(256);
  return copy;
}

function decode(file: Uint8Array, format: typeof pcap): void {
  const decoder = format.open({ tally: new Tally(), referenceMs: 0, zone: 0 });
  const chunk = 1 + next(next(2) === 0 ? 100 : 1 << 16);
  for (let at = 0; at < file.length; at += chunk) {
    decoder.decode(file.slice(at, at + chunk), batch);
    batch.clear();
  }
  do {
    decoder.end(batch);
    batch.clear();
  } while (decoder.hasMore);
}
