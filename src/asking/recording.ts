/** An address and port that is asked, and the name it is asked by. */
export interface Place {
  /** An IPv4 or IPv6 address; never a name, so that nothing is resolved again. */
  readonly address: string;
  readonly port: number;
  /** For the Host header and the TLS server name. */
  readonly name?: string | undefined;
}

/** Bounds of one conversation: a service may say anything, at any speed, for any length. */
export interface Bounds {
  /** Bytes of the service that are taken; what it says beyond is not read. */
  readonly bytes: number;
  /** The whole conversation, from the first packet on. */
  readonly totalMs: number;
  /** Silence after which words that have no known end count as said. */
  readonly quietMs: number;
}

/** As much as the readers of captures hold of one stream. */
export const ordinaryBounds: Bounds = { bytes: 32 * 1024, totalMs: 10_000, quietMs: 1000 };

/** What one side said next, as it went over the network. */
interface Piece {
  readonly isServer: boolean;
  readonly bytes: Uint8Array;
}

/**
 * How asking ended. `answered`: the service said something. `silent`: it was reached and said nothing. `closed`: the
 * host said that nobody listens there. `unreachable`: nothing came back at all.
 */
export type Reception = "answered" | "silent" | "closed" | "unreachable";

/** One conversation with a service, whole: what a capture of it would hold. */
export interface Recording {
  readonly place: Place;
  readonly transport: "tcp" | "udp";
  readonly local: { readonly address: string; readonly port: number };
  readonly reception: Reception;
  readonly pieces: readonly Piece[];
  /** Lines of a key log (RFC 9850) that open what was said under TLS. */
  readonly keys: readonly string[];
  /** Fixed sentences: why it ended early, what was not followed. */
  readonly notes: readonly string[];
}

/** Collects the pieces of one conversation, and no more than the bounds allow. */
export class Recorder {
  readonly pieces: Piece[] = [];
  readonly keys: string[] = [];
  readonly notes: string[] = [];
  #room: number;

  constructor(bytes: number) {
    this.#room = bytes;
  }

  /** Takes what the service said. @returns as much of it as there is room for */
  heard(bytes: Uint8Array): Uint8Array {
    const taken = bytes.subarray(0, this.#room);
    this.#room -= taken.length;
    if (taken.length > 0) this.pieces.push({ isServer: true, bytes: taken });
    if (taken.length < bytes.length) this.note("it said more than is read");
    return taken;
  }

  said(bytes: Uint8Array): void {
    this.pieces.push({ isServer: false, bytes });
  }

  note(sentence: string): void {
    if (!this.notes.includes(sentence)) this.notes.push(sentence);
  }

  get isFull(): boolean {
    return this.#room === 0;
  }

  get hasHeard(): boolean {
    return this.pieces.some(({ isServer }) => isServer);
  }
}
