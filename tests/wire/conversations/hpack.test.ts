import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Budget } from "../../../src/wire/budget.ts";
import { HpackDecoder } from "../../../src/wire/conversations/hpack.ts";

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));

/** Decodes the blocks of one connection; undefined for what cannot be decoded. */
function decode(blocks: readonly Uint8Array[], budget = new Budget(1 << 20)): (string | undefined)[] {
  const decoder = new HpackDecoder(budget);
  return blocks.map((block) => {
    const headers: string[] = [];
    const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
    const isWhole = decoder.decode(block, 0, block.length, ({ name, value }) => {
      headers.push(`${text(name)}: ${text(value)}`);
    });
    return isWhole ? headers.join(", ") : undefined;
  });
}

describe("HPACK (RFC 7541, appendix C)", () => {
  const requests = [
    ":method: GET, :scheme: http, :path: /, :authority: www.example.com",
    ":method: GET, :scheme: http, :path: /, :authority: www.example.com, cache-control: no-cache",
    ":method: GET, :scheme: https, :path: /index.html, :authority: www.example.com, custom-key: custom-value",
  ];
  test("requests without Huffman coding (C.3)", () => {
    const blocks = [
      "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
      "8286 84be 5808 6e6f 2d63 6163 6865",
      "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
    ];
    expect(decode(blocks.map(bytesOf))).toEqual(requests);
  });
  test("requests with Huffman coding (C.4)", () => {
    const blocks = [
      "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
      "8286 84be 5886 a8eb 1064 9cbf",
      "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
    ];
    expect(decode(blocks.map(bytesOf))).toEqual(requests);
  });
  test.each([
    ["an index beyond the tables", "be"],
    ["the index 0", "80"],
    ["a string that is cut short", "4003 6162"],
    ["an integer without an end", "ffff ffff ffff"],
    ["a table larger than we follow", "3fe1 ff7f"],
    ["padding that is no padding", "0081 0000 81ff"],
  ])("%s is not decoded", (_why, hex) => expect(decode([bytesOf(hex)])).toEqual([undefined]));
  test("memory comes from the budget, and goes back", () => {
    const budget = new Budget(2000);
    const kept = (letter: string) => bytesOf(`40 01 ${Buffer.from(letter).toString("hex")} 20 ${"61".repeat(32)}`);
    const decoder = new HpackDecoder(budget);
    const take = (block: Uint8Array) => decoder.decode(block, 0, block.length, () => {});
    expect([take(kept("a")), take(kept("b")), take(kept("c")), take(kept("d"))]).toEqual([true, true, true, false]);
    expect(budget.held).toBe(1731);
    decoder.forget();
    expect(budget.held).toBe(0);
  });
  test("garbage never throws", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }), (blocks) => void decode(blocks)),
    );
  });
});
