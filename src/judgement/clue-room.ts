// Hot: blocks are written by campaign-clues.ts; what lies in them is read here, without copies, when the search begins.
import { isIpv4 } from "../bytes/address.ts";

/** One guess of a source, as remembered for finding out who else took part. */
export interface Clue {
  readonly atMs: number;
  /** What was asked of whom: no two sources of a shared-out scan ask the same. */
  readonly question: number;
  /** What was asked, whoever was asked: a port, a path. */
  readonly subject: number;
  /** The address, or the host name, that was asked. */
  readonly target: number;
  readonly fingerprint: number;
  /** `Kind` of the observation. */
  readonly kind: number;
  readonly classIndex: number;
  /** Whether knowledge names what was asked for. */
  readonly isCheck: boolean;
  readonly transport: number;
  readonly port: number;
  readonly weight: number;
  /** The first bytes of the path or name asked for. */
  readonly text: Uint8Array;
}

/** What is remembered of one source. */
export interface ClueSource {
  /** A copy of its four address words. */
  readonly words: Uint32Array;
  /** Number of the IPv4 /24 that it is in; undefined for IPv6. */
  readonly network: number | undefined;
  /** Guesses noted, the kept ones among them. */
  readonly total: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly clues: readonly Clue[];
}

/** Clues kept of one source: those whose questions have the smallest hashes, so that two sources who ask the same keep the same (a bottom-k sketch; A. Broder, 1997). */
export const CLUES = 4;
const TEXT_WORDS = 6;
export const TEXT_BYTES = TEXT_WORDS * 4;
export const CLUE_CELLS = 10 + TEXT_WORDS;
/** Address, counts, times, the pause before it came, then the clues. */
export const HEAD = 12;
export const BLOCK = HEAD + CLUES * CLUE_CELLS;
export const Head = { total: 4, kept: 5, first: 3, last: 4, pause: 10 } as const;
export const Cell = {
  after: 0,
  question: 1,
  subject: 2,
  target: 3,
  fingerprint: 4,
  kinds: 5,
  port: 6,
  weight: 7,
  length: 8,
  text: 9,
};

/** Blocks of sources, one behind the other, under each type that lies in them. */
export class ClueRoom {
  readonly cells: Uint32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  readonly bytes: Uint8Array;

  constructor(blocks: number) {
    this.cells = new Uint32Array(blocks * BLOCK);
    this.floats = new Float32Array(this.cells.buffer);
    this.doubles = new Float64Array(this.cells.buffer);
    this.bytes = new Uint8Array(this.cells.buffer);
  }

  /** The source in a block, read where it lies: there may be tens of thousands. */
  read(block: number): ClueSource {
    return new KeptSource(this, block * BLOCK);
  }
}

class KeptSource implements ClueSource {
  /** In order of time. */
  readonly clues: readonly Clue[];
  readonly #room: ClueRoom;
  readonly #base: number;

  constructor(room: ClueRoom, base: number) {
    this.#room = room;
    this.#base = base;
    this.clues = Array.from({ length: room.cells[base + Head.kept]! }, (_, i) => new KeptClue(room, base, i)).sort(
      (a, b) => a.atMs - b.atMs || a.question - b.question,
    );
  }

  get words(): Uint32Array {
    return this.#room.cells.slice(this.#base, this.#base + 4);
  }

  get network(): number | undefined {
    const { cells } = this.#room;
    return isIpv4(cells, this.#base) ? cells[this.#base + 3]! >>> 8 : undefined;
  }

  get total(): number {
    return this.#room.cells[this.#base + Head.total]!;
  }

  get firstMs(): number {
    return this.#room.doubles[(this.#base >>> 1) + Head.first]!;
  }

  get lastMs(): number {
    return this.#room.doubles[(this.#base >>> 1) + Head.last]!;
  }
}

class KeptClue implements Clue {
  readonly #room: ClueRoom;
  readonly #base: number;
  readonly #number: number;

  /**
   * @param base where its source's block begins
   * @param number its place among the source's clues
   */
  constructor(room: ClueRoom, base: number, number: number) {
    this.#room = room;
    this.#base = base;
    this.#number = number;
  }

  get atMs(): number {
    return this.#room.doubles[(this.#base >>> 1) + Head.first]! + this.#get(Cell.after);
  }

  get question(): number {
    return this.#get(Cell.question);
  }

  get subject(): number {
    return this.#get(Cell.subject);
  }

  get target(): number {
    return this.#get(Cell.target);
  }

  get fingerprint(): number {
    return this.#get(Cell.fingerprint);
  }

  get kind(): number {
    return this.#get(Cell.kinds) & 255;
  }

  get classIndex(): number {
    return (this.#get(Cell.kinds) >>> 8) & 255;
  }

  get isCheck(): boolean {
    return (this.#get(Cell.kinds) & 0x10000) !== 0;
  }

  get transport(): number {
    return this.#get(Cell.kinds) >>> 24;
  }

  get port(): number {
    return this.#get(Cell.port);
  }

  get weight(): number {
    return this.#room.floats[this.#at + Cell.weight]!;
  }

  get text(): Uint8Array {
    const from = (this.#at + Cell.text) * 4;
    return this.#room.bytes.slice(from, from + this.#get(Cell.length));
  }

  get #at(): number {
    return this.#base + HEAD + this.#number * CLUE_CELLS;
  }

  #get(cell: number): number {
    return this.#room.cells[this.#at + cell]!;
  }
}
