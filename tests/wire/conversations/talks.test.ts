import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTalkSamples, type TalkSample } from "../../../bench/talk-samples.ts";
import { observe } from "../observed.ts";
import { conversation, ethernet, everyTenth, ip, pcapFile, udpDatagram } from "../packets.ts";

const samples = readTalkSamples(join(import.meta.dirname));
const CLIENT = "192.0.2.7";
const SERVER = "198.51.100.4";

type Lines = TalkSample["lines"];

function framesOf({ isTcp, port }: TalkSample, lines: Lines): Uint8Array[] {
  if (isTcp) return conversation(CLIENT, SERVER, port, lines);
  return lines.map(([way, payload]) => {
    const body = way === ">" ? udpDatagram(40000, port, payload) : udpDatagram(port, 40000, payload);
    return ethernet(ip({ from: way === ">" ? CLIENT : SERVER, to: way === ">" ? SERVER : CLIENT, protocol: 17, body }));
  });
}

/** What is told besides contacts, without the addresses. */
function told(sample: TalkSample, lines: Lines): string[] {
  const { rows } = observe(pcapFile(everyTenth(framesOf(sample, lines))));
  return rows.filter((row) => !row.startsWith("contact")).map((row) => row.replace(/192\.0\.2\.7:\d+ > \S+ /, ""));
}

function pieces(lines: Lines, size: number): Lines {
  return lines.flatMap(([way, payload]) =>
    Array.from(
      { length: Math.ceil(payload.length / size) },
      (_, i) => [way, payload.slice(i * size, (i + 1) * size)] as const,
    ),
  );
}

describe("what is asked and told", () => {
  test.each(samples.map((sample) => [sample.name, sample] as const))("%s", (_name, sample) => {
    expect(told(sample, sample.lines)).toEqual(sample.expected);
  });
});

describe("in small segments the same is told", () => {
  const streams = samples.filter(({ isTcp, name }) => isTcp && !name.startsWith("openings/"));
  test.each(streams.map((sample) => [sample.name, sample] as const))("%s", (_name, sample) => {
    for (const size of [1, 7, 31]) {
      const rows = told(sample, pieces(sample.lines, size)).map(withoutPosition).sort();
      expect(rows).toEqual(sample.expected.map(withoutPosition).toSorted());
    }
  });
});

function withoutPosition(row: string): string {
  return row.replace(/#\d+/, "");
}

test("corrupt bytes never throw, and tell little", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.array(fc.record({ line: fc.nat(20), at: fc.nat(300), value: fc.nat(255) }), { minLength: 1, maxLength: 8 }),
      fc.option(fc.record({ line: fc.nat(20), length: fc.nat(120) }), { nil: undefined }),
      (sample, changes, cut) => {
        const lines = sample.lines.map(([way, payload]) => [way, payload.slice()] as const);
        for (const { line, at, value } of changes) {
          const payload = lines[line % lines.length]![1];
          payload[at % payload.length] = value;
        }
        const kept = lines.map(([way, payload], i) =>
          cut !== undefined && i === cut.line % lines.length
            ? ([way, payload.slice(0, 1 + (cut.length % payload.length))] as const)
            : ([way, payload] as const),
        );
        expect(told(sample, kept).length).toBeLessThan(64);
      },
    ),
    { numRuns: 600 },
  );
});

test("garbage on any port never throws", () => {
  const ports = [
    21, 25, 80, 102, 123, 137, 161, 389, 443, 445, 500, 502, 1433, 3306, 3389, 5060, 5353, 5432, 6379, 11211, 27017,
    44818,
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...ports),
      fc.boolean(),
      fc.array(fc.tuple(fc.constantFrom("<" as const, ">" as const), fc.uint8Array({ minLength: 1, maxLength: 200 })), {
        minLength: 1,
        maxLength: 6,
      }),
      (port, isTcp, lines) => {
        const sample = { name: "", isTcp, port, lines, expected: [] };
        expect(told(sample, lines).length).toBeLessThan(64);
      },
    ),
    { numRuns: 600 },
  );
});
