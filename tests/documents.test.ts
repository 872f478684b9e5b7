import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const documents = ["docs", "."]
  .flatMap((folder) => readdirSync(folder).map((file) => (folder === "." ? file : `${folder}/${file}`)))
  .concat("samples/README.md", "scripts/lab/README.md")
  .filter((file) => file.endsWith(".md"));
const scripts = JSON.parse(readFileSync("package.json", "utf8")).scripts;

test.each(documents)("%s names only files and npm scripts that exist", (document) => {
  const text = readFileSync(document, "utf8");
  const paths = [...text.matchAll(/`((?:src|tests|bench|scripts|samples|docs|bin|\.ci)\/[\w./-]*)/g)].map(
    ([, path]) => path!,
  );
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)\)/g)].map(([, path]) => join(dirname(document), path!));
  const made = (path: string) => /NAME|^dist\//.test(path) || path.endsWith("*");
  expect([...paths, ...links].filter((path) => !made(path) && !existsSync(path))).toEqual([]);
  const commands = [...text.matchAll(/npm run ([\w-]+)/g)].map(([, script]) => script!);
  expect(commands.filter((script) => scripts[script] === undefined)).toEqual([]);
});

test("every document says something", () => {
  const wordsOf = (document: string) => readFileSync(document, "utf8").split(/\s+/).length;
  expect(documents.filter((document) => wordsOf(document) < 50)).toEqual([]);
});
