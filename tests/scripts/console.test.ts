import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { buildConsole } from "../../scripts/console/build.ts";

const built = await buildConsole();

test("web/built is what web/ says (npm run console writes it)", () => {
  expect(readdirSync("web/built").sort()).toEqual([...built.keys()].sort());
  for (const [name, text] of built) expect(readFileSync(`web/built/${name}`, "utf8") === text, name).toBe(true);
});

test("the console's script is under 250 kB compressed, and nothing of it is written into the page", () => {
  expect(gzipSync(built.get("console.js")!).length).toBeLessThan(250_000);
  expect(built.get("index.html")).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|javascript:/);
});
