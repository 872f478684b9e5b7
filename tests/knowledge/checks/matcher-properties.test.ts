import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../../src/knowledge/checks/catalogue/index.ts";
import { CheckMatcher } from "../../../src/knowledge/checks/check-matcher.ts";
import { Batch } from "../../../src/observations/batch.ts";
import { addRawRequest, addRequest } from "./request-row.ts";

const matcher = new CheckMatcher(catalogue);
const method = fc.constantFrom("GET", "POST", "HEAD", "PUT", "PROPFIND", "CONNECT", "", "\u0016\u0003");
const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** Pieces that requests and their disguises are made of, so that random targets come near to what matters. */
const piece = fc.constantFrom(
  ..."/ // /./ /../ ..; \\ %2e %2f %5c %25 %00 %c0%ae %u002f ; ? & = + %20 %26 %0a ' \" ( ) < > { } $ ` | * # -- . .php or and 1 =1".split(
    " ",
  ),
  ..."union select sleep order by etc passwd proc self win.ini cmd id whoami php: file: data: javascript: jndi: script vendor".split(
    " ",
  ),
  ..."phpunit eval-stdin.php .env .git config cgi-bin images css console admin api v1 wp-content plugins login luci actuator".split(
    " ",
  ),
);
const target = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.array(piece, { maxLength: 30 }).map((pieces) => latin1(`/${pieces.join("")}`)),
  fc.constantFrom(...catalogue.flatMap((check) => check.matches)).map((example) => latin1(example.split(" ")[1]!)),
);
const agent = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(latin1("Mozilla/5.0")));
const request = fc.record({ method, target, agent });

describe("whatever the request", () => {
  test("the short cuts change nothing: an ordinary request is one that the whole catalogue does not fit", () => {
    fc.assert(
      fc.property(request, ({ method, target, agent }) => {
        const batch = new Batch(4);
        const row = addRawRequest(batch, method, target, agent);
        expect(matcher.checksOf(batch, row)).toEqual(matcher.checksByTryingAll(batch, row));
      }),
      { numRuns: 2000 },
    );
  });

  test("the answer does not depend on what else stands in the batch, or was asked before", () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 12 }), (requests) => {
        const batch = new Batch(4);
        const rows = requests.map(({ method, target, agent }) => addRawRequest(batch, method, target, agent));
        const together = rows.map((row) => matcher.checksOf(batch, row));
        requests.forEach(({ method, target, agent }, i) => {
          const alone = new Batch(4);
          expect(matcher.checksOf(alone, addRawRequest(alone, method, target, agent))).toEqual(together[i]);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("shares are probabilities, and ids are told once", () => {
    fc.assert(
      fc.property(request, ({ method, target, agent }) => {
        const batch = new Batch(4);
        const matches = matcher.checksOf(batch, addRawRequest(batch, method, target, agent));
        for (const { share } of matches) expect(share > 0 && share <= 1).toBe(true);
        expect(new Set(matches.map(({ check }) => check.id)).size).toBe(matches.length);
      }),
      { numRuns: 500 },
    );
  });
});

test("an ordinary request gets the one constant empty list", () => {
  const batch = new Batch(4);
  const first = matcher.checksOf(batch, addRequest(batch, "GET /about/team.html"));
  expect(first).toHaveLength(0);
  expect(matcher.checksOf(batch, addRequest(batch, "GET /"))).toBe(first);
});

test("a target of 8 KiB of any one byte is read to its end", () => {
  for (let c = 0; c < 256; c++) {
    const batch = new Batch(4);
    const row = addRawRequest(batch, "GET", new Uint8Array(8192).fill(c), latin1(""));
    expect(Array.isArray(matcher.checksOf(batch, row))).toBe(true);
  }
});
