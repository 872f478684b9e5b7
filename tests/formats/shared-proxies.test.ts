import { describe, expect, test } from "vitest";
import { combined } from "../../src/formats/logs/combined.ts";
import { jsonAccess } from "../../src/formats/logs/json-access.ts";
import { CUT_ADDRESSES } from "../../src/formats/shared-proxies.ts";
import { decodeAll } from "./observations-as-lines.ts";

interface Visit {
  readonly peer: string;
  readonly client: string;
  readonly path: string;
  readonly status: number;
  readonly agent: string;
}

/** Visitors that come again, through `edges` addresses of a network; among them one that only guesses. */
function visitsThrough(edges: number): Visit[] {
  return Array.from({ length: 3000 }, (_, i) => {
    const visitor = (i * 7919) % 300;
    const peer = `198.18.${visitor % edges}.7`;
    if (i % 20 === 19) return { peer, client: "192.0.2.66", path: `/x${i}.php`, status: 404, agent: "curl/8" };
    return { peer, client: `203.0.113.${visitor % 250}`, path: "/", status: 200, agent: `Browser/${visitor % 23}` };
  });
}

const line = ({ peer, path, status, agent }: Visit, rest = "") =>
  `${peer} - - [22/Nov/2026:19:05:16 +0000] "GET ${path} HTTP/1.1" ${status} 1 "-" "${agent}"${rest}`;

const json = ({ peer, client, path, status, agent }: Visit) =>
  JSON.stringify({
    time: "2026-11-22T19:05:16Z",
    remote_addr: peer,
    request: `GET ${path} HTTP/1.1`,
    status,
    http_user_agent: agent,
    http_x_forwarded_for: client,
  });

/** How often each source is told, and how many requests were left out. */
function sourcesOf(lines: readonly string[], format = combined) {
  const { lines: rows, tally } = decodeAll(format, Buffer.from(`${lines.join("\n")}\n`));
  const sources = Map.groupBy(
    rows.map((row) => JSON.parse(row).source as string),
    (source) => source,
  );
  const hidden = [...tally.gaps.values()].reduce((sum, count) => sum + count, 0);
  return { sources: new Map([...sources].map(([source, list]) => [source, list.length])), hidden };
}

describe("a shared address is not blamed for its clients", () => {
  test.each([4, 40])("%i edges of a network, whose clients the log does not show", (edges) => {
    const { sources, hidden } = sourcesOf(visitsThrough(edges).map((visit) => line(visit)));
    expect(hidden).toBeGreaterThan(1500);
    expect(Math.max(...sources.values())).toBeLessThan(350);
  });

  test("one public proxy before the whole server", () => {
    const { hidden } = sourcesOf(visitsThrough(1).map((visit) => line(visit)));
    expect(hidden).toBeGreaterThan(1900);
  });

  test.each([4, 40])("%i edges that forward: the client behind them is told", (edges) => {
    const visits = visitsThrough(edges);
    const logs = [
      sourcesOf(visits.map((visit) => line(visit, ` "${visit.client}"`))),
      sourcesOf(visits.map(json), jsonAccess),
    ];
    for (const { sources, hidden } of logs) {
      expect(hidden).toBe(0);
      expect(sources.get("192.0.2.66")).toBeGreaterThan(110);
      const ofEdges = [...sources].filter(([source]) => source.startsWith("198.18.")).map(([, count]) => count);
      expect(ofEdges.reduce((sum, count) => sum + count, 0)).toBeLessThan(600);
    }
  });
});

describe("nobody hides by looking shared", () => {
  const visitors = (count: number) =>
    Array.from({ length: count }, (_, i) => {
      const client = `203.0.113.${i % 200}`;
      return { peer: client, client, path: "/", status: 200, agent: `Browser/${(i % 200) % 23}` };
    });

  test("one that changes its program with every guess, also when it makes most of the log", () => {
    const guesses = Array.from({ length: 4000 }, (_, i) =>
      line({ peer: "192.0.2.66", client: "", path: `/x${i}.php`, status: i % 5 === 0 ? 200 : 404, agent: `Bot/${i}` }),
    );
    const { sources, hidden } = sourcesOf([...visitors(400).map((visit) => line(visit)), ...guesses]);
    expect([hidden, sources.get("192.0.2.66")]).toEqual([0, 4000]);
  });

  test("one that forges whom it forwards, on a server that others ask directly", () => {
    const guesses = Array.from({ length: 1000 }, (_, i) => ({
      peer: `192.0.2.${66 + (i % 5)}`,
      client: `198.51.100.${i % 250}`,
      path: `/x${i}.php`,
      status: 404,
      agent: "curl/8",
    }));
    const own = visitors(1000).map((visit) => line(visit, ' "-"'));
    const { sources, hidden } = sourcesOf([...own, ...guesses.map((visit) => line(visit, ` "${visit.client}"`))]);
    expect(hidden).toBe(0);
    expect([...sources.keys()].filter((source) => source.startsWith("198.51.100."))).toEqual([]);
  });

  test("an office behind one address, of a log that others fill", () => {
    const office = visitors(300).map((visit) => line({ ...visit, peer: "192.0.2.80" }));
    const { sources, hidden } = sourcesOf([...visitors(600).map((visit) => line(visit)), ...office]);
    expect([hidden, sources.get("192.0.2.80")]).toEqual([0, 300]);
  });
});

describe("addresses without their last number", () => {
  const visits = Array.from({ length: 2000 }, (_, i): Visit => {
    const peer = `203.0.${(i * 31) % 40}.0`;
    if (i % 20 === 19) return { peer: "192.0.2.0", client: "", path: `/x${i}.php`, status: 404, agent: "curl/8" };
    // The first networks have several people each.
    const agent = (i * 31) % 40 < 10 ? `Program${i % 7}` : "Program1";
    return { peer, client: "", path: "/", status: 200, agent };
  });

  test.each([
    ["combined", combined, (visit: Visit) => line(visit)],
    ["JSON", jsonAccess, (visit: Visit) => json(visit).replace(/,"http_x_forwarded_for":""/, "")],
  ])("are told, and many people's are not held against one (%s)", (_, format, write) => {
    const { lines, tally } = decodeAll(format, Buffer.from(`${visits.map(write).join("\n")}\n`));
    expect(tally.gaps).toEqual(new Map([[CUT_ADDRESSES, visits.length]]));
    const sources = Map.groupBy(lines, (row) => JSON.parse(row).source as string);
    expect(sources.get("203.0.3.0")!.length).toBeLessThan(20);
    expect(sources.get("203.0.30.0")!.length).toBeGreaterThan(40);
    expect(sources.get("192.0.2.0")!.length).toBe(100);
  });

  test("one client whose address ends in a zero is none", () => {
    const { tally } = decodeAll(
      combined,
      Buffer.from(`${visits.map((visit) => line({ ...visit, peer: "192.0.2.0" })).join("\n")}\n`),
    );
    expect(tally.gaps.has(CUT_ADDRESSES)).toBe(false);
  });
});
