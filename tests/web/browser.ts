import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, test } from "vitest";

/** Debian's browser; `npm test` needs none, so the tests that use one say so when they are left out. */
const browserFile = process.env.CHROMIUM ?? "/usr/bin/chromium";
const pictures = fileURLToPath(new URL("../../out/screenshots", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const hasBrowser = existsSync(browserFile);

/** A test that drives a real browser, left out by name where there is none. */
export function browserTest(name: string, run: () => Promise<void>): void {
  test.skipIf(!hasBrowser)(hasBrowser ? name : `${name} (needs Debian's chromium)`, run);
}

let browser: Promise<Browser> | undefined;
afterAll(async () => (await browser)?.close());

/** A page of a reader of their own, and what went wrong in it so far: failing scripts, refused ones, dialogs. */
export async function openPage(options: BrowserContextOptions = {}): Promise<{ page: Page; troubles: string[] }> {
  browser ??= chromium.launch({ executablePath: browserFile, args: ["--no-sandbox"] });
  const context = await (await browser).newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("pageerror", ({ message }) => troubles.push(`error: ${message}`));
  page.on("console", (said) => said.type() === "error" && troubles.push(`console: ${said.text()}`));
  page.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, troubles };
}

/** Windows and colours in which every page must be usable. */
export const looks = [1280, 390].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ name: `${width}-${colorScheme}`, width, colorScheme })),
);
type Look = (typeof looks)[number];

/** Shows a page in another window. */
export async function takeLook(page: Page, { width, colorScheme }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: width > 600 ? 900 : 844 });
}

/** Writes what is seen to `out/screenshots`, for people to look at; of long pages only the beginning. */
export async function takePicture(page: Page, name: string, look: Look): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  const tall = await page.evaluate("document.documentElement.scrollHeight");
  const clip = { x: 0, y: 0, width: look.width, height: Math.min(tall as number, 2400) };
  await page.screenshot({ path: `${pictures}/${name}-${look.name}.png`, fullPage: true, clip });
}

/** What keeps people out of a page, and whether it is wider than its window. Colours do not depend on the width, so that two looks tell all. */
export async function findBarriers(page: Page, { width, colorScheme }: Look): Promise<string[]> {
  if (await page.evaluate("document.documentElement.scrollWidth > innerWidth")) return ["wider than the window"];
  if (colorScheme === (width > 600 ? "dark" : "light")) return [];
  await page.evaluate(axe);
  const { violations } = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as AxeResults;
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
