import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LEDGER_CELLS, Ledger, LedgerPool, TextRole } from "../../src/judgement/ledger.ts";
import { Batch } from "../../src/observations/batch.ts";
import { Kind } from "../../src/observations/vocabulary.ts";

/** Enters rows of these weights; the one at `decision` is where the verdict fell. */
function enter(pool: LedgerPool, ledger: Ledger, weights: readonly number[], decision = -1): void {
  const batch = new Batch();
  for (const [i, weight] of weights.entries()) {
    batch.clear();
    const row = batch.add(Kind.request, 1000 * i, i + 1);
    const id = ledger.enter(i === decision);
    pool.write(id, i, batch, row, 3, batch.texts.addText(`/path-${i}`), TextRole.path);
    pool.weigh(id, weight, 0.5, 0.25, i, `note ${i % 5}`);
  }
}

describe("ledger", () => {
  test("gives back what was entered", () => {
    const pool = new LedgerPool(64, 64);
    const ledger = new Ledger(pool, new Uint32Array(LEDGER_CELLS), 0, false);
    enter(pool, ledger, [1, 2.5]);
    const [first, second] = ledger.rows();
    expect(first).toMatchObject({ number: 0, atMs: 0, position: 1, weight: 1, note: "note 0", classIndex: 3 });
    expect(second).toMatchObject({ number: 1, atMs: 1000, weight: 2.5, ifScanner: 0.5, score: 1 });
    expect(new TextDecoder().decode(second!.text)).toBe("/path-1");
  });

  test("keeps the first, the last, the weightiest and the deciding row, in order", () => {
    const weights = Array.from({ length: 500 }, (_, i) => (i % 50 === 20 ? 4 : 1));
    const pool = new LedgerPool(64, 64);
    const ledger = new Ledger(pool, new Uint32Array(LEDGER_CELLS), 0, false);
    enter(pool, ledger, weights, 77);
    const numbers = ledger.rows().map(({ number }) => number);
    expect(numbers.slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(numbers.slice(-4)).toEqual([496, 497, 498, 499]);
    expect(numbers).toContain(77);
    expect(numbers).toEqual(expect.arrayContaining([20, 70, 120, 170, 220]));
    expect(ledger.entered).toBe(500);
  });

  test("never holds more rows than its share, and gives all of them back", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -3, max: 8, noNaN: true }), { maxLength: 200 }), (weights) => {
        const pool = new LedgerPool(64, 64);
        const { room } = pool;
        const ledger = new Ledger(pool, new Uint32Array(LEDGER_CELLS), 0, false);
        enter(pool, ledger, weights, Math.floor(weights.length / 3));
        const taken = room - pool.room;
        expect(taken).toBeLessThanOrEqual(21);
        expect(ledger.rows().length).toBe(taken);
        ledger.release();
        expect(pool.room).toBe(room);
      }),
      { numRuns: 60 },
    );
  });

  test("keeps everything for whoever is explained", () => {
    const pool = new LedgerPool(1024, 1024);
    const ledger = new Ledger(pool, new Uint32Array(LEDGER_CELLS), 0, true);
    enter(
      pool,
      ledger,
      Array.from({ length: 600 }, () => 1),
    );
    expect(ledger.rows().length).toBe(600);
  });
});
