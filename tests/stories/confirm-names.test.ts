import { expect, test } from "vitest";
import { addressWords } from "../../src/bytes/address.ts";
import { Judge } from "../../src/judgement/judge.ts";
import { knowledge } from "../../src/knowledge/index.ts";
import { Batch } from "../../src/observations/batch.ts";
import { Kind } from "../../src/observations/vocabulary.ts";
import { confirmNames } from "../../src/stories/confirm-names.ts";

function visitorsFrom(addresses: readonly string[], agent: string): Judge {
  const judge = new Judge({ knowledge, budget: 1 });
  const batch = new Batch();
  addresses.forEach((address, i) => {
    const row = batch.add(Kind.request, 1000 * i, i + 1);
    batch.source.set(addressWords(address)!, row * 4);
    batch.target.set(addressWords("198.51.100.1")!, row * 4);
    for (const column of ["host", "referer", "detail", "content", "service"] as const) batch[column][row] = 0;
    batch.method[row] = batch.texts.addText("GET");
    batch.path[row] = batch.texts.addText("/");
    batch.agent[row] = batch.texts.addText(agent);
    batch.status[row] = 200;
  });
  judge.observe(batch, 0, batch.length);
  return judge;
}

const googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const asking = (asked: string[], name?: string) => async (address: string) => {
  asked.push(address);
  return name;
};

test("of who says that it is a crawler the name is asked, of private addresses and of plain visitors never", async () => {
  const asked: string[] = [];
  const judge = visitorsFrom(["203.0.113.9", "10.0.0.7", "2001:db8::9"], googlebot);
  await confirmNames(judge, asking(asked, "scan.example"));
  expect(asked.sort()).toEqual(["2001:db8::9", "203.0.113.9"]);
  expect(judge.names.nameOf(addressWords("203.0.113.9")!)).toBe("scan.example");
  const none: string[] = [];
  await confirmNames(visitorsFrom(["203.0.113.9"], "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"), asking(none));
  expect(none).toEqual([]);
});

test("no more than 256 addresses are asked about", async () => {
  const asked: string[] = [];
  const many = Array.from({ length: 300 }, (_, i) => `203.0.${113 + (i >> 8)}.${i & 255}`);
  await confirmNames(visitorsFrom(many, googlebot), asking(asked));
  expect(asked.length).toBe(256);
});
