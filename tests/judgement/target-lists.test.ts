import fc from "fast-check";
import { expect, test } from "vitest";
import { TargetLists } from "../../src/judgement/target-lists.ts";

/** One of our sets, kept as a dossier keeps it. */
interface Kept {
  first: number;
  hashes: Set<number>;
}

test("sets that share one buffer hold what was added to each, in order, also after others gave their room back", () => {
  const steps = fc.array(
    fc.record({ list: fc.nat(5), hash: fc.integer({ min: 0, max: 60 }), isReleased: fc.boolean() }),
    {
      maxLength: 400,
    },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const lists = new TargetLists(6, 61);
      const kept: Kept[] = Array.from({ length: 6 }, () => ({ first: 0, hashes: new Set() }));
      for (const { list, hash, isReleased } of all) {
        const one = kept[list]!;
        if (isReleased && hash === 0) {
          lists.release(one.first);
          kept[list] = { first: 0, hashes: new Set() };
        } else if (!one.hashes.has(hash)) {
          one.first = lists.add(one.first, one.hashes.size, hash);
          one.hashes.add(hash);
        }
      }
      for (const { first, hashes } of kept) {
        expect(lists.list(first, hashes.size)).toEqual([...hashes]);
        for (let hash = 0; hash <= 60; hash++) expect(lists.has(first, hashes.size, hash)).toBe(hashes.has(hash));
      }
    }),
    { seed: 7, numRuns: 200 },
  );
});
