import { Batch } from "./batch.ts";

/** The columns of a batch, and the cells of a row in each. */
const columns = [
  ["atMs", 1],
  ["position", 1],
  ["bytesSent", 1],
  ["source", 4],
  ["target", 4],
  ["sequence", 1],
  ["synOptions", 1],
  ["method", 1],
  ["host", 1],
  ["path", 1],
  ["agent", 1],
  ["referer", 1],
  ["service", 1],
  ["detail", 1],
  ["content", 1],
  ["sourcePort", 1],
  ["targetPort", 1],
  ["window", 1],
  ["ipId", 1],
  ["mss", 1],
  ["status", 1],
  ["kind", 1],
  ["transport", 1],
  ["outcome", 1],
  ["known", 1],
  ["tcpFlags", 1],
  ["ttl", 1],
] as const satisfies readonly (readonly [keyof Batch, number])[];

/** The columns of a batch's texts. */
const textColumns = ["hashLow", "hashHigh", "starts", "lengths"] as const;

/** Where each column starts: nothing that is read four or eight bytes at once may lie askew. */
const ALIGNMENT = 8;

/** What one must know of a stored batch to look at it. */
export interface StoredShape {
  readonly rows: number;
  /** Ids of its texts, 0 included. */
  readonly texts: number;
  readonly textBytes: number;
}

/** What of a batch is in use. */
export function shapeOf({ length, texts }: Batch): StoredShape {
  const last = texts.size - 1;
  return { rows: length, texts: texts.size, textBytes: last === 0 ? 0 : texts.starts[last]! + texts.lengths[last]! };
}

/** Bytes that a batch of this shape takes. */
export function bytesOf(shape: StoredShape): number {
  let bytes = 0;
  for (const column of slicesOf(empty, shape)) bytes += aligned(column.cells * column.cellBytes);
  return bytes;
}

/** Copies a batch into memory of at least `bytesOf(shapeOf(batch))` bytes, which another thread may look at with `viewBatch`. */
export function storeBatch(batch: Batch, memory: SharedArrayBuffer): void {
  let at = 0;
  for (const { values, cells, cellBytes, make } of slicesOf(batch, shapeOf(batch))) {
    new make(memory, at, cells).set(values.subarray(0, cells));
    at += aligned(cells * cellBytes);
  }
}

/** Makes `batch` show what `storeBatch` put into `memory`. Nothing may be added to it: it is there to be read. */
export function viewBatch(batch: Batch, memory: SharedArrayBuffer, shape: StoredShape): void {
  let at = 0;
  for (const { cells, cellBytes, make, put } of slicesOf(batch, shape)) {
    put(new make(memory, at, cells));
    at += aligned(cells * cellBytes);
  }
  batch.length = shape.rows;
  batch.texts.size = shape.texts;
}

type Cells = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** One column: the values it holds now, how many cells of it are in use, and how to replace it. */
interface Slice {
  readonly values: Cells;
  readonly cells: number;
  readonly cellBytes: number;
  readonly make: new (memory: SharedArrayBuffer, at: number, cells: number) => Cells;
  readonly put: (values: Cells) => void;
}

function slicesOf(batch: Batch, { rows, texts, textBytes }: StoredShape): Slice[] {
  const holder = batch as unknown as Record<string, Cells>;
  const textHolder = batch.texts as unknown as Record<string, Cells>;
  return [
    ...columns.map(([name, perRow]) => slice(holder, name, rows * perRow)),
    ...textColumns.map((name) => slice(textHolder, name, texts)),
    slice(textHolder, "bytes", textBytes),
  ];
}

function slice(holder: Record<string, Cells>, name: string, cells: number): Slice {
  const values = holder[name]!;
  return {
    values,
    cells,
    cellBytes: values.BYTES_PER_ELEMENT,
    make: values.constructor as Slice["make"],
    put: (replaced) => {
      holder[name] = replaced;
    },
  };
}

const empty = new Batch(0);

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
