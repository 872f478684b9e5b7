import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect } from "vitest";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { vedette } from "../cli/run-cli.ts";
import { browserTest, findBarriers, hasBrowser, looks, openPage, takeLook, takePicture } from "./browser.ts";
import { manyIncidents, realReports, samples } from "./many-incidents.ts";
import { type Served, serveConsole } from "./serve-console.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-looks-"));
const pages = [
  "overview",
  "incidents",
  "campaigns",
  "actors",
  "exposures",
  "exposures/changes",
  "checks",
  "coverage",
  "knowledge",
  "settings",
];
const knowledge = [
  {
    id: "kev",
    title: "Known exploited vulnerabilities",
    date: "2026-01-01",
    ageDays: 60,
    licence: "CC0-1.0",
    source: "kev.json",
    sha256: "0".repeat(64),
  },
];
let consoles: Served[] = [];
const names = [
  ...pages,
  "incident",
  "campaign",
  "actor",
  "check",
  "nothing-found",
  "unknown",
  "empty",
  "sign-in",
  "report",
];
/** The address of each. */
let places: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  if (!hasBrowser) return;
  const [day, campaign] = await realReports(folder);
  const store = openStore("store.db");
  await store.addRun(manyIncidents(day, 24), Date.now() - 86_400_000);
  await store.addRun(campaign, Date.now());
  await store.addRun({ ...day, knowledge }, Date.now());
  const told = (await store.incidents({ priority: ["act"], sort: "last" }, { limit: 1 })).items[0]!;
  const act = { by: "local", atMs: Date.now() };
  await store.addNote(told.id, "Asked the owner of the shop.", act);
  await store.declare({ address: "198.51.100.200", name: "weekly audit", from: null, until: null }, act);
  await store.putAsset({ address: "198.51.100.10", name: "shop", note: "behind the proxy" }, act);
  const joint = (await store.campaigns({ limit: 1 })).items[0]!;
  const check = (await store.checks(1))[0]!;
  await store.close();
  await openStore("empty.db").close();
  const accounts = openStore("accounts.db");
  await accounts.putAccount({ name: "ada", role: "admin", kind: "password", hash: "none" }, 1);
  await accounts.close();
  consoles = await Promise.all(["store.db", "empty.db", "accounts.db"].map((name) => serveConsole(join(folder, name))));
  const [stored, empty, guarded] = consoles;
  const report = join(folder, "report.html");
  await vedette(["analyze", "--html", report, ...samples]);
  places = {
    ...Object.fromEntries(pages.map((name) => [name, `${stored!.url}#/${name}`])),
    incident: `${stored!.url}#/incidents/${told.id}`,
    campaign: `${stored!.url}#/incidents/${joint.id}`,
    actor: `${stored!.url}#/actors/${encodeURIComponent(told.members[0]!)}`,
    check: `${stored!.url}#/checks?q=${encodeURIComponent(check.id)}`,
    "nothing-found": `${stored!.url}#/incidents?q=nothing+is+like+this`,
    unknown: `${stored!.url}#/nowhere`,
    empty: empty!.url,
    "sign-in": guarded!.url,
    report: pathToFileURL(report).href,
  };
}, 120_000);
afterAll(async () => {
  for (const each of consoles) await each.close();
  rmSync(folder, { recursive: true });
});

for (const name of names) {
  browserTest(`${name}: everybody can use it, in wide and narrow windows, light and dark`, async () => {
    const { page, troubles } = await openPage();
    await page.goto(places[name]!);
    await page.locator("h1").first().waitFor();
    await expect.poll(() => page.locator("body").innerText()).not.toContain("Loading");
    for (const look of looks) {
      await takeLook(page, look);
      await takePicture(page, name.replace("/", "-"), look);
      expect(await findBarriers(page, look), look.name).toEqual([]);
    }
    // Chromium says so of the form to sign in, which is the body of a 401.
    expect(troubles.filter((trouble) => name !== "sign-in" || !trouble.includes("401"))).toEqual([]);
  });
}

function openStore(name: string): SqliteStore {
  return new SqliteStore(join(folder, name));
}
