// Hot: once per row that names its target; measured by bench/bench.ts.
import { formatAddress } from "../bytes/address.ts";
import { mix } from "../bytes/hash.ts";
import type { Batch } from "../observations/batch.ts";
import { Kind, Transport } from "../observations/vocabulary.ts";

/** What was seen of a service; bits. */
export const Seen = {
  /** It took part. */
  answered: 1,
  /** A firewall let somebody through to it. */
  admitted: 2,
  /** Somebody spoke to it, or seemed to, and what it did was not seen. */
  oneSided: 4,
  /** Its conversations were encrypted. */
  encrypted: 8,
  /** Its words were read, or at least the status of its answers. */
  readable: 16,
  /** A firewall kept somebody away: of an input, not of a service. */
  denied: 32,
} as const;

/** A service, and what was seen of it. */
export interface SeenService {
  readonly target: string;
  readonly port: number;
  readonly transport: number;
  readonly seen: number;
  /** Index of the input that told of it last. */
  readonly input: number;
  readonly observations: number;
}

const CEILING = 1 << 13;
const PROBES = 8;
/** Words of a place: address (four), port and transport, bits of `Seen`, input + 1, observations. */
const CELLS = 8;
const PLACE = 4;
const SEEN = 5;
const INPUT = 6;
const COUNT = 7;

const MOST_INPUTS = 256;

/** What the inputs showed of each service that exists, as far as there is room. */
export class Sight {
  /** Rows about services for which there was no room. */
  omitted = 0;
  /** Of each input: what any of its rows showed. */
  readonly byInput = new Uint8Array(MOST_INPUTS);
  readonly #cells = new Int32Array(CEILING * CELLS);

  take(batch: Batch, row: number): void {
    const seen = seenIn(batch, row);
    if (seen === 0) return;
    if (batch.input < MOST_INPUTS) this.byInput[batch.input]! |= seen;
    if (seen === Seen.denied) return;
    const at = this.#find(batch, row);
    if (at < 0) return;
    const cells = this.#cells;
    cells[at + SEEN]! |= seen;
    cells[at + INPUT] = batch.input + 1;
    cells[at + COUNT]!++;
  }

  /** All services that were seen, the most often seen first. */
  list(): SeenService[] {
    const cells = this.#cells;
    const found: SeenService[] = [];
    for (let at = 0; at < cells.length; at += CELLS) {
      if (cells[at + INPUT] === 0) continue;
      found.push({
        target: formatAddress(Uint32Array.from(cells.subarray(at, at + 4))),
        port: cells[at + PLACE]! >>> 8,
        transport: cells[at + PLACE]! & 255,
        seen: cells[at + SEEN]!,
        input: cells[at + INPUT]! - 1,
        observations: cells[at + COUNT]!,
      });
    }
    return found.sort((a, b) => b.observations - a.observations || (a.target < b.target ? -1 : 1) || a.port - b.port);
  }

  #find({ target, targetPort, transport }: Batch, row: number): number {
    const from = row * 4;
    const [a, b, c, d] = [target[from]! | 0, target[from + 1]! | 0, target[from + 2]! | 0, target[from + 3]! | 0];
    if ((a | b | c | d) === 0) return -1;
    const place = (targetPort[row]! << 8) | transport[row]!;
    const cells = this.#cells;
    let slot = mix(mix(a ^ b, c ^ d), place) & (CEILING - 1);
    for (let i = 0; i < PROBES; i++) {
      const at = slot * CELLS;
      if (cells[at + INPUT] === 0) {
        cells[at] = a;
        cells[at + 1] = b;
        cells[at + 2] = c;
        cells[at + 3] = d;
        cells[at + PLACE] = place;
        return at;
      }
      const isIt = cells[at] === a && cells[at + 1] === b && cells[at + 2] === c && cells[at + 3] === d;
      if (isIt && cells[at + PLACE] === place) return at;
      slot = (slot + 1) & (CEILING - 1);
    }
    this.omitted++;
    return -1;
  }
}

/** What a contact shows by its `Outcome`. */
const seenByOutcome: readonly number[] = [
  Seen.oneSided, // unknown
  Seen.answered,
  0, // refused
  0, // silent
  0, // unreachable
  Seen.admitted,
  Seen.denied,
];

function seenIn(batch: Batch, row: number): number {
  const { kind, status, outcome, transport } = batch;
  switch (kind[row]) {
    case Kind.contact:
      return transport[row] === Transport.tcp || transport[row] === Transport.udp ? seenByOutcome[outcome[row]!]! : 0;
    case Kind.request:
    case Kind.question:
      return status[row] === 0 ? Seen.oneSided : Seen.readable;
    case Kind.reveal:
      return isTls(batch, row) ? Seen.encrypted : Seen.readable;
    case Kind.hello:
      return isTls(batch, row) ? Seen.encrypted : 0;
    default:
      return 0;
  }
}

/** Whether the handshake that a row tells of is one of TLS, DTLS or QUIC; of the rest there is SSH. */
function isTls({ texts, service }: Batch, row: number): boolean {
  const first = texts.bytes[texts.starts[service[row]!]!];
  const length = texts.lengths[service[row]!]!;
  return (first === 116 && length === 3) || ((first === 113 || first === 100) && length === 4);
}
