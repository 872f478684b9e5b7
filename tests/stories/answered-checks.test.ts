import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { analyze } from "../../src/stories/analyze.ts";
import { conversation, everyTenth, pcapFile } from "../wire/packets.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-answered-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function exposuresOf(name: string, content: string | Uint8Array) {
  const path = join(folder, name);
  writeFileSync(path, content);
  const { report } = await analyze({ inputs: [path], home: ["198.51.100.0/24"], now: Date.UTC(2026, 10, 23) });
  return report.exposures;
}

/** What an access log of requests `METHOD PATH STATUS BYTES`, a second each, tells of answered files. */
async function answeredIn(...requests: string[]) {
  const lines = requests.map((request, i) => {
    const [method, path, status, bytes] = request.split(" ");
    const second = String(i).padStart(2, "0");
    return `203.0.113.7 - - [20/Nov/2026:08:00:${second} +0000] "${method} ${path} HTTP/1.1" ${status} ${bytes} "-" "x"\n`;
  });
  return (await exposuresOf("access.log", lines.join(""))).flatMap(({ leaks = [] }) => leaks.map(({ what }) => what));
}

test.each<[string, string[], string[]]>([
  ["a size that nothing else has", ["GET / 200 6120", "GET /.git/config 200 92"], ["probably /.git/config"]],
  ["the size of the home page", ["GET / 200 6120", "GET /.env 200 6120"], []],
  ["the size of the error page", ["GET /a 404 153", "GET /.env 200 153"], []],
  [
    "a page that repeats the path",
    ["GET /aa 200 502", "GET /bbbb 200 504", "GET /cccccc 200 506", "GET /.env.old 200 508"],
    [],
  ],
  ["an error page that is learned later", ["GET /.env 200 812", "GET /b 404 812"], []],
  ["no content", ["HEAD /.git/HEAD 200 23", "GET /.svn/entries 200 0", "GET /.env 403 99"], []],
  ["what is nobody's secret", ["GET /about 200 92"], []],
  [
    "a site that answers whatever is asked",
    [..."abcdefghijklmno"].map((letter, i) => `GET /${letter.repeat(4)}/.env 200 ${300 + i * 17}`),
    [],
  ],
])("an access log with %s", async (_why, requests, expected) => {
  expect(await answeredIn(...requests)).toEqual(expected);
});

test("who was answered, and by which line", async () => {
  const log = ["203.0.113.7", "203.0.113.8"].map(
    (address, i) => `${address} - - [20/Nov/2026:08:00:0${i} +0000] "GET /.env?x=1 HTTP/1.1" 200 92 "-" "x"\n`,
  );
  expect(await exposuresOf("two.log", log.join(""))).toMatchObject([
    {
      text: "Answered: /.env, probably with content (dotenv-file)",
      severity: { level: "medium" },
      leaks: [{ kind: "secrets", isProbable: true }],
      told: [
        { to: "203.0.113.7", position: 1 },
        { to: "203.0.113.8", position: 2 },
      ],
    },
  ]);
});

test("a capture shows the content itself, and a page instead of the file is none", async () => {
  const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const lines = [
    [">", "GET /.git/config HTTP/1.1\r\nHost: a.example\r\n\r\n"],
    ["<", answer("[core]\n\trepositoryformatversion = 0\n")],
    [">", "GET /.env HTTP/1.1\r\nHost: a.example\r\n\r\n"],
    ["<", answer("<html>Welcome")],
  ] as const;
  const capture = pcapFile(everyTenth(conversation("192.0.2.7", "198.51.100.4", 80, lines)));
  expect(await exposuresOf("visit.pcap", capture)).toMatchObject([
    {
      target: "198.51.100.4",
      text: "Body: git configuration at /.git/config",
      severity: { level: "high" },
      learnedBy: ["192.0.2.7"],
    },
  ]);
});
