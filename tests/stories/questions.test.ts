import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { analyze } from "../../src/stories/analyze.ts";
import { ask, noSuchName, reply, soaAt } from "../wire/dns-packets.ts";
import { pcapFile } from "../wire/packets.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-questions-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a word list of host names, told in words from capture to incident", async () => {
  const zone = { type: 252, name: "example.org" };
  const words = ["admin", "api", "backup", "cdn", "dev", "intranet", "jira", "vpn"];
  const frames = [ask(zone), reply({ ...zone, flags: 0x8105 })];
  for (const [id, word] of words.entries()) {
    const question = { id, name: `${word}.example.org` };
    frames.push(ask(question), reply({ ...question, flags: noSuchName, authority: [soaAt(word.length + 1)] }));
  }
  const capture = join(folder, "questions.pcap");
  writeFileSync(capture, pcapFile(frames.map((frame, i) => ({ at: i / 10, frame }))));
  const { report } = await analyze({ inputs: [capture], home: ["198.51.100.0/24"], now: 0 });
  const [actor] = report.actors;
  expect(actor).toMatchObject({ address: "203.0.113.7", verdict: "scanner", techniques: ["T1595.002", "T1595.003"] });
  expect(actor!.decidedAfter).toBeLessThanOrEqual(5);
  expect(actor!.evidence.slice(0, 3).map(({ position, what }) => [position, what])).toEqual([
    [1, "asked for the name example.org (AXFR), refused: a whole zone; as only its second name servers do"],
    [3, "asked for the name admin.example.org (A), no such name: a missing name that nobody else asks for"],
    [5, "asked for the name api.example.org (A), no such name: a missing name that nobody else asks for"],
  ]);
  expect(report.incidents[0]).toMatchObject({
    objective: "hosts that the name servers know",
    summary: "203.0.113.7 asked name servers for a whole zone; guessed 8 names in the DNS.",
  });
});
