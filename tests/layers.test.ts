import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { importsBelow, importsOf, layers, violationOf } from "./source-imports.ts";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const dependencies = Object.keys(manifest.dependencies);

test("every import in src goes to its own layer or an earlier one", () => {
  const imports = importsBelow("src");
  expect(imports.length).toBeGreaterThan(0);
  expect(imports.map((found) => violationOf(found, dependencies)).filter(Boolean)).toEqual([]);
});

test("every folder of src is a layer", () => {
  const folders = readdirSync("src", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(layers).toEqual(expect.arrayContaining(folders.map((folder) => folder.name)));
});

test("ARCHITECTURE.md lists the layers in the same order", () => {
  const listed = [...readFileSync("ARCHITECTURE.md", "utf8").matchAll(/^\| `(\w+)\/` +\|/gm)].map((match) => match[1]);
  expect(listed).toEqual([...layers]);
});

test.each([
  ["a later layer", "bytes/a.ts", `import { x } from "../wire/x.ts";`, "a later layer"],
  ["a type only", "bytes/a.ts", `import type { X } from "../wire/x.ts";`, "a later layer"],
  ["a statement over lines", "bytes/a.ts", `import {\n  x,\n  y,\n} from "../cli/x.ts";`, "a later layer"],
  ["passed on", "wire/a.ts", `export { x } from "../formats/x.ts";`, "a later layer"],
  ["passed on whole", "wire/a.ts", `export * from "../formats/x.ts";`, "a later layer"],
  ["only when asked for", "stories/a.ts", `const x = await import("../stores/x.ts");`, "a later layer"],
  ["for its effect", "formats/logs/a.ts", `import "../../judgement/x.ts";`, "a later layer"],
  ["the command line from the library", "index.ts", `export { x } from "./cli/x.ts";`, "a later layer"],
  ["the library from a layer", "server/a.ts", `import { x } from "../index.ts";`, "a later layer"],
  ["a file in no layer", "wire/a.ts", `import { x } from "../x.ts";`, "in no layer"],
  ["a file out of src", "wire/a.ts", `import { x } from "../../tests/x.ts";`, "outside src"],
  ["a package for development", "wire/a.ts", `import { test } from "vitest";`, "not in dependencies"],
  ["a package nobody named", "wire/a.ts", `import x from "@some/package/part";`, "not in dependencies"],
])("the check catches %s", (_name, file, text, why) => {
  const found = importsOf(file, text).map((each) => violationOf(each, ["zod"]));
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(why);
});

test.each([
  ["its own folder", "wire/a.ts", `import { x } from "./tcp/x.ts";`],
  ["an earlier layer", "cli/a.ts", `import { x } from "../bytes/x.ts";`],
  ["a dependency's part", "stories/a.ts", `import { z } from "zod/mini";`],
  ["Node's own library", "bytes/a.ts", `import { open } from "node:fs/promises";`],
  ["everything but the command line, from the library", "index.ts", `export { x } from "./server/x.ts";`],
  ["the library, from the command line", "cli/a.ts", `import { x } from "../index.ts";`],
])("the check allows %s", (_name, file, text) => {
  expect(importsOf(file, text).map((each) => violationOf(each, ["zod"]))).toEqual([undefined]);
});

test("the check reads no comment", () => {
  expect(importsOf("bytes/a.ts", `/**\n * import { x } from "../cli/x.ts";\n */\n// import "../cli/x.ts";\n`)).toEqual(
    [],
  );
});
