import { ACK, type CaptureMix, FIN, mixOf, type Plot, type PlotMaker, type Step, SYN } from "./capture-sessions.ts";
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
  /** Default `browsing`. */
  readonly mix?: CaptureMix;
}

const ETHERNET = 14;
const IPV4 = 20;
const CHUNK = 1 << 18;

/**
 * Writes a pcap in chunks; what the sessions are about, the mix tells. The sink may be called with the same memory again.
 */
export function generateCapture(plan: CapturePlan, sink: (chunk: Uint8Array) => void): void {
  new Generator(plan, sink).run(plan.packets);
}

/** A session under way. */
interface Session extends Plot {
  /** The next of its steps. */
  step: number;
}

class Generator {
  readonly #random: () => number;
  readonly #sink: (chunk: Uint8Array) => void;
  readonly #chunk = new Uint8Array(CHUNK);
  readonly #view = new DataView(this.#chunk.buffer);
  readonly #sessions: Session[] = [];
  readonly #make: PlotMaker;
  readonly #stepMicroseconds: number;
  #used = 0;
  #microseconds = 1_790_000_000_000_000;

  constructor(plan: CapturePlan, sink: (chunk: Uint8Array) => void) {
    this.#random = random(plan.seed ?? 1);
    this.#sink = sink;
    this.#stepMicroseconds = 1e6 / (plan.packetsPerSecond ?? 50_000);
    this.#make = mixOf(plan.mix ?? "browsing", this.#random);
    for (let i = 0; i < (plan.sessions ?? 500); i++) this.#sessions.push({ step: 0, ...this.#make() });
  }

  run(packets: number): void {
    this.#fileHeader();
    for (let i = 0; i < packets; i++) {
      const at = Math.floor(this.#random() * this.#sessions.length);
      const session = this.#sessions[at]!;
      this.#packet(session, session.steps[session.step++]!);
      if (session.step === session.steps.length) this.#sessions[at] = { step: 0, ...this.#make() };
    }
    this.#flush();
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
    const options = isTcp ? (step.flags & SYN ? 20 : 12) : 0;
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
    if (isTcp) this.#checksum(transport, header + step.payload.length);
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
    view.setUint32(at + 8, step.flags & ACK ? (step.fromClient ? session.serverSequence : session.clientSequence) : 0);
    view.setUint8(at + 12, ((20 + options) / 4) << 4);
    view.setUint8(at + 13, step.flags);
    view.setUint16(at + 14, 64240);
    if (options === 20) view.setUint32(at + 20, 0x020405b4);
    this.#chunk.fill(1, at + (options === 20 ? 24 : 20), at + 20 + options);
    const advance = step.payload.length + (step.flags & (SYN | FIN) ? 1 : 0);
    if (step.fromClient) session.clientSequence += advance;
    else session.serverSequence += advance;
  }

  /** The TCP checksum (RFC 9293, section 3.1), which goes over the addresses before it too. */
  #checksum(at: number, length: number): void {
    const view = this.#view;
    let sum = 6 + length;
    for (let i = at - 8; i + 2 <= at + length; i += 2) sum += view.getUint16(i);
    if (length % 2 === 1) sum += view.getUint8(at + length - 1) << 8;
    while (sum > 0xffff) sum = (sum >>> 16) + (sum & 0xffff);
    view.setUint16(at + 16, ~sum);
  }

  #flush(): void {
    this.#sink(this.#chunk.subarray(0, this.#used));
    this.#used = 0;
  }
}
