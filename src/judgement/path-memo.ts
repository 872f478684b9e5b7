// Hot: once per request; measured by bench/bench.ts.
import { mix } from "../bytes/hash.ts";
import type { Batch } from "../observations/batch.ts";
import { Count, type Estate, ResourceKind } from "../observations/estate.ts";
import { emptyTemplate, readPathTemplate } from "../observations/path-template.ts";
import { resourceTag } from "./lessons.ts";

/** Paths remembered, and the 32-bit cells of each: one cache line. */
const PATHS = 4096;
const CELLS = 16;

/** What the cells hold: the two halves of the text's hash, then what `PathMemo` names. */
const TEXT_HIGH = 1;
const LOW = 2;
const HIGH = 3;
const DIRECTORY = 4;
const PARENT = 5;
const GRANDPARENT = 6;
const PAGE = 7;
const NAMES = 8;
const PARAMETERS = 9;
/** Depth in the lower byte, above it whether a query value is marked, and whether there is an identifier. */
const SHAPE = 10;
/** Reading in which its fame was looked up last, times two, plus whether it was well known then. */
const FAME = 11;
const MARKED = 256;
const IDENTIFIED = 512;
const MOST_READINGS = 2 ** 31 - 1;

/** Distinct credible visitors of a path that is well known: nobody's use of it says anything any more. */
const WELL_KNOWN = 8;

/**
 * The path templates of the texts met last, by their hash: most requests repeat a path. After `read` and `readPlace`, the
 * fields hold the template of that row's request: its method is part of it, unless it is one that every visitor's browser
 * sends.
 */
export class PathMemo {
  low = 0;
  high = 0;
  directory = 0;
  /** The path without its query, as a container: new parameters of a page are judged by that page. */
  page = 0;
  /** The directories above that of the path. */
  parent = 0;
  grandparent = 0;
  /** The names of the query's parameters, as a container; 0 without a query. */
  names = 0;
  /** How many parameters the query has, up to 65,535. */
  parameters = 0;
  depth = 0;
  markedValue = false;
  /** Whether it holds an identifier such as no list of words has. */
  identified = false;
  /** `low` without the method. */
  plainLow = 0;
  readonly #template = emptyTemplate();
  readonly #cells = new Uint32Array(PATHS * CELLS);
  readonly #estate: Estate;
  #reading = 0;
  /** Where the path read last lies; -1 for a request without a method. */
  #at = -1;
  /** Whether it was asked for by an ordinary method. */
  #isPlain = false;

  constructor(estate: Estate) {
    this.#estate = estate;
  }

  /** Begins a run of rows: what is well known is looked up anew. */
  start(): void {
    this.#reading = this.#reading === MOST_READINGS ? 1 : this.#reading + 1;
  }

  /** Reads what every request needs: `low`, `high` and `markedValue`. */
  read(batch: Batch, row: number): void {
    const cells = this.#cells;
    const { hashLow, hashHigh } = batch.texts;
    const id = batch.path[row]!;
    const method = batch.method[row]!;
    const textLow = hashLow[id]!;
    const textHigh = hashHigh[id]!;
    const at = (textLow & (PATHS - 1)) * CELLS;
    if (cells[at] !== textLow || cells[at + TEXT_HIGH] !== textHigh) this.#fill(batch, id, at);
    this.#at = at;
    this.#isPlain = false;
    if (method === 0) {
      this.#at = -1;
      this.low = mix(ResourceKind.path, 0);
      this.high = mix(0, ResourceKind.path);
      this.plainLow = this.low;
      this.markedValue = false;
      return;
    }
    this.low = cells[at + LOW]!;
    this.plainLow = this.low;
    this.high = cells[at + HIGH]!;
    this.markedValue = (cells[at + SHAPE]! & MARKED) !== 0;
    if (isOrdinaryMethod(batch, method)) this.#isPlain = true;
    else {
      this.low = mix(this.low, hashLow[method]!);
      this.high = mix(this.high, hashHigh[method]!);
    }
  }

  /** Whether it was asked for by GET, HEAD or POST. */
  get isPlain(): boolean {
    return this.#isPlain;
  }

  /** Whether many visitors used what was read last, as it was asked for, with success. */
  get isWellKnown(): boolean {
    if (!this.#isPlain || this.markedValue) return false;
    const cells = this.#cells;
    const at = this.#at + FAME;
    const fame = cells[at]!;
    if (fame >>> 1 === this.#reading) return (fame & 1) === 1;
    const estate = this.#estate;
    const hits = estate.get(estate.find(this.low, resourceTag(this.high)), Count.hits);
    cells[at] = this.#reading * 2 + (hits >= WELL_KNOWN ? 1 : 0);
    return hits >= WELL_KNOWN;
  }

  /**
   * Reads the rest of what was read last: only a new request needs it. Bytes that are no HTTP request (a TLS hello on a
   * plain port) have no place: however they differ, they are one thing.
   */
  readPlace(): void {
    const at = this.#at;
    const cells = this.#cells;
    const known = at >= 0;
    this.directory = known ? cells[at + DIRECTORY]! : 0;
    this.parent = known ? cells[at + PARENT]! : 0;
    this.grandparent = known ? cells[at + GRANDPARENT]! : 0;
    this.page = known ? cells[at + PAGE]! : 0;
    this.names = known ? cells[at + NAMES]! : 0;
    this.parameters = known ? cells[at + PARAMETERS]! : 0;
    this.depth = known ? cells[at + SHAPE]! & 255 : 0;
    this.identified = known && (cells[at + SHAPE]! & IDENTIFIED) !== 0;
  }

  #fill(batch: Batch, id: number, at: number): void {
    const { starts, lengths, bytes, hashLow, hashHigh } = batch.texts;
    const template = this.#template;
    const cells = this.#cells;
    readPathTemplate(bytes, starts[id]!, starts[id]! + lengths[id]!, template);
    cells[at] = hashLow[id]!;
    cells[at + TEXT_HIGH] = hashHigh[id]!;
    cells[at + LOW] = template.low;
    cells[at + HIGH] = template.high;
    cells[at + DIRECTORY] = mix(ResourceKind.directory, template.directory);
    cells[at + PARENT] = mix(ResourceKind.directory, template.parent);
    cells[at + GRANDPARENT] = mix(ResourceKind.directory, template.grandparent);
    cells[at + PAGE] = mix(ResourceKind.page, template.page);
    cells[at + NAMES] = template.names === 0 ? 0 : mix(ResourceKind.names, template.names);
    cells[at + PARAMETERS] = Math.min(template.parameters, 0xffff);
    cells[at + SHAPE] =
      Math.min(template.depth, 255) + (template.markedValue ? MARKED : 0) + (template.identified ? IDENTIFIED : 0);
    cells[at + FAME] = 0;
  }
}

/** GET, HEAD or POST. */
function isOrdinaryMethod(batch: Batch, id: number): boolean {
  const { bytes, starts, lengths } = batch.texts;
  const at = starts[id]!;
  const length = lengths[id]!;
  const first = bytes[at]!;
  if (length === 3) return first === 71 && bytes[at + 1] === 69 && bytes[at + 2] === 84;
  if (length !== 4) return false;
  return (
    (first === 72 && bytes[at + 1] === 69 && bytes[at + 3] === 68) ||
    (first === 80 && bytes[at + 1] === 79 && bytes[at + 3] === 84)
  );
}
