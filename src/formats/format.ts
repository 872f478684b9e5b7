import type { Zone } from "../bytes/local-clock.ts";
import type { Batch } from "../observations/batch.ts";
import type { Tally } from "../observations/tally.ts";
import type { TlsSecrets } from "../wire/conversations/tls-secrets.ts";
import type { LineFormat } from "./define-line-format.ts";
import type { OtherReaders } from "./other-readers.ts";

/** What a decoder may know besides the bytes. */
export interface DecodeContext {
  /** Where records, rejects and gaps are counted. */
  readonly tally: Tally;
  /** A moment the input was surely complete by (its modification time, or now); dates without a year are placed before it. */
  readonly referenceMs: number;
  /** Zone of time stamps that state none: minutes east of UTC, or a name. */
  readonly zone: Zone;
  /** Who reads the lines of other programs in the same file. Default: nobody. */
  readonly others?: OtherReaders;
  /** Session keys that the user gave, for captures: they open TLS streams. */
  readonly secrets?: TlsSecrets;
}

/**
 * Turns one input's bytes into observations. Push style: chunks may be cut anywhere, and cutting them elsewhere gives the
 * same observations. Never throws on odd input: it rejects a record and goes on, or ends the input with a reject.
 */
export interface Decoder {
  /** Adds the observations of `chunk` to `batch`; keeps what is incomplete. The chunk may be reused by the caller. */
  decode(chunk: Uint8Array, batch: Batch): void;
  /** Adds what was still open at the end of the input. */
  end(batch: Batch): void;
  /** After `end`: there is more, and `end` is to be called again with another batch. Default: no. */
  readonly hasMore?: boolean;
}

/** Is shown each record of an input as it is written there: `bytes[start, end)`, valid until the call returns. */
export type ShowRecord = (bytes: Uint8Array, start: number, end: number, position: number) => void;

/** Cuts an input into its records without reading them. */
export interface RecordCutter {
  push(chunk: Uint8Array): void;
  end(): void;
}

/** One way of writing captures, logs or flows. A format is one file, its samples, and one line in formats/index.ts. */
export interface Format {
  /** Short stable name for `--format` and the report, such as `pcap` or `combined`. */
  readonly id: string;
  /** What it is, for people, in one line. */
  readonly title: string;
  readonly kind: "capture" | "log" | "flow";
  /**
   * How surely `head` (the first bytes of the input, decompressed, up to 64 KiB) is this format: 0 not at all, 1 certain.
   * The largest wins; ties go to the one listed first.
   */
  looksLike(head: Uint8Array): number;
  /** How one of its lines is read, for formats of lines. */
  readonly lines?: LineFormat;
  open(context: DecodeContext): Decoder;
  /** Shows the records that positions count, as they are written. Default: a record has no place of its own. */
  readonly cut?: (show: ShowRecord) => RecordCutter;
}
