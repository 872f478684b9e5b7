import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatCapturesPage } from "../../../scripts/captures-page.ts";
import { linkLayers } from "../../../src/wire/links/index.ts";
import { nameLinkType } from "../../../src/wire/links/link-type-names.ts";

test("docs/captures.md is what the code says (npm run docs writes it)", () => {
  expect(readFileSync("docs/captures.md", "utf8")).toBe(formatCapturesPage());
});

test("no link type is listed twice, and those with a name of their own are the ones that are not read", () => {
  const numbers = linkLayers.flatMap(({ linkTypes }) => linkTypes);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.filter((number) => !nameLinkType(number).includes("not registered"))).toEqual([]);
  expect(nameLinkType(231)).toBe("link type 231 (DBUS)");
});
