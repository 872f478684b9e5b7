import { expect, test } from "vitest";
import { analyze } from "../../src/stories/analyze.ts";
import { withRawRows } from "../../src/stories/raw-rows.ts";

const samples = ["capture.pcap.zst", "firewall.log", "access.log", "access-www2.log"].map((name) => `samples/${name}`);

test("beside the weightiest rows stand the lines and packets that show them", async () => {
  const { report } = await analyze({ inputs: samples, now: 0 });
  const told = await withRawRows(report);
  const rows = told.actors.flatMap((actor) => actor.evidence.map((row) => ({ ...row, address: actor.address })));
  const kept = rows.filter(({ raw, address }) => raw !== undefined && !address.includes(":"));
  expect(new Set(kept.map(({ input }) => input))).toEqual(new Set(rows.map(({ input }) => input)));
  const strangers = kept.filter(({ raw, address }) => raw!.kind === "text" && !raw!.content.includes(address));
  expect(strangers.map(({ what, raw }) => [what, raw])).toEqual([]);
  const packets = kept.filter(({ raw }) => raw!.kind === "packet");
  expect(packets.length).toBeGreaterThan(2);
  const hexOf = (address: string) => Buffer.from(address.split(".").map(Number)).toString("hex");
  expect(packets.filter(({ raw, address }) => !raw!.content.includes(hexOf(address)))).toEqual([]);
  for (const { priority, evidence } of told.actors) {
    const [first] = evidence.toSorted((a, b) => b.weight - a.weight);
    if (priority !== "noise") expect(first?.raw).toBeDefined();
  }
  const bare = told.actors.map(({ evidence }) => evidence.map(({ raw: _, ...row }) => row));
  expect(bare).toEqual(report.actors.map(({ evidence }) => evidence));
});
