import { expect, test } from "vitest";
import { pcap } from "../../src/formats/captures/pcap.ts";
import { Batch } from "../../src/observations/batch.ts";
import { Tally } from "../../src/observations/tally.ts";
import { Kind } from "../../src/observations/vocabulary.ts";
import { conversation, everyTenth, pcapFile } from "./packets.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

function contentsOf(...lines: string[]): string[] {
  const file = pcapFile(
    everyTenth(
      conversation("192.0.2.7", "198.51.100.4", 80, [...lines.map((line) => [">", line] as const), ["<", OK]]),
    ),
  );
  const batch = new Batch();
  const decoder = pcap.open({ tally: new Tally(), referenceMs: 0, zone: 0 });
  decoder.decode(file, batch);
  do decoder.end(batch);
  while (decoder.hasMore);
  const rows = [...batch.kind.subarray(0, batch.length).keys()].filter((row) => batch.kind[row] === Kind.request);
  return rows.map((row) => batch.texts.text(batch.content[row]!));
}

const plain =
  "GET / HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: a\r\nAccept: */*\r\nSec-Fetch-Mode: navigate\r\n\r\n";

test("of an ordinary request nothing more is kept", () => {
  expect(contentsOf(plain)).toEqual([""]);
});

test("headers that are not everybody's, and how a body begins, are kept; also when they come in pieces", () => {
  const head = "POST /a HTTP/1.1\r\nHost: b\r\nX-Api-Version: 1\r\nContent-Length: 7\r\n\r\n";
  expect(contentsOf(`${head}cmd=abc`)).toEqual(["X-Api-Version: 1\n\ncmd=abc"]);
  expect(contentsOf(head, "cmd", "=abc")).toEqual(["X-Api-Version: 1\n\ncmd=abc"]);
  expect(contentsOf(head.slice(0, 30), `${head.slice(30)}cm`, "d=abc")).toEqual(["X-Api-Version: 1\n\ncmd=abc"]);
});

test("of a long body the beginning is kept; one that was answered before it came is not waited for", () => {
  const head = (length: number) => `POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: ${length}\r\n\r\n`;
  expect(contentsOf(`${head(7)}cmd`)).toEqual([""]);
  expect(contentsOf(head(1400) + "x".repeat(1400))).toEqual([`\n${"x".repeat(1024)}`]);
});

test("a body belongs to its request, and the next one begins after it", () => {
  const post = "POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\nx=1";
  expect(contentsOf(`${post}${plain}`)).toEqual(["\nx=1", ""]);
});
