import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { analyze } from "../../src/stories/analyze.ts";
import { conversation, everyTenth, pcapFile } from "../wire/packets.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-pages-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a visit to one page reveals of its server. */
async function revealedBy(head: string, page: string): Promise<unknown[]> {
  const path = join(folder, "visit.pcap");
  const answer = `HTTP/1.1 200 OK\r\n${head}Content-Type: text/html\r\nContent-Length: ${page.length}\r\n\r\n${page}`;
  const lines = [
    [">", "GET /login HTTP/1.1\r\nHost: a.example\r\n\r\n"],
    ["<", answer],
  ] as const;
  writeFileSync(path, pcapFile(everyTenth(conversation("192.0.2.7", "198.51.100.4", 80, lines))));
  const { report } = await analyze({ inputs: [path], home: ["198.51.100.0/24"], now: Date.UTC(2026, 10, 23) });
  return report.exposures.map((each) => [each.product, each.version, each.revealedBy, each.text]);
}

test("title, generator and cookie of a page are exposures", async () => {
  const page = '<html><head><title>Log In - Confluence</title><meta name="generator" content="WordPress 6.4.2"></head>';
  expect(await revealedBy("Set-Cookie: grafana_session=5ecret; Path=/\r\n", page)).toEqual([
    ["wordpress", "6.4.2", "page's generator tag", "Generator: WordPress 6.4.2"],
    ["grafana", null, "name of a cookie", "Set-Cookie: grafana_session="],
    ["confluence", null, "page title", "Title: Log In - Confluence"],
  ]);
});

test("of an ordinary page nothing is kept", async () => {
  expect(await revealedBy("Set-Cookie: theme=dark\r\n", "<html><head><title>Our garden</title></head>")).toEqual([]);
});
