import { Line } from "../../bytes/line.ts";
import type { Batch } from "../../observations/batch.ts";
import type { DecodeContext, Decoder, Format } from "../format.ts";
import { VpcFlowReader } from "../logs/aws-vpc-flow.ts";
import { ExportWitness } from "./export-witness.ts";
import { ParquetRows, type RowGroup } from "./parquet-rows.ts";

/** The description of a Parquet file stands at its end, so it is held whole. AWS's hold at most an hour, some 20 MB. */
const LARGEST_FILE = 128 * 1024 * 1024;
const ROWS_A_CALL = 8192;

const TOO_LARGE = "a Parquet file over 128 MiB";
const BROKEN = "a Parquet file that is broken, or in a way that is not read";
const FOREIGN = "a Parquet file of something else: it has no columns srcaddr and dstaddr";

/** Columns of a flow log that matter, as AWS writes them in Parquet; in text they have hyphens. */
const columns = [
  "srcaddr",
  "dstaddr",
  "pkt_srcaddr",
  "pkt_dstaddr",
  "srcport",
  "dstport",
  "protocol",
  "start",
  "end",
  "action",
  "log_status",
  "tcp_flags",
];

/** AWS VPC flow logs as Parquet files in S3. Source: Amazon VPC User Guide, "Flow log files". */
export const awsVpcParquet: Format = {
  id: "aws-vpc-parquet",
  title: "AWS VPC flow log in Parquet",
  kind: "flow",
  looksLike: (head) => (Buffer.from(head.subarray(0, 4)).toString("latin1") === "PAR1" ? 1 : 0),
  open: (context) => new ParquetDecoder(context),
};

class ParquetDecoder implements Decoder {
  hasMore = false;
  readonly #reader: VpcFlowReader;
  readonly #witness: ExportWitness;
  readonly #line = new Line();
  #file = new Uint8Array(1 << 20);
  #length = 0;
  #rows: ParquetRows | undefined;
  #nextGroup = 0;
  #group: RowGroup = [];
  #nextRow = 0;
  #isRefused = false;

  constructor(context: DecodeContext) {
    this.#reader = new VpcFlowReader(context);
    this.#reader.setHeader(columns.map((name) => name.replaceAll("_", "-")));
    this.#witness = new ExportWitness(context.tally);
  }

  decode(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (this.#isRefused) return;
    if (length > LARGEST_FILE) {
      this.#file = new Uint8Array(0);
      this.#refuse(TOO_LARGE);
      return;
    }
    if (length > this.#file.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#file.length));
      larger.set(this.#file.subarray(0, this.#length));
      this.#file = larger;
    }
    this.#file.set(chunk, this.#length);
    this.#length = length;
  }

  /** As many rows a call as a batch holds well. */
  end(batch: Batch): void {
    this.#witness.batch = batch;
    this.hasMore = false;
    if (this.#isRefused) return;
    try {
      this.#rows ??= this.#open();
      if (this.#rows) this.hasMore = this.#tellRows(this.#rows);
    } catch {
      this.#refuse(BROKEN); // the library throws on what it does not understand, and that is data
    }
  }

  #open(): ParquetRows | undefined {
    const rows = new ParquetRows(this.#file.slice(0, this.#length).buffer);
    this.#file = new Uint8Array(0);
    const { names } = rows;
    if (names.includes("srcaddr") && names.includes("dstaddr")) return rows;
    this.#refuse(FOREIGN);
    return undefined;
  }

  /** Tells the next rows; returns whether there are more. */
  #tellRows(rows: ParquetRows): boolean {
    if (this.#nextRow >= (this.#group[0]?.length ?? 0)) {
      if (this.#nextGroup >= rows.groupCount) return false;
      this.#group = rows.group(this.#nextGroup++, columns);
      this.#nextRow = 0;
    }
    const group = this.#group;
    const witness = this.#witness;
    const stop = Math.min(group[0]!.length, this.#nextRow + ROWS_A_CALL);
    for (let row = this.#nextRow; row < stop; row++) {
      const text = Buffer.from(`${group.map((values) => values[row] ?? "-").join(" ")}\n`);
      this.#line.set(text, 0, text.length - 1);
      witness.tally.records++;
      witness.position++;
      const reject = this.#reader.readRecord(this.#line, witness);
      if (reject !== undefined) witness.tally.reject(reject, witness.position);
    }
    this.#nextRow = stop;
    return stop < group[0]!.length || this.#nextGroup < rows.groupCount;
  }

  #refuse(reason: string): void {
    this.#isRefused = true;
    this.#witness.tally.records++;
    this.#witness.tally.reject(reason, ++this.#witness.position);
  }
}
