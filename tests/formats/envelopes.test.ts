import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { formatAddress } from "../../src/bytes/address.ts";
import { formats } from "../../src/formats/index.ts";
import { openInput } from "../../src/formats/read-input.ts";
import { BatchPool } from "../../src/observations/batch-pool.ts";

const access = (path: string) =>
  `192.0.2.9 - - [22/Nov/2026:19:05:18 +0000] "GET ${path} HTTP/1.1" 404 153 "-" "curl/8 \\"q\\""`;
const packet =
  "[UFW BLOCK] IN=eth0 OUT= SRC=192.0.2.7 DST=198.51.100.5 LEN=60 TTL=52 ID=1 PROTO=TCP SPT=51234 DPT=23 WINDOW=1 RES=0x00 SYN URGP=0";

/** Each row: its line, its time, its source, its path; the input cut into chunks of `size` bytes. */
async function read(text: string | Buffer, format?: string, size = 1 << 20) {
  const all = Buffer.from(text as string);
  const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.subarray(i * size, (i + 1) * size));
  const nowMs = Date.parse("2026-11-23T00:00:00Z");
  const reader = await openInput("-", 0, {
    formats,
    format,
    pool: new BatchPool(),
    nowMs,
    stdin: Readable.from(pieces),
  });
  const rows: string[] = [];
  for (let batch = await reader.next(); batch; batch = await reader.next()) {
    for (let row = 0; row < batch.length; row++) {
      const at = new Date(batch.atMs[row]!).toISOString().slice(11, 19);
      const path = batch.texts.text(batch.path[row]!);
      rows.push([batch.position[row], at, formatAddress(batch.source, 4 * row), path].join(" ").trim());
    }
    reader.release(batch);
  }
  return { format: reader.format.id, rows, rejects: [...reader.tally.rejects.keys()] };
}

const jsonLines = (...records: readonly object[]) => `${records.map((record) => JSON.stringify(record)).join("\n")}\n`;
const requests = ["1 19:05:18 192.0.2.9 /a", "2 19:05:18 192.0.2.9 /b?x=1"];
const lines = [access("/a"), access("/b?x=1")];

describe("what is put around each line is taken off", () => {
  test.each([
    ["Docker", jsonLines(...lines.map((log) => ({ log: `${log}\n`, stream: "stdout", time: "2026-11-22T19:05:19Z" })))],
    ["Kubernetes", lines.map((line) => `2026-11-22T19:05:19.123456789Z stdout F ${line}\n`).join("")],
    ["Kubernetes, with an offset", lines.map((line) => `2026-11-22T20:05:19.1+01:00 stderr F ${line}\n`).join("")],
    ["Docker Compose", lines.map((line) => `web-1  | ${line}\n`).join("")],
    ["a log shipper", jsonLines(...lines.map((message) => ({ "@timestamp": "2026-11-22T19:05:19Z", message })))],
    ["Splunk", jsonLines(...lines.map((_raw) => ({ preview: false, result: { _raw } })))],
  ])("%s", async (_, text) => {
    expect(await read(text)).toEqual({ format: "combined", rows: requests, rejects: [] });
    expect((await read(text, "combined", 7)).rows).toEqual(requests);
    expect((await read(gzipSync(text))).rows).toEqual(requests);
  });

  test("journalctl's JSON has its time, host and program put before the message", async () => {
    const common = { _HOSTNAME: "web", __REALTIME_TIMESTAMP: "1795374316000000" };
    const text = jsonLines(
      { ...common, SYSLOG_IDENTIFIER: "sshd", _PID: "812", MESSAGE: "Invalid user x from 192.0.2.8 port 40122" },
      { ...common, _TRANSPORT: "kernel", SYSLOG_IDENTIFIER: "kernel", MESSAGE: packet },
      { ...common, SYSLOG_IDENTIFIER: "nginx", _PID: "9", MESSAGE: [...Buffer.from(access("/\xff"), "latin1")] },
      { ...common, SYSLOG_IDENTIFIER: "cron", MESSAGE: null },
    );
    const { rows } = await read(text);
    expect(rows.slice(0, 2)).toEqual(["1 19:05:16 192.0.2.8", "2 19:05:16 192.0.2.7"]);
    expect(rows[2]).toMatch(/^3 19:05:18 192\.0\.2\.9 \//);
    expect(rows.length).toBe(3);
  });

  test("line ends within a record do not make a second", async () => {
    const forged = `${access("/a")}\nNov 22 19:05:16 fw kernel: ${packet}\n`;
    const { rows } = await read(jsonLines({ log: forged, stream: "stdout" }, { log: access("/c"), stream: "stdout" }));
    expect(rows).toEqual(["1 19:05:18 192.0.2.9 /a", "2 19:05:18 192.0.2.9 /c"]);
  });

  test("a JSON log of its own is no envelope, whatever message it holds", async () => {
    const record = {
      time: "2026-11-22T19:05:18Z",
      remote_addr: "192.0.2.9",
      request: "GET /own HTTP/1.1",
      status: 404,
    };
    const { format, rows } = await read(jsonLines(...[1, 2].map(() => ({ ...record, message: access("/other") }))));
    expect(format).toBe("json-access");
    expect(rows.map((row) => row.split(" ")[3])).toEqual(["/own", "/own"]);
  });

  test("broken envelopes are rejects", async () => {
    const { rows, rejects } = await read(
      `${jsonLines({ log: access("/a"), stream: "stdout" }, { log: access("/b"), stream: "stdout" })}{"log":"cut\n`,
    );
    expect([rows.length, rejects]).toEqual([2, ["not a line of an access log"]]);
  });
});

test.each(["utf16le", "big-endian"])("text in UTF-16 with its byte order mark: %s", async (order) => {
  const text = Buffer.from(`\ufeff${lines.join("\r\n")}\r\n`, "utf16le");
  const bytes = order === "utf16le" ? text : text.swap16();
  expect((await read(bytes)).rows).toEqual(requests);
  expect((await read(bytes, undefined, 5)).rows).toEqual(requests);
});

describe("lines that were cut into parts are joined", () => {
  const joined = ["4 19:05:18 192.0.2.9 /aabbcc", "5 19:05:18 192.0.2.9 /d"];
  const [first, last] = access("/aabbcc").split("bb") as [string, string];

  test.each([1 << 20, 7])("Kubernetes, two streams side by side, read %i bytes at once", async (size) => {
    const at = "2026-11-22T19:05:18.123456789Z";
    const text = `${at} stdout P ${first}\n${at} stderr F ${packet}\n${at} stdout P bb\n${at} stdout F ${last}\n${at} stdout F ${access("/d")}\n`;
    const { rows, rejects } = await read(text, "combined", size);
    expect(rows).toEqual(joined);
    expect(rejects).toHaveLength(1);
  });

  test("Docker, which cuts behind 16 KiB", async () => {
    const long = access(`/${"a".repeat(16_400)}`);
    const part = (log: string) => ({ log, stream: "stdout", time: "2026-11-22T19:05:18Z" });
    const records = [part(long.slice(0, 16_384)), part(`${long.slice(16_384)}\n`), part(`${access("/d")}\n`)];
    const { rows, rejects } = await read(jsonLines(...records));
    expect(rows.map((row) => row.slice(0, 24))).toEqual(["2 19:05:18 192.0.2.9 /aa", "3 19:05:18 192.0.2.9 /d"]);
    expect(rejects).toEqual([]);
  });

  test("a line of endless parts stays below its ceiling", async () => {
    const at = "2026-11-22T19:05:18.123456789Z";
    const parts = `${at} stdout P ${"x".repeat(1000)}\n`.repeat(400);
    const text = `${parts}${at} stdout F y\n${at} stdout F ${access("/d")}\n`;
    const { rows } = await read(text, "combined");
    expect(rows).toEqual(["402 19:05:18 192.0.2.9 /d"]);
  });
});

describe("syslog over TCP, as it was sent: messages with their lengths before them, without line ends", () => {
  const framed = (...messages: string[]) =>
    messages.map((message) => `${Buffer.byteLength(message)} ${message}`).join("");
  const message = (text: string) => `<134>Nov 22 19:05:18 web nginx: ${text}`;

  test.each([1 << 20, 7, 1])("read %i bytes at once", async (size) => {
    const text = framed(message(access("/a")), message(`${access("/b?x=1")}\n`), message(access("/é")));
    const { rows, rejects } = await read(text, undefined, size);
    expect(rows).toEqual([...requests, "3 19:05:18 192.0.2.9 /é"]);
    expect(rejects).toEqual([]);
  });

  test("line ends within a message do not make a second", async () => {
    const { rows } = await read(framed(message(`${access("/a")}\n${access("/forged")}`), message(access("/c"))));
    expect(rows).toEqual(["1 19:05:18 192.0.2.9 /a", "2 19:05:18 192.0.2.9 /c"]);
  });

  test("what follows a wrong length, or is cut, is not guessed at", async () => {
    const text = `${framed(message(access("/a")), message(access("/b?x=1")))}9 ${message(access("/c"))}`;
    const { rows } = await read(text);
    expect(rows.slice(0, 2)).toEqual(requests);
    expect((await read(framed(...lines.map(message)).slice(0, -40))).rows).toEqual(requests.slice(0, 1));
  });
});
