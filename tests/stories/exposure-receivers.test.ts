import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { analyze } from "../../src/stories/analyze.ts";
import { answered, dnsMessage, framed, pointer, record } from "../wire/dns-packets.ts";
import {
  bytes,
  conversation,
  ethernet,
  everyTenth,
  flags,
  ip,
  pcapFile,
  tcpSegment,
  udpDatagram,
} from "../wire/packets.ts";

const folder = mkdtempSync(join(tmpdir(), "vedette-receivers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CLIENT = "192.0.2.7";
const SERVER = "198.51.100.4";

/** Who was told what by whom, in which packet: `Server: nginx/1.22.1 of 198.51.100.4:80 to 192.0.2.7 in 5`. */
async function toldIn(frames: readonly Uint8Array[]): Promise<string[]> {
  const path = join(folder, "recorded.pcap");
  writeFileSync(path, pcapFile(everyTenth(frames)));
  const { report } = await analyze({ inputs: [path], home: ["198.51.100.0/24"], now: Date.UTC(2026, 10, 23) });
  for (const { learnedBy, told } of report.exposures) expect(learnedBy).toEqual(told!.map(({ to }) => to));
  return report.exposures.flatMap(({ text, target, port, told }) =>
    told!.map(({ to, position }) => `${text} of ${target}:${port} to ${to} in ${position}`),
  );
}

const answer = (server: string, body = "ok") =>
  `HTTP/1.1 200 OK\r\nServer: ${server}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const ask = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: a.example\r\n${more}\r\n`;

/** Frames: 1 to 3 the handshake, then one for each line. */
const visit = (client = CLIENT, port = 40_000, server = "nginx/1.22.1") =>
  conversation(
    client,
    SERVER,
    80,
    [
      [">", ask("/")],
      ["<", answer(server)],
    ],
    port,
  );

const isFromServer = (frame: Uint8Array) => frame[29] === 4;

describe("TCP", () => {
  test("an ordinary visitor is told, and stands in the ledger", async () => {
    expect(await toldIn(visit())).toEqual([`Server: nginx/1.22.1 of ${SERVER}:80 to ${CLIENT} in 5`]);
  });

  test("a reply that was sent again is told once, by the first", async () => {
    const frames = visit();
    expect(await toldIn([...frames.slice(0, 5), frames[4]!, frames[3]!, frames[4]!, ...frames.slice(5)])).toEqual([
      `Server: nginx/1.22.1 of ${SERVER}:80 to ${CLIENT} in 5`,
    ]);
  });

  test("of a capture of one direction, only that of the server tells", async () => {
    const frames = visit();
    expect(await toldIn(frames.filter(isFromServer))).toEqual([
      `Server: nginx/1.22.1 of ${SERVER}:80 to ${CLIENT} in 2`,
    ]);
    expect(await toldIn(frames.filter((frame) => !isFromServer(frame)))).toEqual([]);
  });

  test("replies whose packets came out of order", async () => {
    const long = answer(`Apache/2.4.58 (Debian) ${"mod/1.0 ".repeat(20)}`);
    const frames = conversation(CLIENT, SERVER, 80, [
      [">", ask("/")],
      ["<", long.slice(0, 30)],
      ["<", long.slice(30, 90)],
      ["<", long.slice(90)],
    ]);
    const [head, tail] = [frames.slice(0, 4), frames.slice(7)];
    const told = await toldIn([...head, frames[6]!, frames[4]!, frames[5]!, ...tail]);
    expect(told).toEqual([expect.stringMatching(/^Server: Apache\/2\.4\.58 \(Debian\) mod.* to 192\.0\.2\.7 in \d$/)]);
  });

  test("pipelined requests, answered by two servers behind one port", async () => {
    const frames = conversation(CLIENT, SERVER, 80, [
      [">", ask("/") + ask("/api")],
      ["<", answer("nginx/1.22.1")],
      ["<", answer("gunicorn/20.1.0")],
      [">", ask("/again")],
      ["<", answer("nginx/1.22.1")],
    ]);
    expect(await toldIn(frames)).toEqual([
      `Server: gunicorn/20.1.0 of ${SERVER}:80 to ${CLIENT} in 6`,
      `Server: nginx/1.22.1 of ${SERVER}:80 to ${CLIENT} in 5`,
    ]);
  });

  test("a shared proxy was told, whoever it says that it asked for", async () => {
    const forwarded = (address: string) => ask("/", `X-Forwarded-For: ${address}\r\nForwarded: for=${address}\r\n`);
    const frames = conversation(CLIENT, SERVER, 80, [
      [">", forwarded("203.0.113.1")],
      ["<", answer("nginx/1.22.1")],
      [">", forwarded("203.0.113.2")],
      ["<", answer("nginx/1.22.1")],
    ]);
    expect(await toldIn(frames)).toEqual([`Server: nginx/1.22.1 of ${SERVER}:80 to ${CLIENT} in 5`]);
  });

  test("two receivers behind one address are one, two addresses are two", async () => {
    const told = await toldIn([...visit(CLIENT, 40_000), ...visit(CLIENT, 40_001), ...visit("192.0.2.8", 40_000)]);
    expect(told).toEqual([
      `Server: nginx/1.22.1 of ${SERVER}:80 to ${CLIENT} in 5`,
      `Server: nginx/1.22.1 of ${SERVER}:80 to 192.0.2.8 in 21`,
    ]);
  });

  test("what a client says of itself is nobody's exposure", async () => {
    const ssh = conversation(CLIENT, SERVER, 22, [
      [">", "SSH-2.0-OpenSSH_8.4p1\r\n"],
      ["<", "SSH-2.0-dropbear_2022.83\r\n"],
    ]);
    const upload = conversation(CLIENT, SERVER, 80, [
      [">", `POST / HTTP/1.1\r\nContent-Length: 90\r\n\r\n${answer("nginx/1.1.1")}`],
    ]);
    const backwards = conversation(CLIENT, SERVER, 80, [[">", answer("nginx/1.1.1")]]);
    expect(await toldIn([...ssh, ...upload, ...backwards])).toEqual([
      `SSH-2.0-dropbear_2022.83 of ${SERVER}:22 to ${CLIENT} in 5`,
    ]);
  });

  test("a reply out of nowhere, forged towards the server, is nobody's", async () => {
    const body = tcpSegment(51_000, 80, flags.psh | flags.ack, 1, 1, answer("nginx/1.1.1"));
    expect(await toldIn([ethernet(ip({ from: CLIENT, to: SERVER, protocol: 6, body }))])).toEqual([]);
  });
});

describe("DNS", () => {
  const name = "version.bind";
  const question = dnsMessage({ name, type: 16, inClass: 3 });
  const reply = dnsMessage({
    name,
    type: 16,
    inClass: 3,
    flags: answered,
    answers: [record(pointer(12), 16, bytes(9, "9.18.19-1"), 3)],
  });
  const datagram = (from: string, to: string, fromPort: number, toPort: number, payload: Uint8Array) =>
    ethernet(ip({ from, to, protocol: 17, body: udpDatagram(fromPort, toPort, payload) }));

  test("who was sent the reply was told, also when somebody else asked in its name", async () => {
    expect(
      await toldIn([datagram(CLIENT, SERVER, 4000, 53, question), datagram(SERVER, CLIENT, 53, 4000, reply)]),
    ).toEqual([`9.18.19-1 of ${SERVER}:53 to ${CLIENT} in 2`]);
    expect(await toldIn([datagram(SERVER, "203.0.113.9", 53, 4000, reply)])).toEqual([
      `9.18.19-1 of ${SERVER}:53 to 203.0.113.9 in 1`,
    ]);
  });

  test("over TCP as well, when the question was not captured", async () => {
    expect(await toldIn(conversation(CLIENT, SERVER, 53, [["<", framed(reply)]]))).toEqual([
      `9.18.19-1 of ${SERVER}:53 to ${CLIENT} in 4`,
    ]);
  });

  test("nobody was told when nothing came back, nor by a forged reply towards the server", async () => {
    expect(await toldIn([datagram("203.0.113.9", SERVER, 4000, 53, question)])).toEqual([]);
    expect(await toldIn([datagram(CLIENT, SERVER, 53, 4000, reply)])).toEqual([]);
    expect(await toldIn([datagram(CLIENT, SERVER, 4000, 53, reply)])).toEqual([]);
  });
});
