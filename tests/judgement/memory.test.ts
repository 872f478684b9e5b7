import { describe, expect, test } from "vitest";
import { mix } from "../../src/bytes/hash.ts";
import { Memory, recalled } from "../../src/judgement/memory.ts";

const NOON = Date.UTC(2026, 0, 5, 12);

/** Recalls the pair numbered `i`. */
function recall(memory: Memory, i: number, atMs = NOON): void {
  memory.recall(mix(i, 1), mix(2, i), atMs);
}

describe("memory of actors and resources", () => {
  test("knows every pair again while there is room, and only those", () => {
    const memory = new Memory(1 << 18);
    for (let i = 0; i < 100_000; i++) {
      recall(memory, i);
      expect(recalled.isNew).toBe(true);
      memory.setWeight(recalled.slot, (i % 9) / 2, i % 7 === 0);
    }
    for (let i = 0; i < 100_000; i++) {
      recall(memory, i);
      if (recalled.isNew || recalled.weight !== (i % 9) / 2 || recalled.unsettled !== (i % 7 === 0))
        throw new Error(`pair ${i} was lost`);
    }
    expect(memory.forgotten).toBe(0);
  });

  test("forgets the longest untouched when it is full, and counts that", () => {
    const memory = new Memory(1 << 14);
    for (let i = 0; i < 60_000; i++) recall(memory, i, NOON + i * 1000);
    expect(memory.forgotten).toBeGreaterThan(40_000);
    let known = 0;
    for (let i = 59_000; i < 60_000; i++) if (memory.knows(mix(i, 1), mix(2, i))) known++;
    expect(known).toBe(1000);
  });

  test.each([
    ["a retransmission", 3, 0],
    ["a return", 60, 1],
    ["the same hour tomorrow", 86_400, 0],
  ])("%s after %i s", (_name, seconds, returns) => {
    const memory = new Memory(1 << 14);
    recall(memory, 1);
    recall(memory, 1, NOON + seconds * 1000);
    expect(recalled.returns).toBe(returns);
  });

  test("counts returns and keeps a negative weight", () => {
    const memory = new Memory(1 << 14);
    recall(memory, 1);
    memory.setWeight(recalled.slot, -0.25);
    for (let i = 1; i <= 3; i++) recall(memory, 1, NOON + i * 60_000);
    expect(recalled.returns).toBe(3);
    expect(recalled.weight).toBe(-0.25);
  });
});
