import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { damageCapture, deeds, FILE_HEADER } from "../../../bench/capture-damage.ts";
import { pcap } from "../../../src/formats/captures/pcap.ts";
import { pcapng } from "../../../src/formats/captures/pcapng.ts";
import { snoop } from "../../../src/formats/captures/snoop.ts";
import { observe } from "../../wire/observed.ts";

const samples = join(import.meta.dirname, "../../../../shared/data/formats");
const LARGEST = 40_000;

/** Small captures in all containers, evenly from all the samples. */
function captures(): { name: string; file: Uint8Array }[] {
  if (!existsSync(samples)) return [];
  const all = readdirSync(samples, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:pcap|pcapng|cap|snoop)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return all
    .filter((_, i) => i % 7 === 0)
    .map((name) => ({ name, file: new Uint8Array(readFileSync(name)) }))
    .filter(({ file }) => file.length > 100 && file.length < LARGEST)
    .filter(({ file }) => [pcap, pcapng, snoop].some((format) => format.looksLike(file) > 0));
}

const real = captures();
/** Those whose records are told apart below. */
const plain = real.filter(({ file }) => file[0] === 0xd4);

describe.skipIf(real.length === 0)("damaged real captures (skipped without the shared samples)", () => {
  const one = (list: typeof real) => fc.nat(Math.max(0, list.length - 1)).map((i) => list[i]!);

  test("a capture cut anywhere tells a prefix of what the whole tells", () => {
    fc.assert(
      fc.property(one(real), fc.nat(), ({ name, file }, cut) => {
        const whole = observe(file, [4096]);
        const part = observe(file.slice(0, FILE_HEADER + (cut % (file.length - FILE_HEADER))), [4096]);
        expect(part.rows.slice(0, part.beforeEnd), name).toEqual(whole.rows.slice(0, part.beforeEnd));
        expect(part.tally.rejected, name).toBeLessThanOrEqual(whole.tally.rejected + 1);
      }),
      { numRuns: 300 },
    );
  });

  const deed = fc.record({
    what: fc.constantFrom(...deeds),
    packet: fc.nat(),
    other: fc.nat(),
    value: fc.integer({ min: 1, max: 255 }),
  });
  test("packets swapped, repeated, dropped, changed and shortened never throw, and none is lost from the count", () => {
    fc.assert(
      fc.property(one(plain), fc.array(deed, { minLength: 1, maxLength: 20 }), ({ name, file }, done) => {
        const damaged = damageCapture(file, done);
        const { tally } = observe(damaged.file, [1000]);
        expect([tally.records, tally.rejected], name).toEqual([damaged.packets, 0]);
      }),
      { numRuns: 300 },
    );
  });
});
