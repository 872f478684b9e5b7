import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
/** Licences that may be shipped or built with; see docs/dependencies.md. */
const permissive = ["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "MIT OR Apache-2.0"];
/** Asks for changes of its own files only, which are neither changed nor shipped: for development alone. */
const forDevelopment = [...permissive, "MPL-2.0"];

const rows = readFileSync("docs/dependencies.md", "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) =>
    line
      .split("|")
      .map((cell) => cell.trim())
      .slice(1, -1),
  )
  .map(([name, licence, ...reasons]) => ({ name: name!.replaceAll("`", ""), licence: licence!, reasons }));

test("docs/dependencies.md has one row for each dependency, and no other", () => {
  const named = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)].sort();
  expect(rows.map((row) => row.name).sort()).toEqual(named);
});

test.each(rows)("$name: the row is whole and its licence is what the package says", ({ name, licence, reasons }) => {
  expect(reasons).toHaveLength(3);
  expect(reasons.filter((reason) => reason.length < 10)).toEqual([]);
  expect(JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).license).toBe(licence);
  expect(name in manifest.dependencies ? permissive : forDevelopment).toContain(licence);
});

test("package-lock.json locks the optional packages of every platform: npm ci refuses a lock without them", () => {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const locked = Object.keys(packages).map((path) => path.split("node_modules/").at(-1));
  const optional = Object.values<{ optionalDependencies?: object }>(packages).flatMap((each) =>
    Object.keys(each.optionalDependencies ?? {}),
  );
  expect(optional.length).toBeGreaterThan(0);
  expect(optional.filter((name) => !locked.includes(name))).toEqual([]);
});
