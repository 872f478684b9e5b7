import { describe, expect, test } from "vitest";
import { addressWords } from "../../src/bytes/address.ts";
import { Batch } from "../../src/observations/batch.ts";
import { SkewMeter } from "../../src/observations/skew.ts";
import { Kind, Outcome, Transport } from "../../src/observations/vocabulary.ts";

function batchOf(input: number): Batch {
  const batch = new Batch();
  batch.input = input;
  return batch;
}

function contact(batch: Batch, atMs: number, source: string, sourcePort: number, port: number): void {
  const row = batch.add(Kind.contact, atMs, batch.length + 1);
  batch.source.set(addressWords(source)!, row * 4);
  batch.target.set(addressWords("198.51.100.10")!, row * 4);
  batch.sourcePort[row] = sourcePort;
  batch.targetPort[row] = port;
  batch.transport[row] = Transport.tcp;
}

function request(batch: Batch, atMs: number, source: string, path: string): void {
  const row = batch.add(Kind.request, atMs, batch.length + 1);
  batch.source.set(addressWords(source)!, row * 4);
  batch.path[row] = batch.texts.addText(path);
}

function skewsOf(...batches: Batch[]) {
  const meter = new SkewMeter(batches.length);
  for (const batch of batches) meter.observe(batch, 0, batch.length);
  return meter.settle();
}

describe("clock skew between inputs", () => {
  test("a capture, a firewall log a minute ahead, a web log in the zone to the west", () => {
    const [capture, firewall, web] = [batchOf(0), batchOf(1), batchOf(2)];
    for (let i = 0; i < 20; i++) {
      contact(capture, 1000 * i, "203.0.113.5", 40_000 + i, 443);
      contact(firewall, 1000 * i + 60_000, "203.0.113.5", 40_000 + i, 443);
      request(capture, 1000 * i + 50, "203.0.113.5", `/page-${i}`);
      request(web, 1000 * i - 3_600_000, "203.0.113.5", `/page-${i}`);
    }
    expect(skewsOf(capture, firewall, web)).toEqual([
      { a: 0, b: 1, seconds: 60, shared: 20 },
      { a: 0, b: 2, seconds: -3600, shared: 20 },
    ]);
  });

  test("what an input tells twice is not compared", () => {
    const [a, b] = [batchOf(0), batchOf(1)];
    for (let i = 0; i < 10; i++) {
      request(a, 1000 * i, "203.0.113.5", `/page-${i}`);
      request(b, 1000 * i + 5000, "203.0.113.5", `/page-${i}`);
      request(b, 1000 * i + 9000, "203.0.113.5", `/page-${i % 6}`);
    }
    expect(skewsOf(a, b)).toEqual([]);
  });

  test("too few, or scattered, say nothing", () => {
    const [a, b, c] = [batchOf(0), batchOf(1), batchOf(2)];
    for (let i = 0; i < 4; i++) request(a, 0, "203.0.113.5", `/page-${i}`);
    for (let i = 0; i < 100; i++) {
      request(b, 0, "203.0.113.5", `/page-${i}`);
      request(c, i * 60_000, "203.0.113.5", `/page-${i}`);
    }
    expect(skewsOf(a, b, c)).toEqual([]);
  });

  test("more than it remembers becomes a sample, the same in both", () => {
    const [a, b] = [batchOf(0), batchOf(1)];
    for (let i = 0; i < 300_000; i++) contact(a, i, "203.0.113.5", i & 0xffff, i >> 16);
    for (let i = 0; i < 300_000; i++) contact(b, i + 7000, "203.0.113.5", i & 0xffff, i >> 16);
    const [skew] = skewsOf(a, b);
    expect(skew?.seconds).toBe(7);
    expect(skew?.shared).toBeGreaterThan(20_000);
  });

  test("a firewall log and a web log, by when each source came first", () => {
    const [firewall, web, elsewhere] = [batchOf(0), batchOf(1), batchOf(2)];
    for (let i = 0; i < 30; i++) {
      const source = `203.0.113.${i}`;
      for (let k = 0; k < 3; k++) {
        const row = firewall.length;
        contact(firewall, 60_000 * i + 5000 * k, source, 40_000 + k, 443);
        firewall.outcome[row] = Outcome.admitted;
        request(web, 60_000 * i + 5000 * k + 300 - 90_000, source, "/");
      }
      contact(firewall, 60_000 * i - 30_000, source, 50_000, 22);
      request(elsewhere, 7_777_777 * i, source, "/");
    }
    expect(skewsOf(firewall, web, elsewhere)).toEqual([{ a: 0, b: 1, seconds: -89.7, shared: 30 }]);
  });
});
