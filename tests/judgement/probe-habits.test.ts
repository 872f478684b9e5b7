import { expect, test } from "vitest";
import { ProbeHabits } from "../../src/judgement/probe-habits.ts";
import { toolOfHabit } from "../../src/knowledge/signatures/probe-habits.ts";
import { Batch } from "../../src/observations/batch.ts";
import { Kind, Known, Transport } from "../../src/observations/vocabulary.ts";

interface Probe {
  readonly from: number;
  readonly to: number;
  readonly ttl?: number;
  readonly options?: number;
  readonly transport?: number;
}

const LINUX = 0x2481_3000;
const range = (count: number, of: (i: number) => Probe): Probe[] => Array.from({ length: count }, (_, i) => of(i));

function toolOf(probes: readonly Probe[]): string | undefined {
  const habits = new ProbeHabits();
  let tool: string | undefined;
  for (const { from, to, ttl = 64, options = LINUX, transport = Transport.tcp } of probes) {
    const batch = new Batch(1);
    const row = batch.add(Kind.contact, 0, 1);
    batch.known[row] = Known.tcp | Known.ip | Known.options;
    batch.transport[row] = transport;
    batch.sourcePort[row] = from;
    batch.targetPort[row] = to;
    batch.ttl[row] = ttl;
    batch.synOptions[row] = options;
    const habit = habits.take(1, batch, row);
    if (habit !== undefined) tool = toolOfHabit(habit)?.tool ?? tool;
  }
  return tool;
}

const datagrams = (probe: Probe): Probe => ({ ...probe, transport: Transport.udp });
const nmapOrder = [199, 8888, 110, 1025, 8080, 995, 22, 3389, 445, 21, 465, 81, 6001, 548, 9100];
const ephemeral = [41_230, 60_112, 33_874, 50_009, 38_455, 47_760, 59_002, 35_221, 44_418, 56_390];

test.each<[string, Probe[], string | undefined]>([
  [
    "datagrams from one port whose times to live differ",
    range(4, (i) => datagrams({ from: 60_561, to: 53 + i * 70, ttl: 37 + i * 5 })),
    "nmap",
  ],
  [
    "the same with a port of its own for each further try",
    range(8, (i) => datagrams({ from: 60_561 + (i & 4), to: 53 + i * 70, ttl: 59 - i * 3 })),
    "nmap",
  ],
  [
    "a resolver, whose path changed",
    range(8, (i) => datagrams({ from: 53, to: 4000 + i * 9, ttl: 58 + (i & 1) })),
    undefined,
  ],
  ["a trace of the route", range(30, (i) => datagrams({ from: 40_000, to: 33_434 + i, ttl: 1 + i })), undefined],
  [
    "packets without options from ports that count up",
    range(9, (i) => ({ from: 2977 + i, to: 80 + i * 3, options: 0 })),
    "hping3",
  ],
  ["a system that counts its ports up", range(9, (i) => ({ from: 49_152 + i, to: 80 + i * 3 })), undefined],
  ["packets without options from one port", range(9, (i) => ({ from: 2977, to: 80 + i * 3, options: 0 })), undefined],
  ["datagrams with both ports counting up", range(9, (i) => datagrams({ from: 1224 + i, to: 100 + i })), "hping3"],
  ["the usual ports first, shuffled", nmapOrder.map((to, i) => ({ from: ephemeral[i % 10]! + i, to })), "nmap"],
  [
    "the usual ports first, in order",
    [...nmapOrder].sort((a, b) => a - b).map((to, i) => ({ from: 40_000 + i * 77, to })),
    undefined,
  ],
  ["other ports between them", [81, ...nmapOrder].map((to, i) => ({ from: 40_000 + i * 77, to })), undefined],
  ["a visitor of a few services", [443, 80, 25].map((to, i) => ({ from: ephemeral[i]!, to })), undefined],
])("%s", (_why, probes, tool) => {
  expect(toolOf(probes)).toBe(tool);
});

test("a source that takes another's place begins anew", () => {
  const habits = new ProbeHabits();
  const batch = new Batch(1);
  const row = batch.add(Kind.contact, 0, 1);
  const places = 1 << 13;
  expect(habits.take(5, batch, row)?.probes).toBe(1);
  expect(habits.take(5, batch, row)?.probes).toBe(2);
  expect(habits.take(5 + places, batch, row)?.probes).toBe(1);
});
