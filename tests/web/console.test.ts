import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { hashSecret } from "../../src/server/secrets.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import type { Report } from "../../src/stories/report.ts";
import { sampleExposure, sampleReport } from "../stores/sample-report.ts";
import { browserTest, hasBrowser, openPage } from "./browser.ts";
import { manyIncidents, realReports } from "./many-incidents.ts";
import { type Served, serveConsole } from "./serve-console.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-console-"));
const file = join(folder, "store.db");
const password = "correct-horse-battery";
let store: SqliteStore;
let served: Served;
/** A run that nobody stored yet. */
let campaign: Report;
/** An incident to be acted on, of the recorded day. */
let urgent: string;

beforeAll(async () => {
  if (!hasBrowser) return;
  const reports = await realReports(folder);
  campaign = reports[1];
  store = new SqliteStore(file);
  await store.addRun(manyIncidents(reports[0], 10_000), Date.now() - 86_400_000);
  await store.addRun(reports[0], Date.now());
  urgent = (await store.incidents({ priority: ["act"], sort: "last" }, { limit: 1 })).items[0]!.id;
  served = await serveConsole(file);
}, 120_000);
afterAll(async () => {
  await served?.close();
  await store?.close();
  rmSync(folder, { recursive: true });
});

browserTest("among 10,000 incidents: overview, incident, evidence, raw row", async () => {
  const { page, troubles } = await openPage();
  await page.goto(served.url);
  await heading(page, /incidents to look at today/).waitFor();
  expect(await page.getByRole("list", { name: "Open incidents by priority" }).innerText()).toMatch(/\d,\d{3}/);
  const first = page.getByRole("list", { name: "Top incidents" }).getByRole("link").first();
  const objective = await first.locator("strong").innerText();
  await first.click();
  await heading(page, objective).waitFor();
  const row = page
    .getByRole("region", { name: /^Evidence for / })
    .getByRole("row")
    .filter({ hasText: "GET /" })
    .first();
  const where = await row.locator("td.where").getAttribute("title");
  expect(where).toMatch(/^samples\/access\S*\.log:\d+$/);
  await row.getByText("line", { exact: true }).click();
  const [input, position] = where!.split(":");
  const lines = readFileSync(input!, "utf8").split("\n");
  expect(await row.locator("pre").innerText()).toBe(lines[Number(position) - 1]);
  expect(troubles).toEqual([]);
});

browserTest("incidents are filtered, searched and ordered, and the address of the page says how", async () => {
  const { page, troubles } = await openPage();
  await page.goto(`${served.url}#/incidents`);
  const list = page.getByRole("list", { name: "Incidents" });
  await page.getByText(/^50 of 10,0\d\d shown/).waitFor();
  await page.getByLabel("Priority").selectOption("notable");
  await page.waitForURL("**/#/incidents?priority=notable");
  await expect.poll(() => list.locator(".tag").allInnerTexts().then(unique)).toEqual(["notable"]);
  await page.getByLabel("Priority").selectOption("");
  await page.getByLabel("Order").selectOption("last");
  await expect.poll(() => list.getByRole("time").first().getAttribute("datetime")).toBe(await latest());
  const address = (await list.locator(".who .mono").nth(7).innerText()).trim();
  await page.keyboard.press("/");
  await page.keyboard.type(address);
  const addresses = () => list.locator(".who .mono").allInnerTexts().then(unique);
  await expect.poll(addresses).toSatisfy(isNarrowedTo(address));
  const found = await addresses();
  const { page: other, troubles: theirs } = await openPage();
  await other.goto(page.url());
  await expect.poll(() => other.locator(".incidents .who .mono").allInnerTexts().then(unique)).toEqual(found);
  expect(await other.getByLabel("Order").inputValue()).toBe("last");
  await other.getByLabel("Search").fill("nothing is like this");
  await other.getByText("No incident is like this.").waitFor();
  expect([...troubles, ...theirs]).toEqual([]);
});

browserTest("a long list goes on as one scrolls, by keyboard alone too", async () => {
  const { page, troubles } = await openPage();
  await page.goto(`${served.url}#/incidents`);
  const list = page.getByRole("list", { name: "Incidents" });
  await list.getByRole("link").first().focus();
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("k");
  const second = list.getByRole("link").nth(1);
  const to = await second.getAttribute("href");
  expect(await page.locator(":focus").getAttribute("href")).toBe(to);
  await page.keyboard.press("End");
  await page.getByText(/^[1-9]\d\d of 10,0\d\d shown/).waitFor();
  await second.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/${to}`);
  await page.goBack();
  await page.getByText(/ of 10,0\d\d shown/).waitFor();
  expect(troubles).toEqual([]);
});

browserTest(
  "acknowledging, opening again, notes and declared scanners reach the store and every open page",
  async () => {
    const { page, troubles } = await openPage();
    const { page: colleague } = await openPage();
    for (const each of [page, colleague]) await each.goto(`${served.url}#/incidents/${urgent}`);
    await page.getByRole("button", { name: "Acknowledge" }).click();
    const dialog = page.getByRole("dialog", { name: "Acknowledge this incident" });
    await dialog.getByLabel(/^Reason/).fill("patched <b>today</b>");
    await dialog.getByRole("button", { name: "Acknowledge" }).click();
    for (const each of [page, colleague])
      await each.getByText(/^Seen to by local, .*: patched <b>today<\/b>$/).waitFor();
    expect((await store.incident(urgent))!.acknowledged).toMatchObject({ by: "local", reason: "patched <b>today</b>" });
    await page.getByRole("button", { name: "Open it again" }).click();
    await page.getByRole("button", { name: "Acknowledge" }).waitFor();
    await page.getByRole("button", { name: "Add a note" }).click();
    await page.getByRole("dialog", { name: "Add a note" }).getByLabel("Note").fill("asked the owner\nof the shop");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    for (const each of [page, colleague]) await each.getByText("asked the owner of the shop").waitFor();
    await page.getByRole("button", { name: "Declare as own scanner" }).click();
    const declare = page.getByRole("dialog", { name: "Declare an own scanner" });
    const address = await declare.getByLabel("Address or network").inputValue();
    await declare.getByLabel("What it is").fill("weekly audit");
    await declare.getByLabel(/^From/).fill("2026-01-01");
    await declare.getByRole("button", { name: "Declare" }).click();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("region", { name: "Own scanners" }).getByRole("cell", { name: address }).first().waitFor();
    expect(await store.declared()).toMatchObject([{ address, name: "weekly audit", from: "2026-01-01T00:00:00.000Z" }]);
    expect(troubles).toEqual([]);
  },
);

browserTest("an incident that another process stores appears in the open page", async () => {
  const { page, troubles } = await openPage();
  await page.goto(`${served.url}#/incidents?kind=campaign`);
  await page.getByText("No incident is like this.").waitFor();
  await store.addRun(campaign, Date.now());
  const entry = page.getByRole("list", { name: "Incidents" }).getByRole("link").filter({ hasText: "campaign of 64" });
  await entry.waitFor();
  await page.getByText(/^An incident came or changed|incidents came or changed$/).waitFor();
  await entry.click();
  await page.getByRole("heading", { name: "Members" }).waitFor();
  expect(troubles).toEqual([]);
});

browserTest("light and dark can be chosen, and the browser remembers", async () => {
  const { page, troubles } = await openPage({ colorScheme: "dark" });
  const paper = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
  await page.goto(served.url);
  await page.getByLabel("Colours").waitFor();
  const dark = await paper();
  await page.getByLabel("Colours").selectOption("light");
  const light = await paper();
  expect(light).not.toBe(dark);
  await page.reload();
  await page.getByLabel("Colours").waitFor();
  expect([await page.getByLabel("Colours").inputValue(), await paper()]).toEqual(["light", light]);
  await page.getByLabel("Colours").selectOption("");
  expect(await paper()).toBe(dark);
  expect(troubles).toEqual([]);
});

browserTest("what servers revealed before and after is compared, and two runs are chosen", async () => {
  const own = join(folder, "changes.db");
  const changing = new SqliteStore(own);
  const at = (day: number) => Date.UTC(2026, 2, day);
  const [before, after] = [sampleExposure(), sampleExposure({ text: "Server: Apache", version: null })];
  const severity = { level: "high" as const, because: ["a key is told"] };
  const leak = sampleExposure({
    id: "exposure-2",
    port: 8080,
    leaks: [{ kind: "key", what: "<b>/id_rsa</b>" }],
    severity,
  });
  await changing.addRun({ ...sampleReport(1), exposures: [before, leak] }, at(1));
  await changing.addRun({ ...sampleReport(1, 2), exposures: [after] }, at(2));
  await changing.addRun({ ...sampleReport(1, 3), exposures: [after] }, at(3));
  await changing.close();
  const compared = await serveConsole(own);
  try {
    const { page, troubles } = await openPage();
    await page.goto(`${compared.url}#/exposures`);
    await page.getByText("high, because a key is told").waitFor();
    expect(await page.locator("main").innerText()).toContain("key: <b>/id_rsa</b>");
    await page.getByRole("link", { name: /^Before and after/ }).click();
    await page.getByText("1 actor learned the same in both.").waitFor();
    await page.getByLabel("Before").selectOption({ index: 3 });
    await page.getByLabel("After").selectOption({ index: 2 });
    const changes = page.getByRole("region", { name: "What changed" });
    await changes.getByRole("row").filter({ hasText: "Server: Apache/2.4.49" }).first().waitFor();
    expect(await changes.innerText()).toMatch(/Revealed otherwise[\s\S]*Not seen later, which proves nothing/);
    await page.getByRole("region", { name: "What the same actors were told" }).waitFor();
    expect(page.url()).toMatch(/#\/exposures\/changes\?before=[\w-]+&after=[\w-]+$/);
    expect(troubles).toEqual([]);
  } finally {
    await compared.close();
  }
});

browserTest("accounts: signing in and out, and readers change nothing", async () => {
  const own = join(folder, "accounts.db");
  await store.backup(own);
  const accounts = new SqliteStore(own);
  const hash = await hashSecret(password);
  await accounts.putAccount({ name: "ada", role: "admin", kind: "password", hash }, 1);
  await accounts.putAccount({ name: "rob", role: "reader", kind: "password", hash }, 1);
  const guarded = await serveConsole(own);
  try {
    const { page, troubles } = await openPage();
    await page.goto(`${guarded.url}#/incidents/${urgent}`);
    await signIn(page, "rob", "wrong password");
    await page.getByRole("alert").waitFor();
    await signIn(page, "rob", password);
    await page.getByText("rob, reader").waitFor();
    await page.getByRole("heading", { name: "Stages" }).waitFor();
    expect(await page.getByRole("button").allInnerTexts()).toEqual(["Sign out"]);
    const refused = await page.evaluate(async (path) => {
      const { csrf } = (await (await fetch("/api/session")).json()) as { csrf: string };
      const headers = { "x-vedette-csrf": csrf, "content-type": "application/json" };
      return (await fetch(path, { method: "PUT", headers, body: "{}" })).status;
    }, `/api/incidents/${urgent}/acknowledgement`);
    expect(refused).toBe(403);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Password").waitFor();
    expect(await page.locator("body").innerText()).not.toContain("rob, reader");
    await signIn(page, "ada", password);
    await page.getByText("ada, admin").waitFor();
    await page.getByRole("button", { name: "Acknowledge" }).waitFor();
    await accounts.removeAccount("ada");
    await page.reload();
    await page.getByLabel("Password").waitFor();
    expect(troubles.filter((trouble) => !/with a status of 40[13]/.test(trouble))).toEqual([]);
  } finally {
    await guarded.close();
    await accounts.close();
  }
});

function heading(page: Page, name: string | RegExp) {
  return page.getByRole("heading", { name, level: 1 });
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => text.trim()))];
}

function isNarrowedTo(beginning: string): (addresses: readonly string[]) => boolean {
  return (addresses) => addresses.length > 0 && addresses.every((address) => address.startsWith(beginning));
}

async function latest(): Promise<string> {
  return (await store.incidents({ sort: "last" }, { limit: 1 })).items[0]!.last;
}

async function signIn(page: Page, name: string, secret: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}
