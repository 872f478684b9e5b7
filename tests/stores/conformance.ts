import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { IncidentFilter } from "../../src/stores/records.ts";
import { BadCursor, defaultLimits, type Store } from "../../src/stores/store.ts";
import { Report } from "../../src/stories/report.ts";
import { addressOf, at, sampleActor, sampleExposure, sampleIncident, sampleReport } from "./sample-report.ts";

const now = Date.UTC(2026, 0, 10);
const act = { by: "Ada", atMs: now };
const first = { limit: 10 };

/** What every implementation of `Store` does. `open` gives the store that lives in a folder, new or as it was left. */
export function describeStore(name: string, open: (folder: string) => Promise<Store>): void {
  const folders: string[] = [];
  const stores: Store[] = [];
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  async function openIn(folder: string): Promise<Store> {
    const store = await open(folder);
    stores.push(store);
    return store;
  }
  async function newStore(): Promise<Store> {
    folders.push(mkdtempSync(join(tmpdir(), "vedette-store-")));
    return openIn(folders.at(-1)!);
  }
  async function idOf(store: Store, number: number): Promise<string> {
    return (await store.actor(addressOf(number)))!.incident!;
  }
  async function listAll(store: Store, filter: IncidentFilter, limit: number): Promise<string[]> {
    const ids: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const { items, next } = await store.incidents(filter, { cursor, limit });
      ids.push(...items.map(({ id }) => id));
      if (next === null) return ids;
      cursor = next;
    }
  }

  describe(name, () => {
    test("an empty store answers everything", async () => {
      const store = await newStore();
      expect(await store.incidents({}, first)).toEqual({ items: [], next: null });
      expect(await store.overview(now)).toMatchObject({ incidents: { act: 0, notable: 0, noise: 0 }, lastRun: null });
      expect(await store.report(10)).toBeUndefined();
      expect(await store.incident("i-none")).toBeUndefined();
      expect(await store.acknowledge("i-none", "", act)).toBeUndefined();
      expect(await store.addNote("i-none", "x", act)).toBeUndefined();
      expect(await store.revision()).toBe(0);
    });

    test("a run can be read back", async () => {
      const store = await newStore();
      expect(await store.addRun(sampleReport(30), now)).toMatchObject({ added: 30, merged: 0 });
      const id = await idOf(store, 0);
      expect(await store.incident(id)).toMatchObject({ ...sampleIncident(0, 1), id, size: 1, runs: 1, notes: 0 });
      const { evidence, ...actor } = sampleActor(0, 1);
      expect(await store.actor(addressOf(0))).toMatchObject({ ...actor, incident: id, learned: [expect.any(String)] });
      expect((await store.actorEvidence(addressOf(0), first)).items).toEqual(evidence);
      expect((await store.incidentEvidence(id, first)).items).toHaveLength(3);
      const { items } = await store.exposures({ search: "apache 80" }, first);
      expect(items).toMatchObject([{ target: "198.51.100.4", learnedBy: [addressOf(0)] }]);
      expect((await store.exposures({ learnedBy: addressOf(0) }, first)).items).toHaveLength(1);
      expect((await store.exposures({ learnedBy: addressOf(1) }, first)).items).toEqual([]);
      expect(await store.checks(10)).toMatchObject([{ id: "CVE-2021-41773", actors: 30, count: 60, answered: 30 }]);
      expect(await store.coverage()).toHaveLength(1);
      expect((await store.runs(first)).items).toMatchObject([{ counts: { scanners: 30 } }]);
    });

    test("exposures come with leaks, severity and remedies, the gravest first", async () => {
      const store = await newStore();
      const leaks = [{ kind: "private-address", what: "10.0.0.5" }];
      const severity = { level: "high" as const, because: ["this version is affected"] };
      const remedies = [{ mitigation: "M1051", name: "Update Software", do: "update http_server" }];
      const grave = sampleExposure({ id: "exposure-2", port: 443, leaks, severity, remedies });
      await store.addRun({ ...sampleReport(1), exposures: [sampleExposure(), grave] }, now);
      const { items } = await store.exposures({}, first);
      expect(items).toMatchObject([{ port: 443, leaks, severity, remedies }, { port: 80 }]);
      expect((await store.exposures({ severity: ["high"] }, first)).items).toHaveLength(1);
      expect((await store.exposures({ search: "10.0.0.5" }, first)).items).toHaveLength(1);
    });

    test("when an actor was told first stays known, whatever later runs tell", async () => {
      const store = await newStore();
      const telling = (to: string, day: number) => ({ to, at: at(day, 1), input: `day-${day}.pcap`, position: day });
      const tell = (...told: ReturnType<typeof telling>[]) =>
        store.addRun({ ...sampleReport(1), exposures: [sampleExposure({ told })] }, now);
      await tell(telling(addressOf(0), 2));
      await tell(telling(addressOf(0), 3), telling(addressOf(1), 3));
      const { items } = await store.exposures({}, first);
      expect(items[0]!.told).toEqual([telling(addressOf(0), 2), telling(addressOf(1), 3)]);
    });

    test("each run keeps what it told, and a check is no analysis", async () => {
      const store = await newStore();
      const quiet = sampleExposure({ text: "Server: Apache", version: null, learnedBy: [addressOf(1)] });
      const before = await store.addRun(sampleReport(1), now);
      const after = await store.addRun({ ...sampleReport(1, 2), exposures: [quiet], checked: [] }, now + 1);
      expect(await store.exposuresOfRun(before.id)).toMatchObject({
        run: { kind: "analysis" },
        exposures: [{ text: "Server: Apache/2.4.49", learnedBy: [addressOf(0)] }],
      });
      expect(await store.exposuresOfRun(after.id)).toMatchObject({
        run: { kind: "check" },
        checked: [],
        exposures: [{ text: "Server: Apache", learnedBy: [addressOf(1)] }],
      });
      expect(await store.exposuresOfRun("no run")).toBeUndefined();
      expect((await store.overview()).lastRun?.id).toBe(before.id);
    });

    test("the stored report keeps to the contract of reports", async () => {
      const store = await newStore();
      await store.addRun(sampleReport(30), now);
      const report = Report.parse(await store.report(20));
      expect(report.incidents).toHaveLength(20);
      expect(report.incidents[0]).toMatchObject({ priority: "act" });
      expect(report.actors[0]!.evidence).toHaveLength(3);
    });

    test("the same run again changes nothing but the runs", async () => {
      const store = await newStore();
      await store.addRun(sampleReport(30), now);
      const before = await store.report(100);
      const revision = await store.revision();
      expect(await store.addRun(sampleReport(30), now + 1)).toMatchObject({ added: 0, merged: 30 });
      const after = await store.report(100);
      expect(after!.actors).toEqual(before!.actors);
      expect(after!.incidents).toEqual(before!.incidents.map((incident) => ({ ...incident, runs: 2 })));
      expect((await store.changesAfter(revision, 100)).changes.map(({ what }) => what)).toEqual(["run"]);
    });

    test("a later run adds to what is known, and people's words stay", async () => {
      const store = await newStore();
      await store.addRun(sampleReport(3), now);
      const id = await idOf(store, 1);
      await store.acknowledge(id, "seen", act);
      await store.addNote(id, "asked the provider", act);
      await store.addRun(sampleReport(3, 2), now + 1);
      expect(await idOf(store, 1)).toBe(id);
      expect(await store.incident(id)).toMatchObject({
        first: at(1, 1),
        last: at(2, 2),
        runs: 2,
        acknowledged: { by: "Ada", reason: "seen" },
        notes: 1,
      });
      expect(await store.actor(addressOf(1))).toMatchObject({ observations: 18, checks: [{ count: 4 }] });
      expect((await store.actorEvidence(addressOf(1), { limit: 100 })).items).toHaveLength(6);
    });

    test("the line of a row is kept, also when a later run of the same inputs could not read it again", async () => {
      const store = await newStore();
      const [row, ...others] = sampleActor(0, 1).evidence;
      const raw = { kind: "text" as const, content: `GET /\u202e<b> \u0000`, bytes: 4000 };
      const evidence = [{ ...row!, raw }, ...others];
      await store.addRun(sampleReport(1), now);
      await store.addRun({ ...sampleReport(0), actors: [sampleActor(0, 1, { evidence, incident: null })] }, now + 1);
      await store.addRun(sampleReport(1), now + 2);
      expect((await store.actorEvidence(addressOf(0), first)).items).toEqual(evidence);
    });

    test("what one source does months later is another incident", async () => {
      const store = await newStore();
      await store.addRun(sampleReport(1), now);
      await store.addRun(sampleReport(1, 90), now + 1);
      expect((await store.incidents({}, first)).items).toHaveLength(2);
    });

    test("a campaign is the same one when half of its members are", async () => {
      const store = await newStore();
      const campaign = (from: number, day: number) => {
        const members = Array.from({ length: 10 }, (_, i) => addressOf(from + i));
        return { ...sampleReport(0, day), incidents: [sampleIncident(1, day, { kind: "campaign", members })] };
      };
      await store.addRun(campaign(0, 1), now);
      expect(await store.addRun(campaign(5, 2), now)).toMatchObject({ added: 0, merged: 1 });
      expect((await store.incidents({}, first)).items).toMatchObject([{ size: 15 }]);
      expect(await store.addRun(campaign(40, 2), now)).toMatchObject({ added: 1, merged: 0 });
      expect((await store.incidents({ search: addressOf(14) }, first)).items).toHaveLength(1);
    });

    test.each(["priority", "last", "first", "size"] as const)("pages by %s hold every incident once", async (sort) => {
      const store = await newStore();
      await store.addRun(sampleReport(47), now);
      const whole = await listAll(store, { sort }, 100);
      expect(new Set(whole).size).toBe(47);
      expect(await listAll(store, { sort }, 5)).toEqual(whole);
    });

    test.each<[string, IncidentFilter, number]>([
      ["one priority", { priority: ["act"] }, 5],
      ["two priorities", { priority: ["act", "noise"] }, 50],
      ["a kind", { kind: "campaign" }, 0],
      ["what is open", { acknowledged: false }, 49],
      ["what is acknowledged", { acknowledged: true }, 1],
      ["words of the summary, whatever their case", { search: "ASKED 8" }, 50],
      ["a member's address", { search: addressOf(7) }, 1],
      ["a wildcard as text", { search: "%" }, 0],
      ["words that would end the query", { search: "' OR 1=1 --" }, 0],
      ["the time after", { since: at(1, 20) }, 2],
      ["the time before", { until: at(1, 1) }, 3],
      ["what changed since", { changedSince: new Date(now + 1).toISOString() }, 1],
    ])("incidents are narrowed by %s", async (_name, filter, count) => {
      const store = await newStore();
      await store.addRun(sampleReport(50), now);
      await store.acknowledge(await idOf(store, 3), "", { by: "Ada", atMs: now + 5 });
      expect((await store.incidents(filter, { limit: 100 })).items).toHaveLength(count);
      expect(await store.countIncidents(filter)).toBe(count);
    });

    test.each(["", "%%%", "WzEsMl0x", "eyJhIjoxfQ", "W251bGwsMV0", "x".repeat(400)])(
      "a cursor that no page gave is refused: %j",
      async (cursor) => {
        const store = await newStore();
        await expect(store.incidents({}, { cursor, limit: 5 })).rejects.toThrow(BadCursor);
      },
    );

    test("actors are found by the beginning of their address, by check and by incident", async () => {
      const store = await newStore();
      await store.addRun(sampleReport(20), now);
      expect((await store.actors({ search: "203.0.0.1" }, { limit: 50 })).items).toHaveLength(11);
      expect((await store.actors({ check: "CVE-2021-41773" }, { limit: 50 })).items).toHaveLength(20);
      expect((await store.actors({ incident: await idOf(store, 4) }, first)).items).toHaveLength(1);
    });

    test("the overview counts what is open, the funnel, and what changed", async () => {
      const store = await newStore();
      await store.addRun(sampleReport(20), now - 5);
      await store.addRun(sampleReport(10, 2, 20), now);
      await store.acknowledge(await idOf(store, 0), "", act);
      const overview = await store.overview(now);
      expect(overview).toMatchObject({
        funnel: { visitors: 50, scanners: 30, aimed: 3, learned: 3, returned: 0 },
        incidents: { act: 2, notable: 0, noise: 27 },
        acknowledged: 1,
        since: { appeared: 10, changed: 1 },
      });
      expect(overview.top).toHaveLength(10);
    });

    test("the timeline's slices fit the time that it covers", async () => {
      const store = await newStore();
      await store.addRun(sampleReport(20), now);
      const hours = await store.overview();
      expect(hours.sliceSeconds).toBe(900);
      expect(hours.timeline).toHaveLength(20);
      expect(hours.timeline[0]).toEqual({ at: at(1, 1), act: 1, notable: 0, noise: 0 });
      await store.addRun(sampleReport(10, 20, 20), now);
      const days = await store.overview();
      expect(days.sliceSeconds).toBe(86_400);
      expect(days.timeline).toEqual([
        { at: at(1, 0), act: 2, notable: 0, noise: 18 },
        { at: at(20, 0), act: 1, notable: 0, noise: 9 },
      ]);
    });

    test("a campaign comes with its course over time", async () => {
      const store = await newStore();
      const campaign = sampleIncident(0, 1, { kind: "campaign", members: [addressOf(0), addressOf(1)] });
      const members = [0, 1].map((number) => sampleActor(number, 1, { incident: campaign.id }));
      await store.addRun({ ...sampleReport(0), incidents: [campaign], actors: members }, now);
      const { items } = await store.campaigns(first);
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({ kind: "campaign", size: 2 });
      // The first is about in the first hour of two, the second in the second.
      expect(items[0]!.pulse).toHaveLength(32);
      expect([items[0]!.pulse[0], items[0]!.pulse[16], items[0]!.pulse[31]]).toEqual([1, 2, 1]);
    });

    test("what was tried where is counted by actors", async () => {
      const store = await newStore();
      const rows = (target: string) =>
        sampleActor(0, 1).evidence.map((row) => ({ ...row, target, service: "tcp/22" as const }));
      const actors = [0, 1, 2].map((number) =>
        sampleActor(number, 1, { evidence: rows(number === 2 ? "198.51.100.5" : "198.51.100.4") }),
      );
      await store.addRun({ ...sampleReport(3), actors }, now);
      const { cells, services, targets } = await store.tried();
      expect(cells.toSorted((a, b) => b.actors - a.actors)).toEqual([
        { service: "tcp/22", target: "198.51.100.4", actors: 2 },
        { service: "tcp/22", target: "198.51.100.5", actors: 1 },
      ]);
      expect([services, targets]).toEqual([1, 2]);
    });

    test("acknowledging, reopening and notes are told as changes", async () => {
      const store = await newStore();
      await store.addRun(sampleReport(1), now);
      const id = await idOf(store, 0);
      const before = await store.revision();
      await store.acknowledge(id, "ours", act);
      expect((await store.reopen(id, act))?.acknowledged).toBeNull();
      await store.addNote(id, "\0 <b>", act);
      expect(await store.notes(id)).toMatchObject([{ by: "Ada", text: "\\0 <b>" }]);
      const { changes, isWhole } = await store.changesAfter(before, 10);
      expect(isWhole).toBe(true);
      expect(changes.map(({ what }) => what)).toEqual(["acknowledgement", "acknowledgement", "note"]);
      expect(changes.at(-1)!.revision).toBe(await store.revision());
    });

    test("declared scanners, assets and accounts come and go", async () => {
      const store = await newStore();
      const declared = await store.declare(
        { address: "192.0.2.0/28", name: "audit", from: at(1, 0), until: null },
        act,
      );
      expect(await store.declared()).toEqual([declared]);
      expect(await store.withdraw(declared.id, act)).toBe(true);
      expect(await store.withdraw(declared.id, act)).toBe(false);
      await store.putAsset({ address: "198.51.100.4", name: "shop", note: "" }, act);
      await store.putAsset({ address: "198.51.100.4", name: "web shop", note: "" }, act);
      expect(await store.assets()).toMatchObject([{ name: "web shop", by: "Ada" }]);
      expect(await store.removeAsset("198.51.100.4", act)).toBe(true);
      const account = { name: "ada", role: "admin", kind: "password", hash: "x" } as const;
      await store.putAccount(account, now);
      expect(await store.account("ada")).toEqual(account);
      expect(await store.removeAccount("ada")).toBe(true);
      expect(await store.accounts()).toEqual([]);
      await store.addAudit({ who: "ada", from: "::1", what: "signed in", subject: "" }, now);
      expect((await store.audit(first)).items).toMatchObject([{ who: "ada", from: "::1" }]);
    });

    test("retention takes the oldest, then what deserves least attention, and leaves what has notes", async () => {
      const store = await newStore();
      await store.addRun(sampleReport(30), now);
      await store.addRun(sampleReport(5, 200, 30), Date.UTC(2026, 0, 205));
      const noted = await idOf(store, 31);
      await store.addNote(noted, "keep", { by: "Ada", atMs: Date.UTC(2026, 0, 206) });
      const removed = await store.retain({ ...defaultLimits, days: 100, incidents: 2 }, Date.UTC(2026, 0, 220));
      expect(removed).toMatchObject({ incidents: 33, actors: 30 });
      const { items } = await store.incidents({}, first);
      expect(items.map(({ priority }) => priority)).toEqual(["act", "noise"]);
      expect(items[1]!.id).toBe(noted);
      expect(await store.sizes()).toMatchObject({ incidents: 2, actors: 5, evidence: 15 });
      expect((await store.overview()).incidents).toEqual({ act: 1, notable: 0, noise: 1 });
    });

    test("what is stored is there when the store is opened again", async () => {
      const store = await newStore();
      await store.addRun(sampleReport(4), now);
      const before = await store.report(10);
      await stores.pop()!.close();
      expect(await (await openIn(folders[0]!)).report(10)).toEqual(before);
    });

    test("two open stores see each other's changes", async () => {
      const one = await newStore();
      const other = await openIn(folders[0]!);
      await one.addRun(sampleReport(4), now);
      expect(await other.revision()).toBe(await one.revision());
      await Promise.all([one.addRun(sampleReport(900, 2), now), other.addRun(sampleReport(900, 2, 2000), now)]);
      expect(await one.sizes()).toMatchObject({ incidents: 1800 });
    });
  });
}
