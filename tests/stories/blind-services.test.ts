import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { combined } from "../../src/formats/logs/combined.ts";
import { gapClosers } from "../../src/knowledge/closing-gaps.ts";
import { analyze } from "../../src/stories/analyze.ts";
import { conversation, everyTenth, pcapFile } from "../wire/packets.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-blind-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function coverageOf(inputs: Readonly<Record<string, string | Uint8Array>>) {
  const paths = Object.entries(inputs).map(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  });
  const { report } = await analyze({ inputs: paths, home: ["198.51.100.0/24"], now: Date.UTC(2026, 10, 23) });
  return report.coverage.filter(({ reason }) => reason !== undefined);
}

const firewallLine = (action: string, target: string, port: number, second = 0) =>
  `Nov 20 08:00:0${second} fw kernel: [1.0] ${action} IN=eth0 OUT=eth1 SRC=203.0.113.7 DST=${target} LEN=60 TOS=0x00 PREC=0x00 TTL=60 ID=1 DF PROTO=TCP SPT=40000 DPT=${port} WINDOW=64240 RES=0x00 SYN URGP=0\n`;

test("what only a firewall's lines tell of, by service, with what each product would log", async () => {
  const log = firewallLine("FW-ACCEPT", "198.51.100.10", 443) + firewallLine("FW-ACCEPT", "198.51.100.20", 25, 1);
  const [gap, ...others] = await coverageOf({ "fw.log": log });
  expect(others).toEqual([]);
  expect(gap).toMatchObject({
    what: "198.51.100.10:443/tcp, 198.51.100.20:25/tcp are known from firewall lines only",
    reason: "firewall-only",
    services: [
      { target: "198.51.100.10", port: 443, transport: "tcp" },
      { target: "198.51.100.20", port: 25, transport: "tcp" },
    ],
  });
  expect(gap!.close!.map(({ product }) => product)).toEqual([
    "nginx",
    "Apache httpd",
    "Postfix and Dovecot",
    "tcpdump",
  ]);
  expect(gap!.close!.at(-1)!.do).toContain("host 198.51.100.10 and port 443");
});

test("a firewall that logs only what it drops", async () => {
  const [gap] = await coverageOf({ "fw.log": firewallLine("FW-DROP", "198.51.100.10", 443) });
  expect(gap).toMatchObject({ reason: "denied-only" });
  expect(gap!.close![0]!.do).toContain("-j LOG --log-prefix");
});

const hello = new Uint8Array([
  ...[0x16, 3, 1, 0, 52, 1, 0, 0, 48, 3, 3, ...new Uint8Array(32), 0, 0, 2, 0x13, 1, 1, 0, 0, 5, 0, 43, 0, 1, 0],
]);
const answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const request = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";

const visit = [
  [">", request],
  ["<", answer],
] as const;
const secret = [
  [">", hello],
  ["<", hello],
] as const;
const ADDRESS_OF_SOURCE = 26;
const isFromClient = (frame: Uint8Array) => frame[ADDRESS_OF_SOURCE] === 192;

test.each<[string, Uint8Array, string[]]>([
  [
    "an answer that was read is no gap",
    pcapFile(everyTenth(conversation("192.0.2.7", "198.51.100.4", 8443, visit))),
    [],
  ],
  [
    "one direction alone",
    pcapFile(everyTenth(conversation("192.0.2.7", "198.51.100.4", 8443, visit).filter(isFromClient))),
    ["one-sided"],
  ],
  [
    "packets cut after their headers",
    pcapFile(
      everyTenth(conversation("192.0.2.7", "198.51.100.4", 8443, visit)).map((record) => ({ ...record, snap: 54 })),
    ),
    ["truncated"],
  ],
  ["a handshake of TLS", pcapFile(everyTenth(conversation("192.0.2.7", "198.51.100.4", 8443, secret))), ["encrypted"]],
])("%s", async (_name, capture, expected) => {
  expect((await coverageOf({ "visit.pcap": capture })).map(({ reason }) => reason)).toEqual(expected);
});

test("what others offer is no gap of ours, and a long list is cut", async () => {
  const outside = firewallLine("FW-ACCEPT", "192.0.2.99", 443);
  const many = Array.from({ length: 80 }, (_, i) => firewallLine("FW-ACCEPT", "198.51.100.10", 1000 + i)).join("");
  const [gap] = await coverageOf({ "fw.log": outside + many });
  expect(gap!.services).toHaveLength(50);
  expect(gap!.servicesOmitted).toBe(30);
  expect(gap!.services!.some(({ target }) => target === "192.0.2.99")).toBe(false);
});

test("the advised forms of access logs are read, with their hosts", () => {
  const line = `www.example.org:443 203.0.113.7 - - [20/Nov/2026:08:00:00 +0000] "GET / HTTP/1.1" 200 612 "-" "curl/8.0"\n`;
  expect(combined.looksLike(new TextEncoder().encode(line.repeat(3)))).toBeGreaterThan(0.5);
  const advised = gapClosers.filter(({ product }) => ["nginx", "Apache httpd"].includes(product));
  expect(advised.map(({ do: change }) => /(?:\$host:\$server_port|%v:%p) (?:\$remote_addr|%h)/.test(change))).toEqual([
    true,
    true,
  ]);
});
