import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { parquetMetadata, parquetSchema } from "hyparquet";
import { readColumn } from "hyparquet/src/column.js";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { getTreePath } from "hyparquet/src/schema.js";
import type { ColumnDecoder, Compressors, FileMetaData } from "hyparquet/src/types.js";

/** Values of one group of rows, a list a column; empty where the file does not have the column. */
export type RowGroup = readonly (readonly unknown[])[];

/** What the library does not bring itself; a page says how long it is, so that nothing grows without end. */
const compressors: Compressors = {
  GZIP: (input, maxOutputLength) => gunzipSync(input, { maxOutputLength }),
  ZSTD: (input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength }),
};

/** A page larger than this is made up. */
const LARGEST_PAGE = 64 * 1024 * 1024;

/** Rows of a Parquet file that is in memory, one group at a time. The library throws on what it cannot read. */
export class ParquetRows {
  readonly #bytes: ArrayBuffer;
  readonly #meta: FileMetaData;
  readonly groupCount: number;

  /** @throws when `bytes` is no Parquet file */
  constructor(bytes: ArrayBuffer) {
    this.#bytes = bytes;
    this.#meta = parquetMetadata(bytes, { geoparquet: false });
    this.groupCount = this.#meta.row_groups.length;
  }

  /** Names of the columns. */
  get names(): string[] {
    return parquetSchema(this.#meta).children.map((child) => child.element.name);
  }

  /**
   * Values of the named columns in group `index`.
   * @throws when the file is broken there
   */
  group(index: number, names: readonly string[]): RowGroup {
    const columns = this.#meta.row_groups[index]!.columns;
    return names.map((name) => {
      const column = columns.find((each) => each.meta_data?.path_in_schema.join(".") === name);
      return column?.meta_data ? this.#column(column.meta_data, index) : [];
    });
  }

  #column(column: NonNullable<FileMetaData["row_groups"][0]["columns"][0]["meta_data"]>, index: number): unknown[] {
    const rows = Number(this.#meta.row_groups[index]!.num_rows);
    const schemaPath = getTreePath(parquetSchema(this.#meta), column.path_in_schema);
    const decoder: ColumnDecoder = {
      ...column,
      pathInSchema: column.path_in_schema,
      element: schemaPath.at(-1)!.element,
      schemaPath,
      parsers: DEFAULT_PARSERS,
      compressors: boundedCompressors,
    };
    const start = Number(column.dictionary_page_offset ?? column.data_page_offset);
    const length = Number(column.total_compressed_size);
    const view = new DataView(this.#bytes, start, length);
    const select = { groupStart: 0, selectStart: 0, selectEnd: rows, groupRows: rows };
    const chunks = readColumn({ view, offset: 0 }, select, decoder).data;
    return chunks.length === 1 ? Array.from(chunks[0]!) : chunks.flatMap((chunk) => Array.from(chunk));
  }
}

const boundedCompressors: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, unpack]) => [
    codec,
    (input: Uint8Array, length: number) => unpack!(input, Math.min(Math.max(length, 1), LARGEST_PAGE)),
  ]),
);
