import { describe, expect, test } from "vitest";
import { observe } from "./observed.ts";
import {
  ethernet,
  everyTenth,
  flags,
  icmp,
  ip,
  pcapFile,
  type Recorded,
  tcpSegment,
  u32,
  udpDatagram,
} from "./packets.ts";

const CLIENT = "192.0.2.7";
const SERVER = "198.51.100.4";
const { fin, syn, rst, psh, ack, urg } = flags;

function tcp(
  fromClient: boolean,
  flagBits: number,
  sequence = 1,
  payload = "",
  port = 80,
  clientPort = 40000,
): Uint8Array {
  const body = fromClient
    ? tcpSegment(clientPort, port, flagBits, sequence, flagBits & ack ? 1 : 0, payload)
    : tcpSegment(port, clientPort, flagBits, sequence, 2, payload);
  return ethernet(ip({ from: fromClient ? CLIENT : SERVER, to: fromClient ? SERVER : CLIENT, protocol: 6, body }));
}

function udp(fromClient: boolean, port = 53, clientPort = 40000): Uint8Array {
  const body = fromClient ? udpDatagram(clientPort, port, "question") : udpDatagram(port, clientPort, "answer");
  return ethernet(ip({ from: fromClient ? CLIENT : SERVER, to: fromClient ? SERVER : CLIENT, protocol: 17, body }));
}

/** The ICMP error that `frame` got from its target. */
function error(frame: Uint8Array, type: number, code: number): Uint8Array {
  return ethernet(
    ip({ from: SERVER, to: CLIENT, protocol: 1, body: icmp(type, code, u32(0), frame.slice(14, 14 + 28)) }),
  );
}

/** Something that lets the clock run on after the packets in question. */
function later(at: number): Recorded {
  return { at, frame: tcp(true, rst, 9, "", 9, 9) };
}

const short = (rows: readonly string[]) =>
  rows.map((row) => row.replace(/^contact \S+:(\d+) > \S+:(\d+)\/(\d+) (\w+).*/, "$3 $1>$2 $4"));

describe("one contact a flow, told with its outcome", () => {
  const cases: [why: string, frames: Uint8Array[], expected: string[]][] = [
    ["a SYN-ACK answers", [tcp(true, syn), tcp(false, syn | ack)], ["6 40000>80 answered"]],
    ["a RST refuses", [tcp(true, syn), tcp(false, rst | ack)], ["6 40000>80 refused"]],
    ["nothing is silence", [tcp(true, syn)], ["6 40000>80 silent"]],
    [
      "retransmissions are no further contacts",
      [tcp(true, syn), tcp(true, syn), tcp(true, syn)],
      ["6 40000>80 silent"],
    ],
    [
      "a full handshake and a reset are one contact",
      [tcp(true, syn), tcp(false, syn | ack), tcp(true, ack, 2), tcp(true, rst, 2)],
      ["6 40000>80 answered"],
    ],
    [
      "ports used again after a refusal are a new contact",
      [tcp(true, syn, 1), tcp(false, rst | ack), tcp(true, syn, 77), tcp(false, rst | ack)],
      ["6 40000>80 refused", "6 40000>80 refused"],
    ],
    [
      "a repeated SYN after a refusal is not",
      [tcp(true, syn), tcp(false, rst | ack), tcp(true, syn), tcp(false, rst | ack)],
      ["6 40000>80 refused"],
    ],
    [
      "a one-sided capture: the client goes on, so it was answered",
      [tcp(true, syn), tcp(true, ack, 2), tcp(true, ack | psh, 2, "x")],
      ["6 40000>80 answered"],
    ],
    [
      "only the server's side: it sends data after its SYN-ACK",
      [tcp(false, syn | ack), tcp(false, ack | psh, 2, "x")],
      ["6 40000>80 answered"],
    ],
    ["backscatter: a SYN-ACK to somebody who never asked", [tcp(false, syn | ack), tcp(false, syn | ack)], []],
    ["backscatter that is reset", [tcp(false, syn | ack), tcp(true, rst, 2)], []],
    ["a RST out of nowhere", [tcp(false, rst | ack)], []],
    ["a FIN probe, refused", [tcp(true, fin), tcp(false, rst | ack)], ["6 40000>80 refused"]],
    ["a NULL probe, silent", [tcp(true, 0)], ["6 40000>80 silent"]],
    ["an Xmas probe, silent", [tcp(true, fin | psh | urg)], ["6 40000>80 silent"]],
    ["an ACK probe, refused", [tcp(true, ack), tcp(false, rst)], ["6 40000>80 refused"]],
    ["a Maimon probe, refused", [tcp(true, fin | ack), tcp(false, rst)], ["6 40000>80 refused"]],
    ["a Maimon probe, silent", [tcp(true, fin | ack)], ["6 40000>80 silent"]],
    [
      "a half-open scan, or an idle scan's target: the named source resets what it did not ask for",
      [tcp(true, syn), tcp(false, syn | ack), tcp(true, rst, 2)],
      ["6 40000>80 answered"],
    ],
    [
      "an idle scan asks its bystander for IP ids: a SYN-ACK to a port that is no service's",
      [tcp(false, syn | ack), tcp(true, rst, 2), tcp(false, syn | ack), tcp(true, rst, 3)],
      [],
    ],
    [
      "a flow from its middle, both ways: the client is not the service's port",
      [tcp(false, ack | psh, 5, "data"), tcp(true, ack, 9)],
      ["6 40000>80 unknown"],
    ],
    ["a server's late FIN is no probe", [tcp(false, fin | ack)], []],
    ["a server's late data is no probe, even when reset", [tcp(false, ack | psh, 5, "x"), tcp(true, rst, 9)], []],
    [
      "late FIN and RST of a closed flow",
      [
        tcp(true, syn),
        tcp(false, syn | ack),
        tcp(true, fin | ack, 2),
        tcp(false, fin | ack, 2),
        tcp(true, ack, 3),
        tcp(false, fin | ack, 2),
        tcp(true, rst, 3),
      ],
      ["6 40000>80 answered"],
    ],
    ["a datagram and its reply", [udp(true), udp(false)], ["17 40000>53 answered"]],
    ["a datagram without", [udp(true)], ["17 40000>53 silent"]],
    ["port unreachable refuses a datagram", [udp(true), error(udp(true), 3, 3)], ["17 40000>53 refused"]],
    ["host unreachable", [tcp(true, syn), error(tcp(true, syn), 3, 1)], ["6 40000>80 unreachable"]],
    ["no such protocol there", [tcp(true, syn), error(tcp(true, syn), 3, 2)], ["6 40000>80 refused"]],
    ["prohibited: hosts", [tcp(true, syn), error(tcp(true, syn), 3, 10)], ["6 40000>80 denied"]],
    ["prohibited: by a filter", [udp(true), error(udp(true), 3, 13)], ["17 40000>53 denied"]],
    ["a smaller path MTU is no outcome", [udp(true), error(udp(true), 3, 4), udp(false)], ["17 40000>53 answered"]],
    ["nor are fragments that never came", [udp(true), error(udp(true), 11, 1)], ["17 40000>53 silent"]],
    ["time exceeded", [udp(true, 33434), error(udp(true, 33434), 11, 0)], ["17 40000>33434 unreachable"]],
    ["an answer from a service's port that nobody asked", [udp(false)], []],
    ["an answer first, then the asker", [udp(false), udp(true)], ["17 40000>53 answered"]],
  ];
  test.each(cases)("%s", (_why, frames, expected) => {
    const records = everyTenth(frames).map((record) => ({ ...record, at: record.at + 10 }));
    expect(short(observe(pcapFile([{ at: 0, frame: tcp(true, rst) }, ...records, later(90), later(91)])).rows)).toEqual(
      expected,
    );
  });
});

test("silence is told after three seconds of packet time, not before", () => {
  const quick = observe(pcapFile([{ at: 0, frame: tcp(true, syn) }, later(2.5)]));
  expect([quick.beforeEnd, quick.rows.length]).toEqual([0, 1]);
  const patient = observe(pcapFile([{ at: 0, frame: tcp(true, syn) }, later(3.5)]));
  expect([patient.beforeEnd, patient.rows.length]).toEqual([1, 1]);
});

test("an answer to the second SYN still counts", () => {
  const file = pcapFile([
    { at: 0, frame: tcp(true, syn) },
    { at: 1, frame: tcp(true, syn) },
    { at: 3.5, frame: tcp(false, syn | ack) },
  ]);
  expect(short(observe(file).rows)).toEqual(["6 40000>80 answered"]);
});

test("where connections go on but nobody is seen to answer, silence is no outcome", () => {
  const oneWay = (count: number) =>
    Array.from({ length: count }, (_, i) => [
      { at: i / 10, frame: tcp(true, syn, 1, "", 80, 41000 + i) },
      { at: i / 10 + 0.05, frame: tcp(true, ack, 2, "", 80, 41000 + i) },
    ]).flat();
  const unanswered = [{ at: 1, frame: tcp(true, syn, 1, "", 23) }, { at: 1, frame: udp(true, 161) }, later(9)];
  const heard = [0, 1, 2, 3].flatMap((i) => [
    { at: 0.9, frame: tcp(true, syn, 1, "", 25, 42000 + i) },
    { at: 0.9, frame: tcp(false, syn | ack, 1, "", 25, 42000 + i) },
  ]);
  const outcomes = (records: Recorded[]) =>
    short(observe(pcapFile(records)).rows)
      .filter((row) => />(23|161) /.test(row))
      .sort();
  expect(outcomes([...oneWay(4), ...unanswered])).toEqual(["17 40000>161 unknown", "6 40000>23 unknown"]);
  expect(outcomes([...oneWay(3), ...unanswered])).toEqual(["17 40000>161 silent", "6 40000>23 silent"]);
  expect(outcomes([...oneWay(4), ...heard, ...unanswered])).toEqual(["17 40000>161 silent", "6 40000>23 silent"]);
});

test("where a capture shows answers alone, each stands for its question; where it shows both, one of neither", () => {
  const refusal = (n: number) => tcp(false, rst | ack, 0, "", 1000 + n);
  const answer = (n: number) => tcp(false, syn | ack, 77, "", 2000 + n);
  const answers = Array.from({ length: 30 }, (_, n) => [refusal(n), answer(n)]).flat();
  const alone = observe(pcapFile([...everyTenth(answers), later(60)]));
  expect(short(alone.rows).filter((row) => row.endsWith("refused"))).toContain("6 40000>1029 refused");
  expect(short(alone.rows).filter((row) => row.endsWith("answered"))).toHaveLength(30);
  const questions = Array.from({ length: 8 }, (_, n) => tcp(true, syn, 5, "", 3000 + n));
  const both = observe(pcapFile([...everyTenth([...questions, ...answers]), later(60)]));
  expect(short(both.rows).filter((row) => !row.endsWith("silent"))).toEqual([]);
});

test("a lone ACK at the very start of a capture may be the end of what went before", () => {
  expect(short(observe(pcapFile([{ at: 0, frame: tcp(true, ack) }])).rows)).toEqual(["6 40000>80 unknown"]);
});

test("the first packet's facts", () => {
  const options = new Uint8Array([2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]);
  const frame = ethernet(
    ip({
      from: CLIENT,
      to: SERVER,
      protocol: 6,
      ttl: 57,
      id: 54321,
      body: tcpSegment(40000, 443, syn, 0xdeadbeef, 0, "", options),
    }),
  );
  expect(observe(pcapFile([{ at: 0, frame }])).rows).toEqual([
    "contact 192.0.2.7:40000 > 198.51.100.4:443/6 silent #1 flags=2 known=15",
  ]);
});

describe("ICMP and other protocols", () => {
  const ping = (from: string, to: string, type: number, protocol = 1) =>
    ethernet(ip({ from, to, protocol, body: icmp(type, 0) }));
  const v6 = ["2001:db8::7", "2001:db8:1::4"] as const;
  const ping6 = ping(v6[0], v6[1], 128, 58);
  const error6 = (type: number, code: number) =>
    ethernet(ip({ from: v6[1], to: v6[0], protocol: 58, body: icmp(type, code, u32(0), ping6.slice(14)) }));
  const cases: [string, Uint8Array[], string[]][] = [
    ["echo and reply", [ping(CLIENT, SERVER, 8), ping(SERVER, CLIENT, 0)], ["1 0>2048 answered"]],
    ["timestamp without reply", [ping(CLIENT, SERVER, 13)], ["1 0>3328 silent"]],
    ["a reply nobody asked for", [ping(SERVER, CLIENT, 0)], []],
    ["ICMPv6 echo", [ping(v6[0], v6[1], 128, 58), ping(v6[1], v6[0], 129, 58)], ["58 0>32768 answered"]],
    ["address mask, with reply", [ping(CLIENT, SERVER, 17), ping(SERVER, CLIENT, 18)], ["1 0>4352 answered"]],
    ["no route", [ping6, error6(1, 0)], ["58 0>32768 unreachable"]],
    ["prohibited", [ping6, error6(1, 1)], ["58 0>32768 denied"]],
    ["a source that policy does not let in", [ping6, error6(1, 5)], ["58 0>32768 denied"]],
    ["a route that rejects", [ping6, error6(1, 6)], ["58 0>32768 denied"]],
    ["address unreachable", [ping6, error6(1, 3)], ["58 0>32768 unreachable"]],
    ["port unreachable", [ping6, error6(1, 4)], ["58 0>32768 refused"]],
    ["packet too big is no outcome", [ping6, error6(2, 0)], ["58 0>32768 silent"]],
    ["hop limit exceeded", [ping6, error6(3, 0)], ["58 0>32768 unreachable"]],
    ["an unknown next header", [ping6, error6(4, 1)], ["58 0>32768 refused"]],
    ["neighbour discovery is no contact", [ping(v6[0], v6[1], 135, 58), ping(v6[1], v6[0], 136, 58)], []],
    [
      "multicast is no contact",
      [ethernet(ip({ from: CLIENT, to: "224.0.0.251", protocol: 17, body: udpDatagram(5353, 5353, "x") }))],
      [],
    ],
    [
      "broadcast is no contact",
      [ethernet(ip({ from: CLIENT, to: "255.255.255.255", protocol: 17, body: udpDatagram(68, 67, "x") }))],
      [],
    ],
    [
      "another protocol",
      [ethernet(ip({ from: CLIENT, to: SERVER, protocol: 47, body: new Uint8Array(8) }))],
      ["47 0>0 silent"],
    ],
  ];
  test.each(cases)("%s", (_why, frames, expected) => {
    expect(short(observe(pcapFile([...everyTenth(frames), later(90)])).rows)).toEqual(expected);
  });
});

describe("fragments", () => {
  const whole = tcpSegment(40000, 22, syn, 7, 0, "", new Uint8Array([2, 4, 5, 0xb4]));
  const pieces = [0, 8, 16].map((offset) =>
    ethernet(
      ip({
        from: CLIENT,
        to: SERVER,
        protocol: 6,
        id: 99,
        body: whole.slice(offset, offset + 8),
        offset,
        more: offset < 16,
      }),
    ),
  );
  test.each([[[0, 1, 2]], [[2, 0, 1]], [[1, 1, 2, 0]]])("in the order %j they make the SYN", (order) => {
    const records = everyTenth(order.map((piece) => pieces[piece]!));
    expect(observe(pcapFile(records)).rows).toEqual([
      "contact 192.0.2.7:40000 > 198.51.100.4:22/6 silent #1 flags=2 known=15",
    ]);
  });
  test("what contradicts an earlier one is counted and not believed; what repeats it is not", () => {
    const other = tcpSegment(40000, 80, rst, 7, 0, "", new Uint8Array([2, 4, 5, 0xb4])).slice(0, 8);
    const lie = ethernet(ip({ from: CLIENT, to: SERVER, protocol: 6, id: 99, body: other, offset: 0, more: true }));
    const told = (frames: Uint8Array[]) => {
      const { rows, tally } = observe(pcapFile(everyTenth(frames)));
      return [short(rows), [...tally.gaps]];
    };
    const [first, second, third] = pieces as [Uint8Array, Uint8Array, Uint8Array];
    const words = "fragments that contradict others of their datagram: an attempt to hide what it says";
    expect(told([first, lie, second, third])).toEqual([["6 40000>22 silent"], [[words, 1]]]);
    expect(told([first, first, second, third])).toEqual([["6 40000>22 silent"], []]);
  });
  test("a missing one is counted, and the header used when it is there", () => {
    const { rows, tally } = observe(pcapFile(everyTenth([pieces[0]!, pieces[1]!])));
    expect(short(rows)).toEqual(["6 40000>22 silent"]);
    expect([...tally.gaps]).toEqual([["fragmented datagrams of which a part is missing", 1]]);
  });
});
