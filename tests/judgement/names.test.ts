import { expect, test } from "vitest";
import { addressWords } from "../../src/bytes/address.ts";
import { Judge } from "../../src/judgement/judge.ts";
import { Names } from "../../src/judgement/names.ts";
import { knowledge } from "../../src/knowledge/index.ts";
import { addressTag } from "../../src/observations/address-tag.ts";
import { Batch } from "../../src/observations/batch.ts";
import { PrefixSet, parsePrefix } from "../../src/observations/prefix.ts";
import { Kind } from "../../src/observations/vocabulary.ts";

const ADDRESS = "198.51.100.150";
const REVERSE = "150.100.51.198.in-addr.arpa";
const START = Date.UTC(2026, 0, 5);
const NAME = "scan-150.research-scanner.example";

function question(names: Names, host: string, answer: { pointer?: string; address?: string }): void {
  const batch = new Batch();
  const row = batch.add(Kind.question, 0, 1);
  batch.host[row] = batch.texts.addText(host);
  batch.referer[row] = batch.texts.addText(answer.pointer ?? "");
  const words = answer.address === undefined ? undefined : addressWords(answer.address)!;
  batch.sequence[row] = words === undefined ? 0 : addressTag(words[0]!, words[1]!, words[2]!, words[3]!);
  names.take(batch, row);
}

test("a name counts once its own holder confirms it", () => {
  const names = new Names();
  question(names, REVERSE, { pointer: NAME });
  expect(names.nameOf(addressWords(ADDRESS)!)).toBeUndefined();
  question(names, NAME, { address: ADDRESS });
  expect(names.nameOf(addressWords(ADDRESS)!)).toBe(NAME);
});

test("a name that leads elsewhere is not its name, nor is one that somebody else confirms", () => {
  const names = new Names();
  question(names, REVERSE, { pointer: NAME });
  question(names, NAME, { address: "198.51.100.151" });
  question(names, "other.example", { address: ADDRESS });
  expect(names.nameOf(addressWords(ADDRESS)!)).toBeUndefined();
});

test("one name may belong to several addresses", () => {
  const names = new Names();
  question(names, REVERSE, { pointer: NAME });
  question(names, "151.100.51.198.in-addr.arpa", { pointer: NAME });
  question(names, NAME, { address: "198.51.100.151" });
  expect(names.nameOf(addressWords(ADDRESS)!)).toBeUndefined();
  expect(names.nameOf(addressWords("198.51.100.151")!)).toBe(NAME);
});

test("names of IPv6 addresses are read by their nibbles", () => {
  const names = new Names();
  const nibbles = [..."20010db8f00d00000000000000000037"].reverse().join(".");
  question(names, `${nibbles}.ip6.arpa`, { pointer: NAME });
  question(names, NAME, { address: "2001:db8:f00d::37" });
  expect(names.nameOf(addressWords("2001:db8:f00d::37")!)).toBe(NAME);
});

test.each(["in-addr.arpa", "1.2.in-addr.arpa", "999.1.1.1.in-addr.arpa", "x.ip6.arpa", "", "a.b.c.d.in-addr.arpa"])(
  "%j names no address",
  (host) => {
    const names = new Names();
    question(names, host, { pointer: NAME });
    expect(names.isEmpty).toBe(true);
  },
);

test.each([
  ["home", "203.0.113.53", "192.0.2.53", NAME],
  ["outside", "192.0.2.53", "203.0.113.53", undefined],
])("answers that somebody asked for from %s", (_where, source, target, expected) => {
  const judge = new Judge({ knowledge, budget: 1, home: new PrefixSet([parsePrefix("203.0.113.0/24")!]) });
  const batch = new Batch();
  const ask = (host: string, pointer: string, tag: number) => {
    const row = batch.add(Kind.question, START + batch.length, batch.length + 1);
    batch.source.set(addressWords(source)!, row * 4);
    batch.target.set(addressWords(target)!, row * 4);
    batch.host[row] = batch.texts.addText(host);
    batch.method[row] = batch.texts.addText(pointer === "" ? "A" : "PTR");
    batch.referer[row] = batch.texts.addText(pointer);
    batch.sequence[row] = tag;
  };
  const [w0, w1, w2, w3] = addressWords(ADDRESS)! as unknown as [number, number, number, number];
  ask(REVERSE, NAME, 0);
  ask(NAME, "", addressTag(w0, w1, w2, w3));
  judge.observe(batch, 0, batch.length);
  expect(judge.names.nameOf(addressWords(ADDRESS)!)).toBe(expected);
});
