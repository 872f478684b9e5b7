import { expect, test } from "vitest";
import { addressWords } from "../../src/bytes/address.ts";
import { Names } from "../../src/judgement/names.ts";
import { addressTag } from "../../src/observations/address-tag.ts";
import { Batch } from "../../src/observations/batch.ts";
import { Kind } from "../../src/observations/vocabulary.ts";
import { nameFindingsOf } from "../../src/stories/host-names.ts";

const words = addressWords("198.51.100.150")!;

function findingsOf(name: string, claim?: string) {
  const names = new Names();
  const batch = new Batch();
  const pointer = batch.add(Kind.question, 0, 1);
  batch.host[pointer] = batch.texts.addText("150.100.51.198.in-addr.arpa");
  batch.referer[pointer] = batch.texts.addText(name);
  names.take(batch, pointer);
  const forward = batch.add(Kind.question, 1, 2);
  batch.host[forward] = batch.texts.addText(name);
  batch.sequence[forward] = addressTag(words[0]!, words[1]!, words[2]!, words[3]!);
  names.take(batch, forward);
  if (claim !== undefined) names.claim(words, claim);
  return nameFindingsOf(names, words, Date.UTC(2026, 0, 5));
}

test.each([
  ["census1.census.shodan.io", "Shodan (census1.census.shodan.io)"],
  ["scan-150.research-scanner.example", "a host that calls itself so (scan-150.research-scanner.example)"],
])("%s is a research scanner", (name, label) => {
  expect(findingsOf(name).research).toMatchObject({ set: "dns:confirmed-names", date: "2026-01-05", label });
});

test.each(["www.example", "notshodan.io", "census.shodan.io.example", "researchers.example", "crawl.googlebot.com"])(
  "%s is none",
  (name) => {
    expect(findingsOf(name).research).toBeUndefined();
  },
);

test("a search engine's crawler is known by its name", () => {
  expect(findingsOf("crawl-1.googlebot.com", "googlebot").known).toMatchObject([
    { label: "Google (crawl-1.googlebot.com)" },
  ]);
});

test("who claims to be a search engine and is not is exposed, and no research scanner", () => {
  const findings = findingsOf("scan-150.research-scanner.example", "googlebot");
  expect(findings.research).toBeUndefined();
  expect(findings.known[0]?.label).toBe(
    "says it is googlebot, but 198.51.100.150 is scan-150.research-scanner.example, no host of Google",
  );
  expect(findingsOf("crawl-1.googlebot.com.example", "googlebot").known[0]?.label).toContain("no host of Google");
});
