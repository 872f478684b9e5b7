// Hot: once per request; measured by bench/bench.ts.
import { mix } from "../bytes/hash.ts";
import type { Batch } from "../observations/batch.ts";
import { ResourceKind } from "../observations/estate.ts";
import { emptyTemplate, readPathTemplate } from "../observations/path-template.ts";

/**
 * The path template of each text of a batch, read once per text. After `read` and `readPlace`, the fields hold the template of that
 * row's request: its method is part of it, unless it is one that every visitor's browser sends.
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
  readonly #template = emptyTemplate();
  /** Which reading of which batch an entry belongs to. */
  #stamps = new Uint32Array(1024);
  #lows = new Uint32Array(1024);
  #highs = new Uint32Array(1024);
  #directories = new Uint32Array(1024);
  #parents = new Uint32Array(1024);
  #grandparents = new Uint32Array(1024);
  #pages = new Uint32Array(1024);
  #names = new Uint32Array(1024);
  #parameters = new Uint16Array(1024);
  #depths = new Uint8Array(1024);
  #marks = new Uint8Array(1024);
  #stamp = 0;
  #id = -1;

  /** Begins a run of rows of `batch`; what is remembered of other batches no longer counts. */
  start(batch: Batch): void {
    this.#stamp++;
    const size = batch.texts.size;
    if (size <= this.#stamps.length) return;
    const length = 2 ** Math.ceil(Math.log2(size));
    this.#stamps = new Uint32Array(length);
    this.#lows = new Uint32Array(length);
    this.#highs = new Uint32Array(length);
    this.#directories = new Uint32Array(length);
    this.#parents = new Uint32Array(length);
    this.#grandparents = new Uint32Array(length);
    this.#pages = new Uint32Array(length);
    this.#names = new Uint32Array(length);
    this.#parameters = new Uint16Array(length);
    this.#depths = new Uint8Array(length);
    this.#marks = new Uint8Array(length);
  }

  /** Reads what every request needs: `low`, `high` and `markedValue`. */
  read(batch: Batch, row: number): void {
    const id = batch.path[row]!;
    if (this.#stamps[id] !== this.#stamp) this.#fill(batch, id);
    const method = batch.method[row]!;
    this.#id = method === 0 ? -1 : id;
    this.low = this.#lows[id]!;
    this.high = this.#highs[id]!;
    this.markedValue = this.#marks[id] === 1;
    if (method === 0) {
      this.low = mix(ResourceKind.path, 0);
      this.high = mix(0, ResourceKind.path);
      this.markedValue = false;
    } else if (!isOrdinaryMethod(batch, method)) {
      this.low = mix(this.low, batch.texts.hashLow[method]!);
      this.high = mix(this.high, batch.texts.hashHigh[method]!);
    }
  }

  /**
   * Reads the rest of what was read last: only a new request needs it. Bytes that are no HTTP request (a TLS hello on a
   * plain port) have no place: however they differ, they are one thing.
   */
  readPlace(): void {
    const id = this.#id;
    const known = id >= 0;
    this.directory = known ? this.#directories[id]! : 0;
    this.parent = known ? this.#parents[id]! : 0;
    this.grandparent = known ? this.#grandparents[id]! : 0;
    this.page = known ? this.#pages[id]! : 0;
    this.names = known ? this.#names[id]! : 0;
    this.parameters = known ? this.#parameters[id]! : 0;
    this.depth = known ? this.#depths[id]! : 0;
  }

  #fill(batch: Batch, id: number): void {
    const { starts, lengths, bytes } = batch.texts;
    const template = this.#template;
    readPathTemplate(bytes, starts[id]!, starts[id]! + lengths[id]!, template);
    this.#stamps[id] = this.#stamp;
    this.#lows[id] = template.low;
    this.#highs[id] = template.high;
    this.#directories[id] = mix(ResourceKind.directory, template.directory);
    this.#parents[id] = mix(ResourceKind.directory, template.parent);
    this.#grandparents[id] = mix(ResourceKind.directory, template.grandparent);
    this.#names[id] = template.names === 0 ? 0 : mix(ResourceKind.names, template.names);
    this.#pages[id] = mix(ResourceKind.page, template.page);
    this.#parameters[id] = Math.min(template.parameters, 0xffff);
    this.#depths[id] = Math.min(template.depth, 255);
    this.#marks[id] = template.markedValue ? 1 : 0;
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
