/** TCP flags. */
const FIN = 1;
const SYN = 2;
const PSH = 8;
const ACK = 16;
const MOST_PAYLOAD = 1400;
const SERVER = 0xc612_0001;
const SERVER_PORT = 80;

/** Writes the packets of exchanges that took place on loopback as a pcap: raw IPv4, checksums left to the card. */
export class CaptureWriter {
  readonly #records: Buffer[] = [fileHeader()];
  #microseconds = 1_790_000_000_000_000;
  #port = 1024;

  /** One connection: `client` asked `asked`, and was told `answered`. */
  exchange(client: number, asked: Uint8Array, answered: Uint8Array): void {
    this.#port = this.#port === 65_000 ? 1024 : this.#port + 1;
    const ends = { client, port: this.#port, asked: 1000, answered: 5000 };
    this.#segment(ends, true, SYN, empty);
    this.#segment(ends, false, SYN | ACK, empty);
    this.#segment(ends, true, ACK, empty);
    this.#send(ends, true, asked);
    this.#send(ends, false, answered);
    this.#segment(ends, true, FIN | ACK, empty);
    this.#segment(ends, false, FIN | ACK, empty);
    this.#segment(ends, true, ACK, empty);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#records);
  }

  #send(ends: Ends, isAsked: boolean, payload: Uint8Array): void {
    for (let at = 0; at < payload.length; at += MOST_PAYLOAD) {
      this.#segment(ends, isAsked, PSH | ACK, payload.subarray(at, at + MOST_PAYLOAD));
    }
  }

  #segment(ends: Ends, isAsked: boolean, flags: number, payload: Uint8Array): void {
    const packet = Buffer.alloc(16 + 40 + payload.length);
    this.#microseconds += 100;
    packet.writeUInt32LE(Math.floor(this.#microseconds / 1e6), 0);
    packet.writeUInt32LE(this.#microseconds % 1e6, 4);
    packet.writeUInt32LE(packet.length - 16, 8);
    packet.writeUInt32LE(packet.length - 16, 12);
    packet.writeUInt16BE(0x4500, 16);
    packet.writeUInt16BE(packet.length - 16, 18);
    packet.writeUInt8(64, 24);
    packet.writeUInt8(6, 25);
    packet.writeUInt32BE(isAsked ? ends.client : SERVER, 28);
    packet.writeUInt32BE(isAsked ? SERVER : ends.client, 32);
    packet.writeUInt16BE(isAsked ? ends.port : SERVER_PORT, 36);
    packet.writeUInt16BE(isAsked ? SERVER_PORT : ends.port, 38);
    packet.writeUInt32BE(isAsked ? ends.asked : ends.answered, 40);
    packet.writeUInt32BE(flags & ACK ? (isAsked ? ends.answered : ends.asked) : 0, 44);
    packet.writeUInt8(0x50, 48);
    packet.writeUInt8(flags, 49);
    packet.writeUInt16BE(64_240, 50);
    packet.set(payload, 56);
    const advance = payload.length + (flags & (SYN | FIN) ? 1 : 0);
    if (isAsked) ends.asked += advance;
    else ends.answered += advance;
    this.#records.push(packet);
  }
}

interface Ends {
  readonly client: number;
  readonly port: number;
  asked: number;
  answered: number;
}

const empty = new Uint8Array(0);

/** pcap of raw IP (link type 101). */
function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(101, 20);
  return header;
}
