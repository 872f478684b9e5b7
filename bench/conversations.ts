// What each protocol costs: `node bench/conversations.ts [PACKETS] [RUNS]`. Plays the written-down conversations of the tests again and
// again between ever other hosts, and prints, for each, million packets a second of processor time (median of the runs)
// beside that of the same packets with nothing in them that anybody understands.
import { join } from "node:path";
import { pcap } from "../src/formats/captures/pcap.ts";
import { Batch } from "../src/observations/batch.ts";
import { Tally } from "../src/observations/tally.ts";
import { readTalkSamples, type TalkSample } from "./talk-samples.ts";

const packets = Number(process.argv[2] ?? 200_000);
const runs = Number(process.argv[3] ?? 5);
const RECORD = 16;
const LINK_AND_IP = 34;
const [FIN, SYN, PSH, ACK] = [1, 2, 8, 16] as const;

const samples = readTalkSamples(join(import.meta.dirname, "../tests/wire/conversations"));

/** One packet: the sender's side, TCP flags, bytes of both sides that went before, payload. */
interface Played {
  readonly fromClient: boolean;
  readonly flags: number;
  readonly before: readonly [number, number];
  readonly payload: Uint8Array;
}

function play({ isTcp, lines }: TalkSample, payloadOf: (payload: Uint8Array) => Uint8Array): Played[] {
  const played: Played[] = [];
  const sent: [number, number] = [0, 0];
  const add = (
    fromClient: boolean,
    flags: number,
    payload: Uint8Array = new Uint8Array(0),
    length = payload.length,
  ) => {
    played.push({ fromClient, flags, before: [...sent], payload });
    sent[fromClient ? 0 : 1] += length;
  };
  if (isTcp) {
    add(true, SYN, undefined, 1);
    add(false, SYN | ACK, undefined, 1);
    add(true, ACK);
  }
  for (const [way, payload] of lines) add(way === ">", PSH | ACK, payloadOf(payload));
  if (!isTcp) return played;
  add(true, FIN | ACK, undefined, 1);
  add(false, FIN | ACK, undefined, 1);
  add(true, ACK);
  return played;
}

/** A capture of so many packets in which the conversation is held again and again, each time by another client. */
function captureOf(
  sample: TalkSample,
  payloadOf: (payload: Uint8Array) => Uint8Array,
): { bytes: Buffer; count: number } {
  const played = play(sample, payloadOf);
  const rounds = Math.ceil(packets / played.length);
  const transport = sample.isTcp ? 20 : 8;
  const length = played.reduce((sum, { payload }) => sum + RECORD + LINK_AND_IP + transport + payload.length, 0);
  const bytes = Buffer.alloc(24 + rounds * length);
  bytes.writeUInt32LE(0xa1b2c3d4, 0);
  bytes.writeUInt32LE(0x00040002, 4);
  bytes.writeUInt32LE(65535, 16);
  bytes.writeUInt32LE(1, 20);
  let at = 24;
  for (let round = 0; round < rounds; round++)
    for (const packet of played) at = write(bytes, at, sample, packet, round);
  return { bytes, count: rounds * played.length };
}

function write(bytes: Buffer, at: number, { isTcp, port }: TalkSample, packet: Played, round: number): number {
  const { fromClient, flags, before, payload } = packet;
  const header = isTcp ? 20 : 8;
  const size = LINK_AND_IP + header + payload.length;
  bytes.writeUInt32LE(1767225600 + Math.floor(round / 5000), at);
  bytes.writeUInt32LE((round % 5000) * 200, at + 4);
  bytes.writeUInt32LE(size, at + 8);
  bytes.writeUInt32LE(size, at + 12);
  const link = at + RECORD;
  bytes.writeUInt16BE(0x0800, link + 12);
  const ip = link + 14;
  bytes[ip] = 0x45;
  bytes.writeUInt16BE(size - 14, ip + 2);
  bytes[ip + 8] = 64;
  bytes[ip + 9] = isTcp ? 6 : 17;
  const client = 0xc6120000 + (round & 0xffff);
  bytes.writeUInt32BE(fromClient ? client : 0xc6336404, ip + 12);
  bytes.writeUInt32BE(fromClient ? 0xc6336404 : client, ip + 16);
  const body = ip + 20;
  const clientPort = 32768 + ((round >>> 16) & 0x3fff);
  bytes.writeUInt16BE(fromClient ? clientPort : port, body);
  bytes.writeUInt16BE(fromClient ? port : clientPort, body + 2);
  if (isTcp) {
    bytes.writeUInt32BE(1000 + before[fromClient ? 0 : 1], body + 4);
    bytes.writeUInt32BE(1000 + before[fromClient ? 1 : 0], body + 8);
    bytes[body + 12] = 0x50;
    bytes[body + 13] = flags;
  } else bytes.writeUInt16BE(8 + payload.length, body + 4);
  bytes.set(payload, body + header);
  return at + RECORD + size;
}

/** @returns million packets a second of processor time, and rows of a conversation. */
function decode({ bytes, count }: { bytes: Buffer; count: number }): { rate: number; rows: number } {
  const decoder = pcap.open({ tally: new Tally(), referenceMs: 0, zone: 0 });
  const batch = new Batch();
  let rows = 0;
  const before = process.cpuUsage();
  for (let at = 0; at < bytes.length; at += 1 << 18) {
    decoder.decode(bytes.subarray(at, Math.min(bytes.length, at + (1 << 18))), batch);
    rows += batch.length;
    batch.clear();
  }
  decoder.end(batch);
  const used = process.cpuUsage(before);
  return { rate: count / (used.user + used.system), rows: rows + batch.length };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
}

const nothing = (payload: Uint8Array) => new Uint8Array(payload.length).fill(0xee);
console.log("| conversation | packets | rows | million packets/s | not understood | ns a packet more |");
console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
for (const sample of samples) {
  const real = captureOf(sample, (payload) => payload);
  const dull = captureOf(sample, nothing);
  const results = Array.from({ length: runs }, () => ({ real: decode(real), dull: decode(dull) }));
  const rate = median(results.map((result) => result.real.rate));
  const base = median(results.map((result) => result.dull.rate));
  const each = play(sample, nothing).length;
  const rows = (results[0]!.real.rows / real.count) * each;
  const more = Math.round(1000 / rate - 1000 / base);
  console.log(`| ${sample.name} | ${each} | ${rows.toFixed(0)} | ${rate.toFixed(2)} | ${base.toFixed(2)} | ${more} |`);
}
