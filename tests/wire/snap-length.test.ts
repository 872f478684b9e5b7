import { describe, expect, test } from "vitest";
import { observe } from "./observed.ts";
import {
  conversation,
  ethernet,
  everyTenth,
  flags,
  icmp,
  ip,
  pcapFile,
  tcpSegment,
  u32,
  udpDatagram,
} from "./packets.ts";

const CLIENT = "192.0.2.7";
const SERVER = "198.51.100.4";
const { syn, ack, rst } = flags;
const CUT = "packets of which the capture kept only the beginning";
const HEADERLESS = "packets whose headers the capture cut off";

/** What a capture tells that keeps `snap` bytes of each frame. */
function cutAt(snap: number, frames: readonly Uint8Array[]) {
  const records = everyTenth(frames).map((record) => ({ ...record, snap: Math.min(snap, record.frame.length) }));
  const { rows, tally } = observe(pcapFile(records));
  return { rows, cut: tally.gaps.get(CUT) ?? 0, headerless: tally.gaps.get(HEADERLESS) ?? 0 };
}

const send = (fromClient: boolean, protocol: number, body: Uint8Array) =>
  ethernet(ip({ from: fromClient ? CLIENT : SERVER, to: fromClient ? SERVER : CLIENT, protocol, body }));
const options = new Uint8Array([2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]);
const ask = (port: number) => send(true, 6, tcpSegment(40000, port, syn, 1, 0, "", options));
const question = (port: number) => send(true, 17, udpDatagram(40000, port, "who are you?"));

describe("outcomes are those of the whole packets as long as ports and flags are there", () => {
  const frames = [
    ask(1),
    send(false, 6, tcpSegment(1, 40000, syn | ack, 5, 2, "", options)),
    ask(2),
    send(false, 6, tcpSegment(2, 40000, rst | ack, 0, 2)),
    ask(3),
    question(4),
    send(false, 17, udpDatagram(4, 40000, "me, at your service")),
    question(5),
    question(6),
    send(false, 1, icmp(3, 3, u32(0), question(6).slice(14, 14 + 28))),
  ];
  const outcomes = (snap: number) =>
    cutAt(snap, frames).rows.flatMap((row) => row.match(/:(\d \S+|\d\/\d+ \w+)/)?.[1] ?? []);
  const whole = outcomes(1500);
  test("whole", () =>
    expect(whole).toEqual([
      "1/6 answered",
      "2/6 refused",
      "4/17 answered",
      "6/17 refused",
      "3/6 silent",
      "5/17 silent",
    ]));
  test.each([70, 71, 80, 96, 128])("the first %d bytes", (snap) => expect(outcomes(snap)).toEqual(whole));
  test("an error whose quotation is cut off is not understood", () => {
    expect(outcomes(60)).toEqual([
      "1/6 answered",
      "2/6 refused",
      "4/17 answered",
      "3/6 silent",
      "5/17 silent",
      "6/17 silent",
    ]);
  });
  test("where the headers are cut off nothing is told, and the packets are counted", () => {
    expect(cutAt(46, frames)).toMatchObject({ cut: 10, headerless: 5 });
    expect(cutAt(20, frames)).toEqual({ rows: [], cut: 10, headerless: 0 });
  });
});

describe("requests are used as far as they go", () => {
  const frames = conversation(CLIENT, SERVER, 80, [
    [">", "GET /login HTTP/1.1\r\nHost: example.org\r\nUser-Agent: probe/1.0\r\n\r\n"],
    ["<", `HTTP/1.1 404 Not Found\r\nServer: nginx/1.22.1\r\nContent-Length: 300\r\n\r\n${"x".repeat(300)}`],
    [">", "GET /next HTTP/1.1\r\nHost: example.org\r\n\r\n"],
    ["<", "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 3\r\n\r\nabc"],
  ]);
  const told = (snap: number) =>
    cutAt(snap, frames).rows.flatMap((row) => row.match(/(?:GET|http Server:) .*?(?= \d+ #|$)/)?.[0] ?? []);
  test.each<[number, string[]]>([
    [60, []],
    [65, ["GET  /next 0"]],
    [66, ["GET  /login 0", "GET  /next 0"]],
    [80, ["GET  /login 404", "GET  /next 200"]],
    [100, ["http Server: nginx/1.22.1", "GET example.org /login 404", "GET example.org /next 200"]],
    [1500, ["http Server: nginx/1.22.1", "GET example.org /login 404", "GET example.org /next 200"]],
  ])("the first %d bytes", (snap, expected) => expect(told(snap)).toEqual(expected));
  test("a status that is cut off is unknown, not a miss", () => {
    const [, , , request, answer] = frames;
    const records = everyTenth(frames.slice(0, 5)).map((record) => ({
      ...record,
      snap: record.frame === answer ? 60 : record.frame.length,
    }));
    expect(request).toBeDefined();
    expect(observe(pcapFile(records)).rows.at(-1)).toMatch(/^request .* \/login 0 0 /);
  });
});

test("half a banner is not told", () => {
  const frames = conversation(CLIENT, SERVER, 22, [["<", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"]]);
  const reveals = (snap: number) => cutAt(snap, frames).rows.filter((row) => row.startsWith("reveal"));
  expect(reveals(70)).toEqual([]);
  expect(reveals(1500)).toHaveLength(1);
});
