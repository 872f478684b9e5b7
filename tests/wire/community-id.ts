import { createHash } from "node:crypto";
import { MAPPED } from "../../src/bytes/address.ts";
import type { Batch } from "../../src/observations/batch.ts";
import { Transport } from "../../src/observations/vocabulary.ts";

/** ICMP's types and those of their answers stand for ports; a type without an answer stands with its code (Community ID 1.0). */
const counterparts: Readonly<Record<number, Readonly<Record<number, number>>>> = {
  [Transport.icmp]: { 8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17 },
  [Transport.icmpv6]: { 128: 129, 129: 128 },
};

/** The Community ID (version 1, seed 0) of the flow that a contact is about. */
export function communityIdOf(batch: Batch, row: number): string {
  const source = addressBytes(batch.source, row * 4);
  const target = addressBytes(batch.target, row * 4);
  const transport = batch.transport[row]!;
  let ports: [number, number] | undefined = [batch.sourcePort[row]!, batch.targetPort[row]!];
  const answers = counterparts[transport];
  if (answers !== undefined) {
    const type = batch.targetPort[row]! >>> 8;
    ports = [type, answers[type] ?? batch.targetPort[row]! & 255];
  } else if (!([Transport.tcp, Transport.udp, Transport.sctp] as number[]).includes(transport)) ports = undefined;
  const order = Buffer.compare(source, target) || (ports === undefined ? 0 : ports[0] - ports[1]);
  const [first, second] = order <= 0 ? [source, target] : [target, source];
  const [low, high] = ports === undefined || order <= 0 ? (ports ?? []) : [ports[1], ports[0]];
  const tail = Buffer.alloc(low === undefined ? 2 : 6);
  tail[0] = transport;
  if (low !== undefined) {
    tail.writeUInt16BE(low, 2);
    tail.writeUInt16BE(high!, 4);
  }
  const hash = createHash("sha1").update(Buffer.concat([Buffer.alloc(2), first, second, tail]));
  return `1:${hash.digest("base64")}`;
}

function addressBytes(words: Uint32Array, at: number): Buffer {
  const bytes = Buffer.alloc(16);
  for (let i = 0; i < 4; i++) bytes.writeUInt32BE(words[at + i]!, i * 4);
  const isIpv4 = words[at] === 0 && words[at + 1] === 0 && words[at + 2] === MAPPED;
  return isIpv4 ? bytes.subarray(12) : bytes;
}
