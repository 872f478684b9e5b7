import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { asks } from "../../src/asking/asks.ts";

/** Rows of the table in docs/exposure.md: ways to ask, and their usual ports. */
const rows = readFileSync("docs/exposure.md", "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => {
    const [, ways = "", ports = ""] = line.split("|");
    return {
      ways: [...ways.matchAll(/[a-z0-9]+/g)].map(([way]) => way),
      ports: (ports.match(/\d+/g) ?? []).map(Number),
      isUdp: ports.includes("UDP"),
    };
  });

test("docs/exposure.md lists every way to ask, with its ports", () => {
  const sorted = (texts: readonly (string | number)[]) => [...texts].map(String).sort();
  expect(sorted(rows.flatMap(({ ways }) => ways))).toEqual(sorted(asks.map(({ id }) => id)));
  for (const { ways, ports, isUdp } of rows) {
    const same = asks.filter(({ id }) => ways.includes(id));
    expect(sorted(ports), ways.join(" ")).toEqual(sorted(same.flatMap((ask) => ask.ports)));
    expect(same.map(({ transport }) => transport === "udp")).toEqual(same.map(() => isUdp));
  }
});

test("no port has two ways to be asked", () => {
  const ports = asks.flatMap((ask) => ask.ports);
  expect(new Set(ports).size).toBe(ports.length);
});
