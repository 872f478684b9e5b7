import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { labelledSetsBelow } from "../bench/accuracy/labelled-sets.ts";

const [samples] = labelledSetsBelow("samples");
const lineCount = (path: string) => readFileSync(path, "latin1").split("\n").length - 1;

test("the samples are one labelled set with every kind of input", () => {
  expect(samples!.inputs).toEqual({
    capture: [join("samples", "capture.pcap.zst")],
    firewall: [join("samples", "firewall.log")],
    web: [join("samples", "access-www2.log"), join("samples", "access.log")],
  });
});

test("npm start reads all of them", () => {
  const start: string = JSON.parse(readFileSync("package.json", "utf8")).scripts.start;
  const { capture, firewall, web } = samples!.inputs;
  expect(start.split(" ").slice(3).sort()).toEqual([...capture, ...firewall, ...web].sort());
});

test("they hold at most 3 MB in all", () => {
  const bytes = readdirSync("samples").map((file) => statSync(join("samples", file)).size);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3e6);
});

test("the labels count the lines of the logs", () => {
  const { counts } = JSON.parse(readFileSync("samples/labels.json", "utf8"));
  expect(lineCount("samples/firewall.log")).toBe(counts.fw_lines);
  expect(samples!.inputs.web.map(lineCount).reduce((sum, lines) => sum + lines, 0)).toBe(counts.access_lines);
});

test("every actor left a trace, and visitors and scanners are of many kinds", () => {
  const traceless = samples!.labels.actors.filter((actor) => !actor.packets);
  expect(traceless).toEqual([]);
  const tools = (isScan: boolean) =>
    new Set(samples!.labels.actors.filter(({ kind }) => kind.startsWith("scan-") === isScan).map(({ tool }) => tool));
  expect([tools(true).size, tools(false).size].every((count) => count >= 5)).toBe(true);
});
