import { expect, test } from "vitest";
import { addressWords } from "../../src/bytes/address.ts";
import { serverLog } from "../../src/formats/logs/server-log.ts";
import { Names } from "../../src/judgement/names.ts";
import { addressTag } from "../../src/observations/address-tag.ts";
import { Batch } from "../../src/observations/batch.ts";
import { Tally } from "../../src/observations/tally.ts";
import { Kind, Known } from "../../src/observations/vocabulary.ts";
import { nameFindingsOf, publishedFindingOf } from "../../src/stories/host-names.ts";
import { imported } from "../knowledge/intel/imported.ts";

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

/** Names that a mail server's log has confirmed. */
function namesIn(log: string): Names {
  const names = new Names();
  const batch = new Batch();
  const decoder = serverLog.open({ tally: new Tally(), referenceMs: Date.UTC(2026, 10, 23), zone: 0 });
  decoder.decode(Buffer.from(log), batch);
  decoder.end(batch);
  for (let row = 0; row < batch.length; row++)
    if (batch.kind[row] === Kind.contact && (batch.known[row]! & Known.name) !== 0) names.takeConfirmed(batch, row);
  return names;
}

test.each([
  [
    "Postfix",
    "Nov 22 10:00:00 mail postfix/smtpd[7]: connect from Census1.census.shodan.io[198.51.100.150]",
    "census1.census.shodan.io",
  ],
  ["Postfix, not confirmed", "Nov 22 10:00:00 mail postfix/smtpd[7]: connect from unknown[198.51.100.150]", undefined],
  [
    "Exim",
    "2026-11-22 10:00:00 H=census1.census.shodan.io (me) [198.51.100.150]:40000 rejected connection in connect ACL",
    "census1.census.shodan.io",
  ],
  [
    "Exim, what the client said",
    "2026-11-22 10:00:00 H=(census1.census.shodan.io) [198.51.100.150]:40000 rejected connection",
    undefined,
  ],
])("%s: a name that the mail server confirmed is believed", (_, line, expected) => {
  const names = namesIn(`${line}\n`);
  expect(names.nameOf(words)).toBe(expected);
});

const ranges = (...prefixes: object[]) => JSON.stringify({ creationTime: "2026-11-20T10:00:00.000000", prefixes });

test("a search engine's name is held against the networks that the engine publishes", async () => {
  const { set, intel } = await imported("crawlers", {
    "googlebot.json": ranges(
      { ipv4Prefix: "198.51.100.128/27" },
      { ipv6Prefix: "2a00:1450::/32" },
      { ipv4Prefix: "10.0.0.0/8" },
    ),
    "others.json": ranges({ ipv4Prefix: "198.51.100.0/27" }),
  });
  expect([set.counts, set.dataDate, set.rejects.map(({ first }) => first)]).toEqual([
    { networks: 2 },
    "2026-11-20",
    ["googlebot.json:3", "others.json"],
  ]);
  const claimed = (address: string, tool: string) => {
    const names = new Names();
    const at = addressWords(address)!;
    names.claim(at, tool);
    return publishedFindingOf(names, intel, at)?.label;
  };
  expect(claimed("198.51.100.150", "googlebot")).toBe("Google (published for its crawlers)");
  expect(claimed("198.51.100.7", "googlebot")).toBe(
    "says it is googlebot, but 198.51.100.7 is in no network that Google publishes for its crawlers",
  );
  expect(claimed("198.51.100.7", "bingbot"), "Bing's networks are not imported").toBeUndefined();
  expect(publishedFindingOf(new Names(), intel, words), "who claims nothing").toBeUndefined();
});

test("what is forgotten of names is counted", () => {
  const names = new Names();
  for (let i = 0; i < 5000; i++) names.confirm(addressWords(`198.18.${i >> 8}.${i & 255}`)!, `host${i}.example`);
  expect(names.forgotten).toBe(4096);
});
