import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formats } from "../../src/formats/index.ts";
import { explainRecognition, HEAD_BYTES, recognise } from "../../src/formats/recognise.ts";

const logs = join(import.meta.dirname, "logs");
const samples = readdirSync(logs, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap((entry) => readdirSync(join(logs, entry.name)).map((name) => ({ id: entry.name, name })))
  .filter(({ name }) => name.endsWith(".log"));

const isListed = (id: string) => formats.some((format) => format.id === id);

describe("every sample is recognised as what it is", () => {
  test.each(samples.filter(({ id }) => isListed(id)))("$id/$name", ({ id, name }) => {
    const head = readFileSync(join(logs, id, name));
    expect(recognise(head, formats, name).id).toBe(id);
    expect(explainRecognition(head, formats).winner?.id).toBe(id);
  });
});

describe("explanation", () => {
  const line =
    "Nov 22 2026 19:05:16: %ASA-4-106023: Deny tcp src outside:192.0.2.7/51234 dst dmz:198.51.100.5/23 by access-group";
  const explain = (text: string | Uint8Array) => explainRecognition(Buffer.from(text), formats);

  test("names the winner, and tries every format", () => {
    const { winner, tried, because } = explain(`${line}\n`);
    expect(winner?.id).toBe("cisco-asa");
    expect(tried.map(({ format }) => format.id).sort()).toEqual(formats.map((format) => format.id).sort());
    expect(because).toBe(
      "100 % of the lines in its first 64 KiB have the marks of 'cisco-asa', and no other format is alike",
    );
  });

  test("names the next one, with the share of its lines", () => {
    const other =
      "Nov 22 19:05:16 pfSense filterlog[1]: 5,,,1,em0,match,block,in,4,0x0,,1,1,0,none,6,tcp,40,192.0.2.7,198.51.100.5,1,22,0,S,1,,1,,";
    const { because } = explain(`${line}\n${line}\n${other}\n`);
    expect(because).toBe(
      "66.6 % of the lines in its first 64 KiB have the marks of 'cisco-asa'; next is 'filterlog' with 33.3 %",
    );
  });

  test("says what it looks like when nothing is alike", () => {
    expect(explain("%PDF-1.7\n").because).toBe("no format is alike; it looks like a PDF document");
    expect(explain("").winner).toBeUndefined();
  });

  const erf = (seconds: number) => Buffer.from([0, 0, 0, 0, seconds, 0, 0, 96, 2, 4, 0, 32, 0, 0, 0, 14, ...Array(16)]);
  test.each<[string, string | Buffer]>([
    ["a Network Monitor capture; convert it with `editcap -F pcapng`", "GMBU\0\x02"],
    ["a Sniffer capture; convert it with `editcap -F pcapng`", "TRSNIFF data    \x1a"],
    ["a Catapult DCT2000 capture; convert it with `editcap -F pcapng`", "Session Transcript\n"],
    [
      "a Windows event trace (ETL); convert it with `etl2pcapng`",
      Buffer.from(`${"\0".repeat(72)}\x02\0\x02\xc0`, "latin1"),
    ],
    ["an Endace ERF capture; convert it with `editcap -F pcapng`", Buffer.concat([erf(1), erf(3)])],
    [
      "an Endace ERF capture; convert it with `editcap -F pcapng`",
      Buffer.concat([Buffer.alloc(8), erf(1).subarray(8), erf(3)]),
    ],
    ["binary data", Buffer.concat([erf(3), erf(1)])],
    [
      "packets as text; record them with `tcpdump -w FILE` instead",
      "12:00:00.000001 IP 192.0.2.7.40000 > 198.51.100.4.80: Flags [S], seq 1, win 1024, length 0\n",
    ],
    ["packets as text; record them with `tcpdump -w FILE` instead", "Frame 1: 74 bytes on wire (592 bits)\n"],
    ["a hexadecimal dump; convert it with `text2pcap`", "0000  45 00 00 2c 00 01 00 00\n"],
    ["text in an unknown form", "hello\n"],
  ])("a file that is no input: %s", (what, text) => {
    const head = typeof text === "string" ? Buffer.from(text, "latin1") : text;
    expect(explainRecognition(head, formats).because).toBe(`no format is alike; it looks like ${what}`);
  });

  test("looks at the start only", () => {
    const long = Buffer.alloc(HEAD_BYTES, "x\n");
    expect(explain(Buffer.concat([long, Buffer.from(`${line}\n`)])).winner).toBeUndefined();
  });
});
