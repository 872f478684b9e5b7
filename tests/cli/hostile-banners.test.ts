import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExposureReport } from "../../src/stories/report.ts";
import { recordSession } from "../wire/conversations/tls-session.ts";
import { conversation, everyTenth, pcapFile } from "../wire/packets.ts";
import { type Ended, temporaryFolder, vedette } from "./run-cli.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

interface Service {
  readonly port: number;
  readonly says: Buffer;
  /** Bytes sent at once; all by default. */
  readonly stride?: number;
  readonly names: string;
}

const MEGABYTE = 1 << 20;
const markup = "</script><script>window.ran=1</script><img src=x onerror=window.ran=2>";
const steers = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\u200b\b\b\b";
const formula = "=cmd|'/C calc'!A0";
const brokenUtf8 = "\xff\xfe\xc3(\xed\xa0\x80\xf4\x90\x80\x80";
const bomb = gzipSync(Buffer.alloc(16 * MEGABYTE));
const head = (fields: string) => `HTTP/1.1 200 OK\r\n${fields}Content-Type: text/html\r\n`;
const page = (fields: string, body: string) => `${head(fields)}Content-Length: ${body.length}\r\n\r\n${body}`;
const latin1 = (text: string) => Buffer.from(text, "latin1");

/** Each is a server of its own that says this to whoever comes. */
const services: readonly Service[] = [
  { port: 21, says: latin1(`220 ProFTPD 1.3.5 Server ${"A".repeat(MEGABYTE)}\r\n`), names: "proftpd" },
  { port: 8080, says: latin1(page(`Server: nginx/1.22.1 ${"B".repeat(MEGABYTE)}\r\n`, "")), names: "nginx" },
  { port: 22, says: Buffer.from(`SSH-2.0-OpenSSH_9.2p1 ${steers}${markup}\r\n`), names: "openssh" },
  { port: 2222, says: latin1(`SSH-2.0-OpenSSH_9.2p1 ${brokenUtf8}${steers}\r\n`), names: "openssh" },
  { port: 80, says: Buffer.from(page(`Server: nginx/1.22.1 ${markup}${steers}\r\n`, "")), names: "nginx" },
  { port: 81, says: latin1(page("", `<html><title>Index of /${markup.replace(/<\/?script>/g, "")}`)), names: "null" },
  { port: 25, says: latin1(`220 ${formula} ESMTP Exim 4.96, ${formula}\r\n`), names: "exim" },
  { port: 82, says: latin1(page(`Via: ${formula} (squid/5.7)\r\n`, "")), names: "squid" },
  { port: 110, says: latin1(`+OK Dovecot ${"drip ".repeat(400)}`), stride: 3, names: "dovecot" },
  {
    port: 83,
    says: latin1(
      "HTTP/1.1 302 Found\r\nServer: Apache/2.4.58\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n".repeat(
        50,
      ),
    ),
    names: "http_server null",
  },
  {
    port: 84,
    says: Buffer.concat([
      latin1(`${head("Server: lighttpd/1.4.69\r\nContent-Encoding: gzip\r\n")}Content-Length: ${bomb.length}\r\n\r\n`),
      bomb,
    ]),
    names: "lighttpd",
  },
];

async function say(socket: Socket, { says, stride = says.length }: Service): Promise<void> {
  socket.on("error", () => {});
  for (let at = 0; at < says.length; at += stride) {
    await new Promise((resolve) => socket.write(says.subarray(at, at + stride), resolve));
  }
  socket.end();
}

/** The packets of a visit to a service that really runs, as if between hosts of their own. */
async function packetsOf(service: Service, i: number): Promise<Uint8Array[]> {
  const { lines } = await recordSession(
    createServer((socket) => say(socket, service)),
    undefined,
    async (socket) => {
      socket.write("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
      for await (const _ of socket);
    },
  );
  const segments = lines.flatMap(([way, data]) =>
    Array.from(
      { length: Math.ceil(data.length / 1400) },
      (_, n) => [way, data.slice(n * 1400, (n + 1) * 1400)] as const,
    ),
  );
  return conversation(`192.0.2.${i + 1}`, `198.51.100.${i + 1}`, service.port, segments);
}

const place = (name: string) => `${folder.path}/${name}`;
let analyzed: Ended;
let listed: Ended;
let exposures: ExposureReport[];

beforeAll(async () => {
  const frames = (await Promise.all(services.map(packetsOf))).flat();
  const inputs = ["--home", "198.51.100.0/24", folder.write("hostile.pcap", pcapFile(everyTenth(frames)))];
  const files = ["--json", place("out.json"), "--html", place("out.html")];
  const pages = ["--json", place("list.json"), "--html", place("list.html"), "--csv", place("list.csv")];
  analyzed = await vedette(["analyze", ...files, ...inputs]);
  listed = await vedette(["exposure", "report", ...inputs]);
  expect(await vedette(["exposure", "report", ...pages, ...inputs])).toMatchObject({ exit: 0 });
  exposures = JSON.parse(readFileSync(place("out.json"), "utf8")).exposures;
}, 60_000);

const read = (name: string) => readFileSync(place(name), "utf8");

test("every service was survived, and understood as far as it names itself", () => {
  expect([analyzed.exit, listed.exit]).toEqual([0, 0]);
  const named = services.map((_, i) => {
    const ofHost = exposures.filter(({ target }) => target === `198.51.100.${i + 1}`);
    return [...new Set(ofHost.map(({ product }) => String(product)))].sort().join(" ");
  });
  expect(named).toEqual(services.map(({ names }) => names));
});

test("whatever was said is cut", () => {
  for (const { text, leaks = [], told } of exposures) {
    expect(text.length).toBeLessThan(2100);
    for (const { what } of leaks) expect(what.length).toBeLessThan(2100);
    expect(told).toHaveLength(1);
  }
  for (const name of ["out.json", "list.json", "list.csv"]) expect(read(name).length).toBeLessThan(200_000);
});

test("nothing steers a terminal, nor whoever reads a table or prints the JSON", () => {
  const steering = /[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
  for (const { stdout, stderr } of [analyzed, listed]) expect(stdout + stderr).not.toMatch(steering);
  expect(read("list.csv")).not.toMatch(steering);
  JSON.parse(read("list.json"), (_, value) => typeof value === "string" && expect(value).not.toMatch(steering));
  JSON.parse(read("out.json"), (_, value) => typeof value === "string" && expect(value).not.toMatch(steering));
});

test("no cell of the table is a formula", () => {
  const lines = read("list.csv").trimEnd().split("\r\n");
  expect(lines.length).toBeGreaterThan(services.length);
  const cells = lines.flatMap((line) => line.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^,"]*)(?=,|$)/g)!);
  expect(cells.filter((cell) => /^"?\s*[=+@|%-]/.test(cell))).toEqual([]);
  expect(cells.filter((cell) => cell.includes("=cmd"))).toHaveLength(2);
});

test.each(["out.html", "list.html"])("%s holds the words, and none of them as markup", (name) => {
  const html = read(name);
  expect(html).toContain("window.ran=1");
  expect(html).not.toMatch(/<script>window\.ran|<img src=x|<svg\/onload/);
  expect(html).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]/);
});
