import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { scoreLedger } from "../../bench/accuracy/exposures/ledger.ts";
import { softwareNamedIn } from "../../bench/accuracy/exposures/named-software.ts";
import { placesIn, type Reply, repliesIn } from "../../bench/accuracy/exposures/replies.ts";
import { compareTruth, readTruth } from "../../bench/accuracy/exposures/truth-file.ts";
import { hasTshark } from "../../bench/accuracy/exposures/tshark.ts";
import { reportExposure } from "../../src/stories/exposures.ts";
import { conversation, everyTenth, pcapFile } from "../wire/packets.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-ledger-score-"));
afterAll(() => rmSync(folder, { recursive: true }));

const place = { server: "198.51.100.4", port: 80, receiver: "192.0.2.7" };
const reply: Reply = { ...place, frame: 5, where: "Server", text: "nginx/1.22.1", isTelling: true };

function reportOf(version: string, to: string, position: number) {
  const software = { vendor: "f5", product: "nginx", version };
  const revealed = { target: place.server, port: 80, transport: 6, service: "http", text: "Server: nginx/1.22.1" };
  const told = [{ to, at: "2026-01-01T00:00:00.000Z", input: "a", position }];
  return {
    home: ["198.51.100.0/24"],
    exposures: [reportExposure("exposure-1", { ...revealed, software }, told, undefined)],
  };
}

describe("the score of a ledger", () => {
  test.each([
    ["right", reportOf("1.22.1", place.receiver, 5), [1, 1, 0]],
    ["another version", reportOf("1.22", place.receiver, 5), [1, 0, 0]],
    ["another receiver, by the packet", reportOf("1.22.1", "192.0.2.8", 5), [0, 0, 1]],
    ["a packet that there is not", reportOf("1.22.1", place.receiver, 9), [1, 1, 1]],
  ])("%s", (_, report, expected) => {
    const { known, agreed, wrong } = scoreLedger(report, [reply], new Map([[5, place]]));
    expect([known, agreed, wrong.length]).toEqual(expected);
  });

  test("what the estate's own hosts were told elsewhere is not asked for", () => {
    const outside = { ...reply, server: "203.0.113.1", receiver: "198.51.100.9" };
    expect(scoreLedger({ home: ["198.51.100.0/24"], exposures: [] }, [outside], new Map()).told).toBe(0);
  });
});

test.each([
  ["Apache/2.4.58 (Debian) PHP/8.2.1", ["apache 2.4.58", "php 8.2.1", "apache ", "php "]],
  ["SSH-2.0-OpenSSH_9.2p1 Debian-2", ["openssh 9.2p1"]],
  ["10.11.6-MariaDB-0+deb12u1", ["mariadb 10.11.6", "mariadb "]],
  ["mail ESMTP", []],
])("%s names software", (text, expected) => {
  expect(softwareNamedIn(text).map(({ name, version }) => `${name} ${version}`)).toEqual(expected);
});

test("a list of the servers beside a recording is compared", () => {
  writeFileSync(
    join(folder, "exposures.json"),
    '[{"host":"198.51.100.4","port":80,"product":"nginx","version":"1.22.1"}]',
  );
  const truth = readTruth(folder)!;
  expect(compareTruth(reportOf("1.22.1", place.receiver, 5).exposures, truth)).toEqual([]);
  expect(compareTruth(reportOf("1.23", place.receiver, 5).exposures, truth)).toEqual([
    "not told: 198.51.100.4 80 nginx 1.22.1",
    "otherwise: 198.51.100.4 80 nginx 1.23",
  ]);
  expect(readTruth(tmpdir())).toBeUndefined();
});

test.skipIf(!hasTshark())("tshark finds what a server says, and to whom (skipped without tshark)", async () => {
  const capture = join(folder, "visit.pcap");
  const frames = conversation("192.0.2.7", "198.51.100.4", 80, [
    [">", "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"],
    ["<", "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 0\r\n\r\n"],
  ]);
  const ssh = conversation("192.0.2.8", "198.51.100.4", 2222, [["<", "SSH-2.0-OpenSSH_9.2p1\r\n"]]);
  writeFileSync(capture, pcapFile(everyTenth([...frames, ...ssh])));
  const told = (await repliesIn(capture)).filter(({ isTelling }) => isTelling);
  expect(told).toEqual([
    reply,
    {
      ...place,
      port: 2222,
      receiver: "192.0.2.8",
      frame: 12,
      where: "greeting",
      text: "SSH-2.0-OpenSSH_9.2p1",
      isTelling: true,
    },
  ]);
  expect((await placesIn(capture)).get(12)).toMatchObject({ server: "198.51.100.4", port: 2222 });
});
