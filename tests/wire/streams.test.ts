import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTalkSamples, type TalkSample } from "../../bench/talk-samples.ts";
import { observe } from "./observed.ts";
import {
  ethernet,
  everyTenth,
  flags,
  ip,
  pcapFile,
  pcapngFile,
  snoopFile,
  tcpSegment,
  udpDatagram,
} from "./packets.ts";

const CLIENT = "192.0.2.7";
const SERVER = "198.51.100.4";
const { syn, ack, psh, fin } = flags;
/** Every protocol that has a written conversation, and several requests on one connection. */
const samples: readonly TalkSample[] = [
  ...readTalkSamples(join(import.meta.dirname, "conversations")),
  { name: "several requests", isTcp: true, port: 80, lines: browsing(), expected: [] },
];
const streams = samples.filter(({ isTcp }) => isTcp);

function browsing(): TalkSample["lines"] {
  const text = (words: string) => new Uint8Array(Buffer.from(words));
  return ["/a", "/b?c=1", "/d"].flatMap((path) => [
    [">", text(`GET ${path} HTTP/1.1\r\nHost: example.org\r\nUser-Agent: probe\r\n\r\n`)],
    ["<", text(`HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 40\r\n\r\n${path.padEnd(40, ".")}`)],
  ]);
}

/** One segment of a stream. */
interface Segment {
  readonly fromClient: boolean;
  /** Offset in its side's stream; the SYN is at -1. */
  readonly at: number;
  readonly flagBits: number;
  readonly payload: Uint8Array;
  readonly acknowledges: number;
}

const START = [1000, 5000] as const;
const NOTHING = new Uint8Array(0);

function frameOf({ fromClient, at, flagBits, payload, acknowledges }: Segment, port: number): Uint8Array {
  const [from, to] = fromClient ? [40000, port] : [port, 40000];
  const [mine, theirs] = fromClient ? START : [START[1], START[0]];
  const body = tcpSegment(from, to, flagBits, mine + at, flagBits & ack ? theirs + acknowledges : 0, payload);
  return ethernet(ip({ from: fromClient ? CLIENT : SERVER, to: fromClient ? SERVER : CLIENT, protocol: 6, body }));
}

/** What the network may do to one message. */
const mishap = fc.record({
  /** Segments of this many bytes. */
  size: fc.integer({ min: 1, max: 400 }),
  /** A segment that begins this many bytes early, with what stands there. */
  overlap: fc.nat(60),
  swap: fc.boolean(),
  repeat: fc.boolean(),
  keepAlive: fc.boolean(),
  closedWindow: fc.boolean(),
});
type Mishap = typeof mishap extends fc.Arbitrary<infer T> ? T : never;

/** The handshake, each message with its mishap, and the end. */
function segmentsOf({ lines }: TalkSample, mishaps: readonly Mishap[]): Segment[] {
  const sent = [NOTHING, NOTHING];
  const plain = (fromClient: boolean, at: number, flagBits: number, acknowledges: number): Segment => {
    return { fromClient, at, flagBits, payload: NOTHING, acknowledges };
  };
  const all = [plain(true, -1, syn, 0), plain(false, -1, syn | ack, 0), plain(true, 0, ack, 0)];
  for (const [i, [way, payload]] of lines.entries()) {
    const fromClient = way === ">";
    const side = fromClient ? 0 : 1;
    const { size, overlap, swap, repeat, keepAlive, closedWindow } = mishaps[i % mishaps.length]!;
    const from = sent[side]!.length;
    const stream = new Uint8Array(Buffer.concat([sent[side]!, payload]));
    sent[side] = stream;
    const acknowledges = sent[1 - side]!.length;
    const segments: Segment[] = [];
    for (let at = from; at < stream.length; at += size) {
      const early = Math.max(0, at - (at > from ? overlap : 0));
      const part = stream.slice(early, at + size);
      segments.push({ fromClient, at: early, flagBits: psh | ack, payload: part, acknowledges });
    }
    if (swap) for (let k = 0; k + 1 < segments.length; k += 2) segments.splice(k, 2, segments[k + 1]!, segments[k]!);
    // The other side's window was closed: one byte of what comes is tried first, and not taken.
    if (closedWindow) segments.unshift({ ...segments.at(-1)!, at: from, payload: stream.slice(from, from + 1) });
    if (keepAlive && from > 0)
      segments.push({ ...plain(fromClient, from - 1, ack, acknowledges), payload: stream.slice(0, 1) });
    all.push(...segments, ...(repeat ? segments : []), plain(!fromClient, acknowledges, ack, stream.length));
  }
  const [mine, theirs] = sent.map(({ length }) => length) as [number, number];
  all.push(plain(true, mine, fin | ack, theirs), plain(false, theirs, fin | ack, mine + 1));
  return all;
}

/** What is told, without positions and times: the order of asks and reveals may differ. */
function told(frames: readonly Uint8Array[]): string[] {
  return observe(pcapFile(everyTenth(frames)))
    .rows.map((row) => row.replace(/ #\d+/, ""))
    .sort();
}

const calm: Mishap = { size: 1460, overlap: 0, swap: false, repeat: false, keepAlive: false, closedWindow: false };
// Openings are told by a whole first segment, greetings by lines.
const isPatient = ({ name }: TalkSample) => !name.startsWith("openings/");

describe("whatever the network does to a stream, the same is told", () => {
  const stream = fc.constantFrom(...streams.filter(isPatient));
  test("small, overlapping, swapped and repeated segments, keep-alives, probes of closed windows", () => {
    fc.assert(
      fc.property(stream, fc.array(mishap, { minLength: 1, maxLength: 6 }), (sample, mishaps) => {
        const frames = (list: readonly Mishap[]) => segmentsOf(sample, list).map((each) => frameOf(each, sample.port));
        expect(told(frames(mishaps)), sample.name).toEqual(told(frames([calm])));
      }),
      { numRuns: 300 },
    );
  });
  test("one direction alone tells what that side says, and never that somebody was refused or silent", () => {
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.boolean(), (sample, fromClient) => {
        const half = segmentsOf(sample, [calm]).filter((each) => each.fromClient === fromClient);
        const rows = told(half.map((each) => frameOf(each, sample.port)));
        expect(rows.filter((row) => row.startsWith("contact"))).toEqual([expect.stringMatching(/ answered /)]);
        expect(
          rows.filter((row) => row.startsWith(fromClient ? "reveal" : "request")),
          sample.name,
        ).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
  test("from its middle the requests that come are told, and the contact's end is unknown", () => {
    const browse = streams.at(-1)!;
    const all = segmentsOf(browse, [calm]).map((each) => frameOf(each, 80));
    const whole = told(all).filter((row) => row.startsWith("request"));
    for (let from = 3; from < 9; from++) {
      const rows = told(all.slice(from));
      const requests = rows.filter((row) => row.startsWith("request"));
      expect(requests).toHaveLength([3, 7, 11].filter((at) => at >= from).length);
      expect(whole).toEqual(expect.arrayContaining(requests));
      expect(rows[0]).toMatch(/^contact 192\.0\.2\.7:40000 .* unknown/);
    }
  });
});

describe("every protocol in every container", () => {
  const containers = {
    pcap: pcapFile,
    "pcap, big-endian": (records: Parameters<typeof pcapFile>[0]) => pcapFile(records, { bigEndian: true }),
    "pcap, nanoseconds": (records: Parameters<typeof pcapFile>[0]) => pcapFile(records, { nanoseconds: true }),
    pcapng: pcapngFile,
    "pcapng, big-endian": (records: Parameters<typeof pcapFile>[0]) => pcapngFile(records, true),
    snoop: (records: Parameters<typeof pcapFile>[0]) => snoopFile(records),
  };
  const framesOf = (sample: TalkSample) => {
    if (sample.isTcp) return segmentsOf(sample, [calm]).map((each) => frameOf(each, sample.port));
    return sample.lines.map(([way, payload]) => {
      const [from, to] = way === ">" ? [CLIENT, SERVER] : [SERVER, CLIENT];
      const body = way === ">" ? udpDatagram(40000, sample.port, payload) : udpDatagram(sample.port, 40000, payload);
      return ethernet(ip({ from, to, protocol: 17, body }));
    });
  };
  test.each(Object.entries(containers))("%s: the same as in pcap, and cut anywhere a prefix of it", (_name, write) => {
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.nat(), fc.integer({ min: 1, max: 300 }), (sample, cut, chunk) => {
        const records = everyTenth(framesOf(sample));
        const whole = write(records);
        const { rows } = observe(whole, [chunk]);
        expect(rows).toEqual(observe(pcapFile(records)).rows);
        const part = observe(whole.slice(0, cut % whole.length), [chunk]);
        expect(part.rows.slice(0, part.beforeEnd)).toEqual(rows.slice(0, part.beforeEnd));
      }),
      { numRuns: 60 },
    );
  });
});
