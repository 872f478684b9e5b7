import { describe, expect, test } from "vitest";
import { mix } from "../../src/bytes/hash.ts";
import { Count, Estate } from "../../src/observations/estate.ts";

describe("the estate's table", () => {
  test("keeps counts by resource and never falls below zero", () => {
    const estate = new Estate(1 << 12);
    const row = estate.rowOf(7, 9);
    expect(estate.change(row, Count.hits, 2)).toBe(0);
    expect(estate.change(row, Count.hits, -5)).toBe(2);
    expect(estate.get(row, Count.hits)).toBe(0);
    expect(estate.find(7, 9)).toBe(row);
    expect(estate.get(estate.find(8, 9), Count.hits)).toBe(0);
  });

  test("forgets the least used when full, and counts that", () => {
    const estate = new Estate(1 << 8);
    const popular = estate.rowOf(mix(1, 1), mix(1, 2));
    estate.change(popular, Count.hits, 100);
    for (let i = 2; i < 2000; i++) estate.change(estate.rowOf(mix(i, 1), mix(i, 2)), Count.misses, 1);
    expect(estate.forgotten).toBeGreaterThan(1500);
    expect(estate.get(estate.find(mix(1, 1), mix(1, 2)), Count.hits)).toBe(100);
  });
});
