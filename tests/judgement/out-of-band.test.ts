import { expect, test } from "vitest";
import { addressWords } from "../../src/bytes/address.ts";
import { ActorFlag, Tallied } from "../../src/judgement/actor-table.ts";
import { Judge } from "../../src/judgement/judge.ts";
import { knowledge } from "../../src/knowledge/index.ts";
import { Batch } from "../../src/observations/batch.ts";
import { PrefixSet, parsePrefix } from "../../src/observations/prefix.ts";
import { Kind, Outcome, Transport } from "../../src/observations/vocabulary.ts";

const SERVER = "198.51.100.10";
const ATTACKER = "203.0.113.7";

/** A judge of one server's traffic; `before` are places that the server went to before the attempt, at second 100. */
function callOf(before: readonly string[], calls: readonly (readonly [to: string, second: number])[]) {
  const judge = new Judge({ knowledge, budget: 1, home: new PrefixSet([parsePrefix("198.51.100.0/24")!]) });
  const batch = new Batch();
  const goes = (to: string, second: number) => {
    const row = batch.add(Kind.contact, second * 1000, 1);
    batch.source.set(addressWords(SERVER)!, row * 4);
    batch.target.set(addressWords(to)!, row * 4);
    batch.transport[row] = Transport.tcp;
    batch.targetPort[row] = 389;
    batch.outcome[row] = Outcome.answered;
    batch.known[row] = 0;
  };
  for (const [i, to] of before.entries()) goes(to, i);
  const row = batch.add(Kind.request, 100_000, 1);
  batch.source.set(addressWords(ATTACKER)!, row * 4);
  batch.target.set(addressWords(SERVER)!, row * 4);
  batch.status[row] = 404;
  batch.method[row] = batch.texts.addText("POST");
  batch.path[row] = batch.texts.addText("/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php");
  for (const [to, second] of calls) goes(to, second);
  judge.observe(batch, 0, batch.length);
  for (let actor = 1; actor < judge.actors.end; actor++) {
    if (judge.actors.get(actor, Tallied.prefixLength) !== 0 && judge.actors.is(actor, ActorFlag.attempted))
      return judge.test.outOfBand.callAfter(actor);
  }
  throw new Error("no attempt was seen");
}

test("a server that goes somewhere new right after an attempt on it answered it", () => {
  expect(callOf(["192.0.2.1"], [["203.0.113.222", 103]])).toMatchObject({
    host: SERVER,
    to: "203.0.113.222",
    port: 389,
    afterMs: 3000,
  });
});

test.each([
  ["goes where it always goes", ["192.0.2.1"], [["192.0.2.1", 103]]],
  ["goes somewhere new only later", [], [["203.0.113.222", 400]]],
  ["goes to new places all the time", ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"], [["203.0.113.222", 103]]],
] as const)("a server that %s did not", (_, before, calls) => {
  expect(callOf(before, calls)).toBeUndefined();
});
