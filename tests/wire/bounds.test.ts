import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Batch } from "../../src/observations/batch.ts";
import { Tally } from "../../src/observations/tally.ts";
import { Kind, Outcome } from "../../src/observations/vocabulary.ts";
import { FlowTable, RECORD_SHIFT, STATE } from "../../src/wire/flow-table.ts";
import { linkLayerOf } from "../../src/wire/links/index.ts";
import { Packet } from "../../src/wire/packet.ts";
import { PacketClock } from "../../src/wire/packet-clock.ts";
import { TimerWheel } from "../../src/wire/timer-wheel.ts";
import { ordinaryWireLimits, Wire, type WireLimits } from "../../src/wire/wire.ts";
import { conversation, ethernet, flags, ip, tcpSegment } from "./packets.ts";

const ethernetLayer = linkLayerOf(1)!;

/** Feeds frames a millisecond apart to a wire with the given ceilings. */
function feed(frames: Iterable<Uint8Array>, limits: Partial<WireLimits>, everyMs = 1) {
  const tally = new Tally();
  const wire = new Wire(tally, { ...ordinaryWireLimits, ...limits });
  const batch = new Batch(16);
  const outcomes = new Map<number, number>();
  const requests: string[] = [];
  let mostHeld = 0;
  let mostAtEnd = 0;
  let position = 0;
  const take = () => {
    for (let row = 0; row < batch.length; row++) {
      if (batch.kind[row] === Kind.request) requests.push(batch.texts.text(batch.path[row]!));
      if (batch.kind[row] === Kind.contact)
        outcomes.set(batch.outcome[row]!, (outcomes.get(batch.outcome[row]!) ?? 0) + 1);
    }
    batch.clear();
  };
  for (const frame of frames) {
    wire.begin(batch);
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    wire.packet(ethernetLayer, frame, view, 0, frame.length, frame.length, 1e12 + position * everyMs, ++position);
    wire.settle();
    mostHeld = Math.max(mostHeld, wire.heldBytes);
    take();
  }
  do {
    wire.end(batch);
    mostAtEnd = Math.max(mostAtEnd, batch.length);
    take();
  } while (wire.hasMore);
  return { tally, outcomes, requests, mostHeld, mostAtEnd };
}

function* flood(count: number): Generator<Uint8Array> {
  for (let i = 0; i < count; i++) {
    const from = `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
    yield ethernet(
      ip({ from, to: "198.51.100.4", protocol: 6, body: tcpSegment(1024 + (i % 60000), 80, flags.syn, i) }),
    );
  }
}

/** As many streams that break off after what was said. */
function streams(count: number, said: readonly [">" | "<", string][]): Uint8Array[] {
  const frames = 3 + said.length;
  return Array.from({ length: count }, (_, i) =>
    conversation("192.0.2.7", "198.51.100.4", 80, said, 2000 + i).slice(0, frames),
  ).flat();
}

describe("ceilings", () => {
  test("a flood of sources fills the flow table: every contact is told, what was cut short is counted", () => {
    const { outcomes, tally } = feed(flood(5000), { flows: 256 }, 0.1);
    expect([...outcomes.values()].reduce((a, b) => a + b)).toBe(5000);
    expect(outcomes.get(Outcome.unknown)).toBe(5000 - 256);
    expect(tally.gaps.get("flows forgotten early because the flow table was full")).toBe(5000 - 256);
  });
  test("a slow flood does not: silence is known before the table is full", () => {
    const { outcomes, tally } = feed(flood(2000), { flows: 1024 }, 100);
    expect([outcomes.get(Outcome.silent), tally.gaps.size]).toEqual([2000, 0]);
  });
  test("what is open at the end is told in batches of a bounded length", () => {
    const { outcomes, mostAtEnd } = feed(flood(5000), {}, 0.1);
    expect([outcomes.get(Outcome.silent), mostAtEnd]).toEqual([5000, 2048]);
  });
  test("unfinished heads and holes of many streams stay under the reassembly's ceiling", () => {
    const streams = Array.from({ length: 200 }, (_, i) =>
      conversation(
        "192.0.2.7",
        "198.51.100.4",
        80,
        [
          [">", `GET /${"a".repeat(900)}`],
          [">", "b".repeat(900)],
          [">", "c".repeat(900)],
        ],
        2000 + i,
      ).filter((_frame, at) => at < 4 || at === 5),
    ).flat();
    const bytes = 64 * 1024;
    const { mostHeld, tally } = feed(streams, { bytes });
    expect(mostHeld).toBeLessThanOrEqual(bytes);
    expect(mostHeld).toBeGreaterThan(bytes / 2);
    expect([...tally.gaps.values()].reduce((a, b) => a + b, 0)).toBeGreaterThan(0);
  });
  test.each<[string, Partial<WireLimits>, Uint8Array[]]>([
    ["heads without an end", { bytes: 64 * 1024 }, streams(100, [[">", `GET /${"a".repeat(900)}`]])],
    [
      "holes with a byte behind",
      { bytes: 64 * 1024 },
      streams(300, [
        [">", "GET / HTTP/1.1"],
        [">", "x"],
      ]).filter((_, i) => i % 5 !== 3),
    ],
    ["requests without an answer", { requests: 64 }, streams(100, [[">", "GET /a HTTP/1.1\r\n\r\n"]])],
  ])("who comes after a flood of %s is read all the same", (_what, limits, flooding) => {
    const honest = conversation("192.0.2.8", "198.51.100.4", 80, [
      [">", "GET /honest HTTP/1.1\r\nHost: "],
      [">", "www.example.org\r\n\r\n"],
      ["<", "HTTP/1.1 200 OK\r\n\r\n"],
    ]);
    const { requests, tally, mostHeld } = feed([...flooding, ...honest], limits);
    expect(requests).toContain("/honest");
    expect(mostHeld).toBeLessThanOrEqual(limits.bytes ?? ordinaryWireLimits.bytes);
    expect([...tally.gaps.values()].reduce((a, b) => a + b, 0)).toBeGreaterThan(10);
  });
  test("more conversations than there is room for", () => {
    const opened = Array.from({ length: 50 }, (_, i) =>
      conversation("192.0.2.7", "198.51.100.4", 80, [[">", "GET / HT"]], 2000 + i).slice(0, 4),
    ).flat();
    const { tally } = feed(opened, { exchanges: 8 });
    expect(tally.gaps.get("conversations forgotten early because too many were open")).toBe(42);
  });
});

describe("the flow table", () => {
  test("finds what a map finds, in both directions, while flows come and go", () => {
    const step = fc.record({ a: fc.nat(6), b: fc.nat(6), ap: fc.nat(3), bp: fc.nat(3), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const table = new FlowTable(8192);
        const byName = new Map<string, number>();
        const packet = new Packet();
        for (const { a, b, ap, bp, remove } of steps) {
          packet.sourceKey = a - 3;
          packet.targetKey = b - 3;
          const ends = [`${a} ${ap}`, `${b} ${bp}`].sort().join();
          const found = table.locate(packet, ap, bp, 6);
          expect(found < 0 ? undefined : found >> 1).toBe(byName.get(ends));
          if (found < 0) {
            const id = table.insert(packet) >> 1;
            table.words[(id << RECORD_SHIFT) + STATE] = 1;
            byName.set(ends, id);
          } else if (remove) {
            table.remove(found >> 1);
            byName.delete(ends);
          }
          expect(table.size).toBe(byName.size);
        }
      }),
      { numRuns: 60 },
    );
  });
  test("grows without losing anybody", () => {
    const table = new FlowTable(1 << 15);
    const packet = new Packet();
    const ids: number[] = [];
    for (let i = 0; i < 20000; i++) {
      packet.sourceKey = Math.imul(i, 0x9e3779b1);
      packet.targetKey = 7;
      table.locate(packet, i & 0xffff, 80, 6);
      const id = table.insert(packet) >> 1;
      table.words[(id << RECORD_SHIFT) + STATE] = 1;
      ids.push(id);
    }
    for (let i = 0; i < 20000; i++) {
      packet.sourceKey = Math.imul(i, 0x9e3779b1);
      expect(table.locate(packet, i & 0xffff, 80, 6) >> 1).toBe(ids[i]);
    }
  });
});

test("the timer wheel gives back every flow, never before its time and at most a wheel's turn early", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(900), { maxLength: 80 }), (dues) => {
      const wheel = new TimerWheel();
      const left = new Map(dues.map((due, id) => [id, Math.max(1, Math.min(due, 511))]));
      for (const [id, due] of left) wheel.set(id, due);
      for (const id of [...left.keys()].filter((at) => at % 5 === 0)) {
        wheel.clear(id);
        left.delete(id);
      }
      for (let tick = 0; tick <= 600; tick += 7) {
        for (let id = wheel.take(tick); id >= 0; id = wheel.take(tick)) {
          expect(left.get(id)).toBeLessThanOrEqual(tick);
          expect(left.get(id)).toBeGreaterThan(tick - 7);
          left.delete(id);
        }
      }
      expect(left.size).toBe(0);
    }),
    { numRuns: 60 },
  );
});

describe("the packet clock", () => {
  test.each<[string, number[], number]>([
    ["eight ticks a second", [0, 1000], 8],
    ["small disorder does not make it run faster", [0, 1000, 990, 1000, 990, 1000], 8],
    ["a clock set back goes on from there", [1e9, 1e9 + 1000, 5e8, 5e8 + 1000], 16],
    ["one broken time counts an hour at most", [0, 9e15, 1000, 2000], 3600 * 8 + 8],
  ])("%s", (_why, times, ticks) => {
    const clock = new PacketClock();
    for (const time of times) clock.see(time);
    expect(clock.tick).toBe(ticks);
  });
});
