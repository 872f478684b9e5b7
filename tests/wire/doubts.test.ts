import { describe, expect, test } from "vitest";
import { observe } from "./observed.ts";
import { conversation, ethernet, everyTenth, flags, ip, pcapFile, type Recorded, tcpSegment } from "./packets.ts";

const CLIENT = "192.0.2.7";
const SERVER = "198.51.100.4";
const ASK = "GET /true HTTP/1.1\r\nHost: example.org\r\n\r\n";
const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const IP_HEADER = 14;
const TCP_HEADER = 34;

/** The frames of a request and its answer: 0 to 2 open, 3 asks, 4 answers, 5 is the client's FIN. */
const honest = () =>
  conversation(CLIENT, SERVER, 80, [
    [">", ASK],
    ["<", ANSWER],
  ]);
const isClients = (frame: Uint8Array) => frame[IP_HEADER + 12] === 192;

function withSum(frame: Uint8Array, sum: number, at = TCP_HEADER + 16): Uint8Array {
  const copy = frame.slice();
  new DataView(copy.buffer).setUint16(at, sum);
  return copy;
}

const damaged = (frame: Uint8Array) => withSum(frame, new DataView(frame.buffer).getUint16(TCP_HEADER + 16) ^ 0x55aa);

/** As a host writes it that leaves the rest to its network card: the sum of the pseudo-header. */
function offloaded(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer);
  let sum = 6 + frame.length - TCP_HEADER;
  for (let at = IP_HEADER + 12; at < TCP_HEADER; at += 2) sum += view.getUint16(at);
  return withSum(frame, (sum >>> 16) + (sum & 0xffff));
}

/** A frame of the client, by hand. */
function sent(flagBits: number, sequence: number, payload = ""): Uint8Array {
  const body = tcpSegment(40000, 80, flagBits, sequence, 5001, payload);
  return ethernet(ip({ from: CLIENT, to: SERVER, protocol: 6, body }));
}

const forged = (flagBits: number, sequence: number, payload = "") => damaged(sent(flagBits, sequence, payload));

function told(records: readonly Recorded[]): { requests: string[]; wrong: number } {
  const { rows, tally } = observe(pcapFile(records));
  const requests = rows.flatMap((row) => row.match(/(?:GET|POST) \S+ (\S+ \d+)/)?.[1] ?? []);
  const wrong = [...tally.gaps].find(([words]) => words.includes("wrong checksum"))?.[1] ?? 0;
  return { requests, wrong };
}

const insertedAt = (at: number, ...frames: Uint8Array[]) => honest().toSpliced(at, 0, ...frames);
const { syn, ack, rst, psh, fin } = flags;
const lie = ASK.replace("/true", "/lies");

describe("what a server drops does not fool the reader", () => {
  test.each<[string, Uint8Array[], string[], number]>([
    ["nothing is wrong", honest(), ["/true 200"], 0],
    ["a request in another's place", insertedAt(3, forged(ack | psh, 1001, lie)), ["/true 200"], 1],
    ["a longer one", insertedAt(3, forged(ack | psh, 1001, lie.repeat(2))), ["/true 200"], 1],
    ["many of them", insertedAt(3, ...Array(20).fill(forged(ack | psh, 1001, lie))), ["/true 200"], 20],
    ["one after the answer", insertedAt(5, forged(ack | psh, 1001 + ASK.length, lie)), ["/true 200"], 1],
    ["a FIN in the middle", [...honest().slice(0, 3), ...cutInTwo(forged(fin | ack, 1011))], ["/true 200"], 1],
    ["a reset in the middle", [...honest().slice(0, 3), ...cutInTwo(forged(rst, 1011))], ["/true 200"], 1],
    ["a damaged request that is sent again", honest().toSpliced(3, 0, damaged(honest()[3]!)), ["/true 200"], 1],
    [
      "a wrong sum of the IPv4 header",
      insertedAt(3, withSum(ethernet(ip({ from: CLIENT, to: SERVER, protocol: 6, body: lieSegment() })), 77, 24)),
      ["/true 200"],
      1,
    ],
  ])("%s", (_why, frames, requests, wrong) => {
    expect(told(everyTenth(frames))).toEqual({ requests, wrong });
  });
});

describe("what does not follow on what the server has does not fool the reader", () => {
  const between = (frame: Uint8Array) => [...honest().slice(0, 3), ...cutInTwo(frame)];
  test.each<[string, Uint8Array[]]>([
    ["a reset of what was long acknowledged", between(sent(rst, 7))],
    ["a reset ahead", between(sent(rst, 1111))],
    ["a FIN ahead", between(sent(fin | ack, 1111))],
    ["a reset by the kernel of a scanner that has a TCP of its own", honest().toSpliced(2, 1, sent(rst, 1001))],
    ["SYNs with other sequence numbers", [sent(syn, 77), sent(syn, 123456789), ...honest()]],
  ])("%s", (_why, frames) => expect(told(everyTenth(frames)).requests).toEqual(["/true 200"]));
  test("a SYN within the connection, after a pause, that the server answers with what it waits for", () => {
    const body = tcpSegment(80, 40000, ack, 5001, 1001);
    const challenge = ethernet(ip({ from: SERVER, to: CLIENT, protocol: 6, body }));
    const frames = [...honest().slice(0, 3), sent(syn, 123456789), challenge, ...honest().slice(3)];
    const records = frames.map((frame, i) => ({ at: i < 3 ? 0 : 5 + i / 10, frame }));
    expect(told(records).requests).toEqual(["/true 200"]);
  });
});

describe("data in a SYN (TCP Fast Open)", () => {
  const send = (fromClient: boolean, flagBits: number, sequence: number, acknowledgement: number, payload = "") => {
    const [from, to] = fromClient ? [40000, 80] : [80, 40000];
    const body = tcpSegment(from!, to!, flagBits, sequence, acknowledgement, payload);
    return ethernet(ip({ from: fromClient ? CLIENT : SERVER, to: fromClient ? SERVER : CLIENT, protocol: 6, body }));
  };
  const end = 1001 + ASK.length;
  const opening = send(true, flags.syn, 1000, 0, ASK);
  const both = flags.syn | ack;
  const answer = send(false, ack | psh, 5001, end, ANSWER);
  test.each<[string, Uint8Array[], string[]]>([
    ["is read when the server takes it", [opening, send(false, both, 5000, end), answer], ["/true 200"]],
    [
      "is read once when the server leaves it and it is sent again",
      [opening, send(false, both, 5000, 1001), send(true, ack | psh, 1001, 5001, ASK), answer],
      ["/true 200"],
    ],
    [
      "is not what is sent later in its place",
      [
        send(true, flags.syn, 1000, 0, lie),
        send(false, both, 5000, 1001),
        send(true, ack | psh, 1001, 5001, ASK),
        answer,
      ],
      ["/true 200"],
    ],
    ["is not read when nobody answers", [opening, opening], []],
    ["is read when only the client is seen", [opening, send(true, ack | psh, end, 5001, ASK)], ["/true 0", "/true 0"]],
  ])("%s", (_why, frames, requests) => {
    expect(told(everyTenth(frames))).toEqual({ requests, wrong: 0 });
  });
});

function lieSegment(): Uint8Array {
  return tcpSegment(40000, 80, ack | psh, 1001, 5001, lie);
}

/** The request in two segments with a frame between them, then the answer. */
function cutInTwo(between: Uint8Array): Uint8Array[] {
  const [, , , first, second, answer] = conversation(CLIENT, SERVER, 80, [
    [">", ASK.slice(0, 10)],
    [">", ASK.slice(10)],
    ["<", ANSWER],
  ]);
  return [first!, between, second!, answer!];
}

describe("hosts whose sums are wrong as a habit are read", () => {
  const habits: [string, (frame: Uint8Array) => Uint8Array][] = [
    ["left to the network card", offloaded],
    ["left out", (frame) => withSum(frame, 0)],
    ["left over from addresses that were rewritten", damaged],
  ];
  const twice = [
    ...honest(),
    ...conversation(
      CLIENT,
      SERVER,
      80,
      [
        [">", ASK],
        ["<", ANSWER],
      ],
      40001,
    ),
  ];
  test.each(habits)("%s", (_why, habit) => {
    const records = everyTenth(twice.map((frame) => (isClients(frame) ? habit(frame) : frame)));
    expect(told(records).requests).toEqual(["/true 200", "/true 200"]);
  });
  test.each(habits)("%s, in a capture of one direction", (_why, habit) => {
    const records = everyTenth(twice.filter(isClients).map(habit));
    expect(told(records).requests).toEqual(["/true 0", "/true 0"]);
  });
  test("what the capture cut short cannot be summed", () => {
    const records = everyTenth(honest()).map((record) => ({ ...record, snap: record.frame.length - 2 }));
    expect(told(records)).toEqual({ requests: ["/true 200"], wrong: 0 });
  });
});
