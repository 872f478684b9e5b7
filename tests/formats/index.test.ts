import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formats } from "../../src/formats/index.ts";

const folder = join(import.meta.dirname, "../../src/formats");

function isFormat(value: unknown): boolean {
  return typeof value === "object" && value !== null && "looksLike" in value && "id" in value;
}

test.each(["captures", "flows", "logs"])("every format in %s is listed", async (kind) => {
  for (const file of readdirSync(join(folder, kind)).filter((name) => name.endsWith(".ts"))) {
    const module: Record<string, unknown> = await import(join(folder, kind, file));
    const unlisted = Object.entries(module).filter(
      ([, value]) => isFormat(value) && !(formats as unknown[]).includes(value),
    );
    expect(unlisted.map(([name]) => `${file}: ${name}`)).toEqual([]);
  }
});

test("ids are short, stable in form, and told apart", () => {
  const ids = formats.map((format) => format.id);
  expect(ids.filter((id) => !/^[a-z][a-z0-9-]{1,23}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});
