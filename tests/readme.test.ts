import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

/** What `npm start` prints where it is not a terminal, up to the incidents. */
function startOutput(): string {
  const [, ...command] = (JSON.parse(readFileSync("package.json", "utf8")).scripts.start as string).split(" ");
  const output = execFileSync(process.execPath, command, { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
  return output.split("\nINCIDENTS\n")[0]!.trimEnd();
}

test("the README shows what npm start really prints (npx vitest -u writes it anew)", async () => {
  const readme = readFileSync("README.md", "utf8");
  const shown = /(<!-- npm start -->\n```\n)[\s\S]*?(\n```)/;
  expect(readme).toMatch(shown);
  const output = startOutput();
  const truth = readme.replace(shown, (_, before: string, after: string) => `${before}${output}${after}`);
  await expect(truth).toMatchFileSnapshot(resolve("README.md"));
});
