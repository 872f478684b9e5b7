import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { formatAddress } from "../../src/bytes/address.ts";
import { formats } from "../../src/formats/index.ts";
import { openInput } from "../../src/formats/read-input.ts";
import { BatchPool } from "../../src/observations/batch-pool.ts";
import { Kind } from "../../src/observations/vocabulary.ts";

const ufw = (source: string) =>
  `Nov 22 19:05:16 web kernel: [UFW BLOCK] IN=eth0 OUT= SRC=${source} DST=198.51.100.5 LEN=60 TTL=52 ID=1 PROTO=TCP SPT=51234 DPT=23 WINDOW=1 RES=0x00 SYN URGP=0`;
const sshd = "Nov 22 19:05:17 web sshd[812]: Invalid user admin from 192.0.2.8 port 40122";
const nginx = `Nov 22 19:05:18 web nginx: 192.0.2.9 - - [22/Nov/2026:19:05:18 +0000] "GET /.env HTTP/1.1" 404 153 "-" "curl/8"`;
const cron = "Nov 22 19:05:19 web CRON[900]: (root) CMD (run-parts /etc/cron.hourly)";
const access = `192.0.2.10 - - [22/Nov/2026:19:05:20 +0000] "GET /wp-login.php HTTP/1.1" 404 153 "-" "curl/8"`;

async function read(text: string) {
  const stdin = Readable.from([Buffer.from(text)]);
  const nowMs = Date.parse("2026-11-23T00:00:00Z");
  const reader = await openInput("-", 0, { formats, pool: new BatchPool(), nowMs, stdin });
  const rows: string[] = [];
  for (let batch = await reader.next(); batch; batch = await reader.next()) {
    for (let row = 0; row < batch.length; row++)
      rows.push(`${batch.kind[row] === Kind.request ? "request" : "other"} ${formatAddress(batch.source, 4 * row)}`);
    reader.release(batch);
  }
  return { format: reader.format.id, rows: rows.sort(), tally: reader.tally };
}

test("every line of a syslog file is read by its own format", async () => {
  const { rows, tally } = await read([ufw("192.0.2.7"), sshd, nginx, cron, access, ufw("192.0.2.7")].join("\n"));
  expect(rows).toEqual([
    "other 192.0.2.7",
    "other 192.0.2.7",
    "other 192.0.2.8",
    "request 192.0.2.10",
    "request 192.0.2.9",
  ]);
  expect(tally.rejected).toBe(0);
  expect([...tally.gaps]).toEqual([["lines of other programs", 1]]);
});

test("formats that first appear far behind the start are read too", async () => {
  const { format, rows } = await read([...Array(2000).fill(sshd), ufw("192.0.2.7"), nginx].join("\n"));
  expect(format).toBe("server-log");
  expect(new Set(rows)).toEqual(new Set(["other 192.0.2.7", "other 192.0.2.8", "request 192.0.2.9"]));
});

test("what a program is made to log is not taken for a firewall's line", async () => {
  const forged = [
    `Nov 22 19:05:17 web app[77]: login of ' SRC=203.0.113.9 DST=198.51.100.5 PROTO=TCP SPT=1 DPT=80 WINDOW=1 '`,
    "Nov 22 19:05:17 web app[77]: CEF:0|a|b|1|1|x|1|src=203.0.113.9 dst=198.51.100.5 proto=TCP",
    `Nov 22 19:05:17 web app[77]: date=2026-11-22 time=19:05:17 logid="1" type="traffic" srcip=203.0.113.9 dstip=198.51.100.5 proto=6`,
    `192.0.2.10 - - [22/Nov/2026:19:05:20 +0000] "GET / HTTP/1.1" 404 153 "-" "x SRC=203.0.113.9 DST=198.51.100.5 PROTO=TCP"`,
  ];
  const { rows, tally } = await read([sshd, nginx, sshd, sshd, ...forged].join("\n"));
  expect(rows.some((row) => row.includes("203.0.113.9"))).toBe(false);
  expect(tally.gaps.get("lines of other programs")).toBe(3);
});

test("a broken line is a reject of the format whose marks it has", async () => {
  const { tally } = await read([sshd, sshd, ufw("X.X.X.23")].join("\n"));
  expect([...tally.rejects.keys()]).toEqual(["SRC is not an address"]);
});
