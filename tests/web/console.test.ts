import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { openServer } from "../server/open-server.ts";

const browserFile = "/usr/bin/chromium";
const webFolder = fileURLToPath(new URL("../../web/built", import.meta.url));

test.skipIf(!existsSync(browserFile))("a browser shows the stored incidents (needs Debian's Chromium)", async () => {
  const { url } = await openServer({}, { webFolder });
  const browser = await chromium.launch({ executablePath: browserFile, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const troubles: string[] = [];
    page.on("pageerror", ({ message }) => troubles.push(message));
    page.on("console", (said) => said.type() === "error" && troubles.push(said.text()));
    await page.goto(url);
    await page.getByRole("heading", { name: "3 incidents to look at today" }).waitFor();
    await page.getByRole("link", { name: "All incidents" }).click();
    await page.getByRole("heading", { name: "Incidents", exact: true }).waitFor();
    expect(await page.getByRole("list", { name: "Incidents" }).getByRole("listitem").count()).toBe(25);
    expect(troubles).toEqual([]);
  } finally {
    await browser.close();
  }
});
