import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonScan } from "../../src/bytes/json-scan.ts";
import { TextTable } from "../../src/bytes/text-table.ts";

const paths = ["a", "b", "http/url", "http/status", "deep/er/est", "id.orig_h", "été"] as const;
const scan = new JsonScan();
const slots = paths.map((path) => scan.want(path));

/** The wanted values of `text`: strings as text, others as they are written. */
function wanted(text: string): (string | undefined)[] | "malformed" {
  const bytes = Buffer.from(`  ${text}\n`);
  if (!scan.scan(bytes, 2, bytes.length - 1)) return "malformed";
  const texts = new TextTable();
  return slots.map((slot) => (scan.has(slot) ? texts.text(scan.text(slot, texts)) : undefined));
}

function expected(value: unknown): (string | undefined)[] {
  return paths.map((path) => {
    let at: unknown = value;
    for (const key of path.split("/")) {
      const isObject = typeof at === "object" && at !== null && !Array.isArray(at);
      at = isObject && Object.hasOwn(at as object, key) ? (at as Record<string, unknown>)[key] : undefined;
    }
    if (at === undefined || at === null) return undefined;
    return typeof at === "string" ? at : JSON.stringify(at);
  });
}

describe("wanted values", () => {
  test.each([
    ["order does not matter", '{"b":2,"a":"x"}', ["x", "2"]],
    ["white space anywhere", '\t{ "a" : "x" ,\r\n "b" : [ 1 , {"a":2} ] }  ', ["x", '[ 1 , {"a":2} ]']],
    ["the last of equal keys counts", '{"a":1,"a":2}', ["2", undefined]],
    ["null is absent", '{"a":null,"b":false}', [undefined, "false"]],
    ["a quote behind a backslash", String.raw`{"a":"x\"}","b":"\\"}`, ['x"}', "\\"]],
    [
      "escapes of JSON",
      String.raw`{"a":"\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83d","b":"\q"}`,
      ["/\b\f\n\r\té😀\ufffd", "\\q"],
    ],
    ["a key within an unwanted object is none", '{"z":{"a":1},"y":[{"b":1}]}', [undefined, undefined]],
    [
      "dots in keys are not paths",
      '{"id.orig_h":"::1","a":0}',
      ["0", undefined, undefined, undefined, undefined, "::1"],
    ],
    ["nothing", "{}", []],
  ])("%s", (_, text, values) => {
    expect(wanted(text)).toEqual(paths.map((_name, i) => values[i]));
  });

  test("are those that JSON.parse finds, however the object looks", () => {
    const key = fc.oneof(
      fc.constantFrom("a", "b", "http", "url", "status", "deep", "er", "est", "id.orig_h", "été"),
      fc.string(),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: "binary", maxLength: 40 }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value"), { maxLength: 3 }),
        tie("object"),
      ),
      object: fc.dictionary(key, tie("value"), { maxKeys: 6 }),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 8 }), fc.constantFrom(undefined, 1, "\t"), (object, space) => {
        fc.pre(Object.values(object).every((each) => !hasLoneSurrogate(each)));
        const text = JSON.stringify(object, undefined, space);
        const isCompact = space === undefined;
        const found = wanted(text);
        const want = expected(object);
        // Containers are compared when compact: `expected` writes them so.
        const comparable = (list: readonly (string | undefined)[]) =>
          list.map((each) => (isCompact || !/^[[{]/.test(each ?? "") ? each : "container"));
        expect(found).not.toBe("malformed");
        expect(comparable(found as string[])).toEqual(comparable(want));
      }),
      { numRuns: 600 },
    );
  });
});

function hasLoneSurrogate(value: unknown): boolean {
  return /[\ud800-\udfff]/.test(JSON.stringify(value).replace(/\\u/g, ""));
}

describe("malformed", () => {
  test.each([
    "",
    "[]",
    "1",
    "null",
    "{",
    "}",
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a" 1}',
    "{a:1}",
    '{"a":"x}',
    '{"a":"x\\"}',
    '{"a":1}}',
    '{"a":1} x',
    '{"a":[1}',
    '{"a":}',
    "{,}",
    '{"a":1 "b":2}',
    '{"a":x}',
    '{"z":{"a":1}',
    '{"http":{"url":1}',
    '{"http":{"url" 1}}',
  ])("%s", (text) => {
    expect(wanted(text)).toBe("malformed");
  });

  test("no prefix of an object is one", () => {
    const text = String.raw`{"a":"x\"y","http":{"url":"/é\u0041","status":200},"z":[{"q":"]}"}],"b":-1.5e3}`;
    const bytes = Buffer.from(text);
    for (let end = 0; end < bytes.length; end++) expect(scan.scan(bytes, 0, end)).toBe(false);
    expect(scan.scan(bytes, 0, bytes.length)).toBe(true);
  });

  test("any bytes do no harm", () => {
    const bytes = fc.array(fc.constantFrom(...Buffer.from('{}[]",:\\au0129e+-. \n\0\xff')), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, (list) => {
        const array = Uint8Array.from([123, ...list]);
        scan.scan(array, 0, array.length);
        for (const slot of slots) {
          if (scan.has(slot))
            expect(scan.ends[slot]! <= array.length && scan.starts[slot]! <= scan.ends[slot]!).toBe(true);
        }
        scan.text(slots[0]!, new TextTable());
        scan.number(slots[0]!);
      }),
      { numRuns: 2000 },
    );
  });
});

test("objects one after the other", () => {
  const bytes = Buffer.from(' {"a":1} {"a":"x"},{"a":3');
  const found: unknown[] = [];
  const texts = new TextTable();
  for (let at = 0; at >= 0; ) {
    at = scan.scanFirst(bytes, at + (bytes[at] === 44 ? 1 : 0), bytes.length);
    found.push(at < 0 ? at : texts.text(scan.text(slots[0]!, texts)));
  }
  expect(found).toEqual(["1", "x", -1]);
});
