import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Batch } from "../../src/observations/batch.ts";
import { type BatchSource, mergeByTime } from "../../src/observations/merge.ts";
import { Kind } from "../../src/observations/vocabulary.ts";

/** A source that gives the times of each list as one batch, positions counted through from 1. */
class Listed implements BatchSource {
  held = 0;
  mostHeld = 0;
  readonly #input: number;
  readonly #lists: (readonly number[])[];
  #position = 0;

  constructor(input: number, lists: readonly (readonly number[])[]) {
    this.#input = input;
    this.#lists = lists.filter((list) => list.length > 0);
  }

  async next(): Promise<Batch | undefined> {
    const times = this.#lists.shift();
    if (!times) return undefined;
    this.held++;
    this.mostHeld = Math.max(this.held, this.mostHeld);
    const batch = new Batch();
    batch.input = this.#input;
    for (const atMs of times) batch.add(Kind.contact, atMs, ++this.#position);
    return batch;
  }

  release(): void {
    this.held--;
  }
}

type Seen = { input: number; position: number; atMs: number };

async function merged(inputs: readonly (readonly (readonly number[])[])[]): Promise<{ seen: Seen[]; runs: number }> {
  const sources = inputs.map((lists, input) => new Listed(input, lists));
  const seen: Seen[] = [];
  let runs = 0;
  await mergeByTime(sources, (batch, from, to) => {
    runs++;
    expect(from).toBeLessThan(to);
    for (let row = from; row < to; row++) {
      seen.push({ input: batch.input, position: batch.position[row]!, atMs: batch.atMs[row]! });
    }
  });
  for (const source of sources) {
    expect(source.held).toBe(0);
    expect(source.mostHeld).toBeLessThanOrEqual(1);
  }
  return { seen, runs };
}

/** What the order should be, the slow way: by watermark, then input, then place. */
function sorted(inputs: readonly (readonly (readonly number[])[])[]): Seen[] {
  const rows = inputs.flatMap((lists, input) => {
    let watermark = Number.NEGATIVE_INFINITY;
    return lists.flat().map((atMs, i) => {
      watermark = Math.max(watermark, atMs);
      return { input, position: i + 1, atMs, watermark };
    });
  });
  rows.sort((a, b) => a.watermark - b.watermark || a.input - b.input || a.position - b.position);
  return rows.map(({ input, position, atMs }) => ({ input, position, atMs }));
}

const cases: { name: string; inputs: number[][][]; order: [input: number, position: number][]; runs: number }[] = [
  { name: "no input", inputs: [], order: [], runs: 0 },
  { name: "an input without rows", inputs: [[], [[1]]], order: [[1, 1]], runs: 1 },
  {
    name: "one input keeps its order and its batches, whatever its times",
    inputs: [[[5, 3], [4]]],
    order: [
      [0, 1],
      [0, 2],
      [0, 3],
    ],
    runs: 2,
  },
  {
    name: "equal times go to the input listed first",
    inputs: [[[1, 1]], [[1, 2]]],
    order: [
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
    ],
    runs: 2,
  },
  {
    name: "a row that looks back is told with the row before it",
    inputs: [[[10, 2, 20]], [[5, 15]]],
    order: [
      [1, 1],
      [0, 1],
      [0, 2],
      [1, 2],
      [0, 3],
    ],
    runs: 4,
  },
];

describe("several inputs in order of time", () => {
  for (const { name, inputs, order, runs } of cases) {
    test(name, async () => {
      const result = await merged(inputs);
      expect(result.seen.map(({ input, position }) => [input, position])).toEqual(order);
      expect(result.runs).toBe(runs);
    });
  }

  test("whatever the times and the cuts: the order of a sort by watermark, nothing lost, nothing twice", async () => {
    const lists = fc.array(fc.array(fc.nat(30), { maxLength: 8 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(lists, { maxLength: 4 }), async (inputs) => {
        expect((await merged(inputs)).seen).toEqual(sorted(inputs));
      }),
      { numRuns: 300 },
    );
  });

  test("a time that is not known is told at once", async () => {
    const { seen } = await merged([[[1, Number.NaN, 9]], [[5]]]);
    expect(seen.map(({ input, position }) => [input, position])).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
      [0, 3],
    ]);
  });

  test("a consumer that keeps batches releases them itself", async () => {
    const source = new Listed(0, [[1], [2], [3]]);
    const kept: Batch[] = [];
    await mergeByTime(
      [source],
      () => {},
      (batch) => kept.push(batch),
    );
    expect(source.held).toBe(3);
    expect(kept.map((batch) => batch.atMs[0])).toEqual([1, 2, 3]);
  });
});
