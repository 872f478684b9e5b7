import { describe, expect, test } from "vitest";
import { combined } from "../../src/formats/logs/combined.ts";
import { jsonAccess } from "../../src/formats/logs/json-access.ts";
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
