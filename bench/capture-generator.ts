import { random } from "./random.ts";

/** What to generate. */
export interface CapturePlan {
  readonly packets: number;
  /** Same seed, same bytes. */
  readonly seed?: number;
  /** Packets a second, for the time stamps. */
  readonly packetsPerSecond?: number;
  /** Sessions under way at once. */
  readonly sessions?: number;
}

const ETHERNET = 14;
const IPV4 = 20;
const CHUNK = 1 << 18;

/**
 * Writes a pcap of ordinary traffic in chunks: clients browse a few web servers (two thirds of the sessions, one to four
 * requests each on a connection), ask a name server, and some scan ports. About 200 bytes a packet. The sink may be called
 * with the same memory again.
 */
export function generateCapture(plan: CapturePlan, sink: (chunk: Uint8Array) => void): void {
  new Generator(plan, sink).run(plan.packets);
}

interface Session {
  step: number;
  readonly client: number;
  readonly server: number;
  readonly clientPort: number;
  readonly serverPort: number;
  clientSequence: number;
  serverSequence: number;
  readonly steps: readonly Step[];
}

/** One packet of a session. */
interface Step {
  readonly fromClient: boolean;
  readonly protocol: number;
  readonly flags: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

const [FIN, SYN, RST, PSH, ACK] = [1, 2, 4, 8, 16];
const NOTHING = new Uint8Array(0);

class Generator {
  readonly #random: () => number;
  readonly #sink: (chunk: Uint8Array) => void;
  readonly #chunk = new Uint8Array(CHUNK);
  readonly #view = new DataView(this.#chunk.buffer);
  readonly #sessions: Session[] = [];
  readonly #browsing: readonly (readonly Step[])[];
  readonly #naming: readonly (readonly Step[])[];
  readonly #stepMicroseconds: number;
  #used = 0;
  #microseconds = 1_790_000_000_000_000;

  constructor(plan: CapturePlan, sink: (chunk: Uint8Array) => void) {
    this.#random = random(plan.seed ?? 1);
    this.#sink = sink;
    this.#stepMicroseconds = 1e6 / (plan.packetsPerSecond ?? 50_000);
    this.#browsing = Array.from({ length: 400 }, () => browse(this.#random));
    this.#naming = Array.from({ length: 100 }, () => askName(this.#random));
    for (let i = 0; i < (plan.sessions ?? 500); i++) this.#sessions.push(this.#session());
  }

  run(packets: number): void {
    this.#fileHeader();
    for (let i = 0; i < packets; i++) {
      const at = Math.floor(this.#random() * this.#sessions.length);
      const session = this.#sessions[at]!;
      this.#packet(session, session.steps[session.step++]!);
      if (session.step === session.steps.length) this.#sessions[at] = this.#session();
    }
    this.#flush();
  }

  #session(): Session {
    const kind = this.#random();
    const pick = <T>(list: readonly T[]) => list[Math.floor(this.#random() * list.length)]!;
    const isScan = kind < 0.12;
    const isName = !isScan && kind < 0.35;
    return {
      step: 0,
      client: isScan ? 0xc6130000 + (kind < 0.06 ? 7 : 9) : 0xc6120000 + Math.floor(this.#random() * 4096),
      server: 0xc6336400 + Math.floor(this.#random() * (isScan ? 254 : 6)),
      clientPort: 32768 + Math.floor(this.#random() * 28000),
      serverPort: isScan ? 1 + Math.floor(this.#random() * 1024) : isName ? 53 : 80,
      clientSequence: Math.floor(this.#random() * 4294967296),
      serverSequence: Math.floor(this.#random() * 4294967296),
      steps: isScan ? pick(scans) : isName ? pick(this.#naming) : pick(this.#browsing),
    };
  }

  #fileHeader(): void {
    const view = this.#view;
    view.setUint32(0, 0xa1b2c3d4, true);
    view.setUint32(4, 0x00040002, true);
    view.setUint32(16, 262144, true);
    view.setUint32(20, 1, true);
    this.#used = 24;
  }

  #packet(session: Session, step: Step): void {
    const isTcp = step.protocol === 6;
    const options = isTcp ? (step.flags & SYN! ? 20 : 12) : 0;
    const header = isTcp ? 20 + options : 8;
    const length = ETHERNET + IPV4 + header + step.payload.length;
    if (this.#used + 16 + length > CHUNK) this.#flush();
    const view = this.#view;
    const start = this.#used;
    this.#microseconds += this.#stepMicroseconds * (0.5 + this.#random());
    view.setUint32(start, Math.floor(this.#microseconds / 1e6), true);
    view.setUint32(start + 4, Math.floor(this.#microseconds % 1e6), true);
    view.setUint32(start + 8, length, true);
    view.setUint32(start + 12, length, true);
    const frame = start + 16;
    this.#chunk.fill(0, frame, frame + length - step.payload.length);
    view.setUint16(frame + 12, 0x0800);
    this.#ipHeader(frame + ETHERNET, session, step, length - ETHERNET);
    const transport = frame + ETHERNET + IPV4;
    view.setUint16(transport, step.fromClient ? session.clientPort : session.serverPort);
    view.setUint16(transport + 2, step.fromClient ? session.serverPort : session.clientPort);
    if (isTcp) this.#tcpHeader(transport, session, step, options);
    else view.setUint16(transport + 4, 8 + step.payload.length);
    this.#chunk.set(step.payload, transport + header);
    this.#used = frame + length;
  }

  #ipHeader(at: number, session: Session, step: Step, length: number): void {
    const view = this.#view;
    view.setUint16(at, 0x4500);
    view.setUint16(at + 2, length);
    view.setUint16(at + 4, Math.floor(this.#random() * 65536));
    view.setUint16(at + 6, 0x4000);
    view.setUint8(at + 8, 64);
    view.setUint8(at + 9, step.protocol);
    view.setUint32(at + 12, step.fromClient ? session.client : session.server);
    view.setUint32(at + 16, step.fromClient ? session.server : session.client);
  }

  #tcpHeader(at: number, session: Session, step: Step, options: number): void {
    const view = this.#view;
    view.setUint32(at + 4, step.fromClient ? session.clientSequence : session.serverSequence);
    view.setUint32(at + 8, step.flags & ACK! ? (step.fromClient ? session.serverSequence : session.clientSequence) : 0);
    view.setUint8(at + 12, ((20 + options) / 4) << 4);
    view.setUint8(at + 13, step.flags);
    view.setUint16(at + 14, 64240);
    if (options === 20) view.setUint32(at + 20, 0x020405b4);
    this.#chunk.fill(1, at + (options === 20 ? 24 : 20), at + 20 + options);
    const advance = step.payload.length + (step.flags & (SYN! | FIN!) ? 1 : 0);
    if (step.fromClient) session.clientSequence += advance;
    else session.serverSequence += advance;
  }

  #flush(): void {
    this.#sink(this.#chunk.subarray(0, this.#used));
    this.#used = 0;
  }
}

/** Two closed ports for each silent and each open one. */
const scans: readonly (readonly Step[])[] = [
  [tcp(true, SYN!), tcp(false, RST! | ACK!)],
  [tcp(true, SYN!), tcp(false, RST! | ACK!)],
  [tcp(true, SYN!)],
  [tcp(true, SYN!), tcp(false, SYN! | ACK!), tcp(true, RST!)],
];

function tcp(fromClient: boolean, flags: number, payload = NOTHING): Step {
  return { fromClient, protocol: 6, flags, payload };
}

function browse(random: () => number): Step[] {
  const steps = [tcp(true, SYN!), tcp(false, SYN! | ACK!), tcp(true, ACK!)];
  const requests = 1 + Math.floor(random() * 3);
  for (let i = 0; i < requests; i++) {
    steps.push(tcp(true, PSH! | ACK!, bytesOf(requestText(random))), tcp(false, ACK!));
    for (const segment of segmentsOf(responseText(random)))
      steps.push(tcp(false, PSH! | ACK!, segment), tcp(true, ACK!));
  }
  steps.push(tcp(true, FIN! | ACK!), tcp(false, FIN! | ACK!), tcp(true, ACK!));
  return steps;
}

function responseText(random: () => number): string {
  const body = Math.floor(random() ** 2 * 1500);
  const status = random() < 0.95 ? "200 OK" : "404 Not Found";
  const headers = `Server: nginx/1.22.1\r\nContent-Type: text/html\r\nContent-Length: ${body}`;
  return `HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${"x".repeat(body)}`;
}

/** In pieces of a small path MTU, so that packets are 200 bytes on average without a shortage of them. */
function segmentsOf(text: string): Uint8Array<ArrayBuffer>[] {
  const segments: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < text.length; at += 400) segments.push(bytesOf(text.slice(at, at + 400)));
  return segments;
}

const agents = [
  "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile",
];

function requestText(random: () => number): string {
  const agent = agents[Math.floor(random() * agents.length)]!;
  const path = `/articles/${Math.floor(random() ** 3 * 500)}.html`;
  const host = `Host: www.example.org\r\nUser-Agent: ${agent}\r\nAccept: text/html,*/*;q=0.8\r\nAccept-Encoding: gzip, br\r\n`;
  return `GET ${path} HTTP/1.1\r\n${host}Referer: https://www.example.org/\r\nConnection: keep-alive\r\n\r\n`;
}

function askName(random: () => number): Step[] {
  const name = bytesOf(
    `\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07example${Math.floor(random() * 10)}\x03org`,
  );
  const answer = new Uint8Array(name.length + 16 + Math.floor(random() * 80));
  answer.set(name);
  return [
    { fromClient: true, protocol: 17, flags: 0, payload: name },
    { fromClient: false, protocol: 17, flags: 0, payload: answer },
  ];
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, "latin1"));
}
