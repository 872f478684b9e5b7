// Flow exports, built byte by byte as their specifications lay them out.

/** Numbers of so many bits, big-endian: `[16, 5]` is two bytes. */
type Field = readonly [bits: 8 | 16 | 32 | 64, value: number];

export function bytesOf(...fields: readonly (Field | Uint8Array)[]): Buffer {
  return Buffer.concat(
    fields.map((field) => {
      if (field instanceof Uint8Array) return field;
      const [bits, value] = field;
      const buffer = Buffer.alloc(bits / 8);
      if (bits === 64) buffer.writeBigUInt64BE(BigInt(value));
      else buffer.writeUIntBE(value, 0, bits / 8);
      return buffer;
    }),
  );
}

export const ipv4 = (address: string): Buffer => Buffer.from(address.split(".").map(Number));
export const ipv6 = (groups: string): Buffer => Buffer.from(groups, "hex");

/** 2026-11-22T19:05:16Z, when everything here was sent; exporters had then been up for 1,000 s. */
export const SENT_S = 1_795_374_316;
const UPTIME = 1_000_000;

export interface TestFlow {
  readonly source: string;
  readonly target: string;
  readonly ports: readonly [number, number];
  readonly protocol?: number;
  readonly flags?: number;
  /** Milliseconds before it was sent. */
  readonly ago?: number;
}

const fixedParts = (flow: TestFlow): readonly (Field | Uint8Array)[] => [
  ipv4(flow.source),
  ipv4(flow.target),
  [32, 0], // next hop
  [16, 1],
  [16, 2], // interfaces
  [32, 3], // packets
  [32, 180], // bytes
  [32, UPTIME - (flow.ago ?? 5000)],
  [32, UPTIME - 1000],
  [16, flow.ports[0]],
  [16, flow.ports[1]],
];

export function netflowV1(flows: readonly TestFlow[]): Buffer {
  const records = flows.map((flow) =>
    bytesOf(
      ...fixedParts(flow),
      [16, 0],
      [8, flow.protocol ?? 6],
      [8, 0],
      [8, flow.flags ?? 0],
      [8, 0],
      [16, 0],
      [64, 0],
    ),
  );
  return bytesOf([16, 1], [16, flows.length], [32, UPTIME], [32, SENT_S], [32, 0], ...records);
}

export function netflowV5(flows: readonly TestFlow[], sampling = 0): Buffer {
  const records = flows.map((flow) =>
    bytesOf(...fixedParts(flow), [8, 0], [8, flow.flags ?? 0], [8, flow.protocol ?? 6], [8, 0], [64, 0]),
  );
  const header = bytesOf(
    [16, 5],
    [16, flows.length],
    [32, UPTIME],
    [32, SENT_S],
    [32, 0],
    [32, 7],
    [16, 0],
    [16, sampling],
  );
  return Buffer.concat([header, ...records]);
}

export function netflowV7(flows: readonly TestFlow[]): Buffer {
  const records = flows.map((flow) =>
    bytesOf(...fixedParts(flow), [8, 0], [8, flow.flags ?? 0], [8, flow.protocol ?? 6], [8, 0], [64, 0], [32, 0]),
  );
  return bytesOf([16, 7], [16, flows.length], [32, UPTIME], [32, SENT_S], [32, 0], [32, 7], [32, 0], ...records);
}

export function set(id: number, ...fields: readonly (Field | Uint8Array)[]): Buffer {
  const body = bytesOf(...fields);
  return bytesOf([16, id], [16, body.length + 4], body);
}

export function netflowV9(sourceId: number, ...sets: readonly Buffer[]): Buffer {
  return bytesOf([16, 9], [16, sets.length], [32, UPTIME], [32, SENT_S], [32, 1], [32, sourceId], ...sets);
}

export function ipfix(domain: number, ...sets: readonly Buffer[]): Buffer {
  const body = Buffer.concat(sets);
  return bytesOf([16, 10], [16, body.length + 16], [32, SENT_S], [32, 1], [32, domain], body);
}

/** A template: pairs of element and length; an element is `[enterprise, id]` when it is not of IANA. */
export function template(
  id: number,
  ...fields: readonly (readonly [number | readonly [number, number], number])[]
): Buffer {
  const specifiers = fields.map(([element, length]) =>
    typeof element === "number"
      ? bytesOf([16, element], [16, length])
      : bytesOf([16, element[1] | 0x8000], [16, length], [32, element[0]]),
  );
  return bytesOf([16, id], [16, fields.length], ...specifiers);
}

/** An sFlow datagram of one flow sample with one record. */
export function sflow(rate: number, format: number, record: Buffer, isExpanded = false): Buffer {
  const head: readonly Field[] = isExpanded
    ? [
        [32, 1],
        [32, 0],
        [32, 1],
        [32, rate],
        [32, 0],
        [32, 0],
        [32, 0],
        [32, 1],
        [32, 0],
        [32, 2],
        [32, 1],
      ]
    : [
        [32, 1],
        [32, 1],
        [32, rate],
        [32, 0],
        [32, 0],
        [32, 1],
        [32, 2],
        [32, 1],
      ];
  const sample = bytesOf(...head, [32, format], [32, record.length], record);
  const header = bytesOf([32, 5], [32, 1], ipv4("198.51.100.254"), [32, 0], [32, 1], [32, UPTIME], [32, 1]);
  return bytesOf(header, [32, isExpanded ? 3 : 1], [32, sample.length], sample);
}

/** A raw packet header as sFlow's record 1 holds it, padded to four bytes. */
export function rawPacket(frame: Buffer): Buffer {
  const padding = Buffer.alloc(-frame.length & 3);
  return bytesOf([32, 1], [32, frame.length + 4], [32, 4], [32, frame.length], frame, padding);
}

/** An Ethernet frame with a TCP segment. */
export function tcpFrame(flow: TestFlow): Buffer {
  const tcp = bytesOf(
    [16, flow.ports[0]],
    [16, flow.ports[1]],
    [32, 77],
    [32, 0],
    [8, 0x60],
    [8, flow.flags ?? 2],
    [16, 1024],
    [32, 0],
    [8, 2],
    [8, 4],
    [16, 1460],
  );
  return Buffer.concat([Buffer.alloc(12), bytesOf([16, 0x0800]), ipv4Packet(flow, 6, tcp)]);
}

function ipv4Packet(flow: TestFlow, protocol: number, payload: Buffer): Buffer {
  const header: readonly (Field | Uint8Array)[] = [
    [16, 0x4500],
    [16, 20 + payload.length],
    [16, 54321],
    [16, 0],
    [8, 250],
    [8, protocol],
    [16, 0],
    ipv4(flow.source),
    ipv4(flow.target),
  ];
  return bytesOf(...header, payload);
}

/** A capture file whose packets are these UDP payloads, a second apart. */
export function captureOf(payloads: readonly Buffer[], ports: readonly [number, number] = [40000, 2055]): Buffer {
  const header = bytesOf([32, 0xa1b2c3d4], [16, 2], [16, 4], [32, 0], [32, 0], [32, 65535], [32, 1]);
  const packets = payloads.map((payload, i) => {
    const udp = bytesOf([16, ports[0]], [16, ports[1]], [16, 8 + payload.length], [16, 0], payload);
    const ends = { source: "198.51.100.254", target: "198.51.100.9", ports };
    const frame = Buffer.concat([Buffer.alloc(12), bytesOf([16, 0x0800]), ipv4Packet(ends, 17, udp)]);
    return bytesOf([32, SENT_S + i], [32, 0], [32, frame.length], [32, frame.length], frame);
  });
  return Buffer.concat([header, ...packets]);
}
