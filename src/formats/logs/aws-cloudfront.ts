// Hot: once per line; measured by bench/log-formats.ts.
import { Columns, headerNames } from "../../bytes/columns.ts";
import { IsoTime } from "../../bytes/iso-time.ts";
import type { Line } from "../../bytes/line.ts";
import { Kind, Transport } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { addEncodedHeader } from "../encoded-header.ts";
import type { DecodeContext } from "../format.ts";
import { Parties } from "../parties.ts";

const TAB = 9;
const HASH = 35;

const standard =
  "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header";

/**
 * Amazon CloudFront's standard access log: fields named by `#Fields`, separated by tabs. Source: Amazon CloudFront Developer
 * Guide, "Standard logging reference".
 */
export const awsCloudfront = defineLineFormat({
  id: "aws-cloudfront",
  title: "Amazon CloudFront standard access log",
  looksLike: (line) => line.includes("x-edge-result-type") || isRecord(line),
  open(context) {
    const reader = new CloudfrontReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

/** `2026-11-22⇥19:05:16⇥FRA56-P7⇥`. */
function isRecord(line: Line): boolean {
  const { bytes, start, end } = line;
  return (
    end - start > 40 &&
    bytes[start + 4] === 45 &&
    bytes[start + 10] === TAB &&
    bytes[start + 13] === 58 &&
    bytes[start + 19] === TAB &&
    bytes[start + 20]! >= 65 &&
    bytes[start + 20]! <= 90 &&
    bytes[start + 22]! >= 65
  );
}

class CloudfrontReader {
  readonly #columns = new Columns();
  readonly #time: IsoTime;
  readonly #parties = new Parties();
  readonly #slots;
  readonly #stamp = new Uint8Array(19);
  #plain = new Uint8Array(1024);

  constructor(context: DecodeContext) {
    this.#time = new IsoTime({ ...context, zone: 0 }); // always UTC
    const columns = this.#columns;
    const want = (name: string) => columns.want(name);
    this.#slots = {
      date: want("date"),
      time: want("time"),
      epoch: columns.want("timestamp(ms)", "timestamp"),
      client: want("c-ip"),
      clientPort: want("c-port"),
      method: want("cs-method"),
      host: want("x-host-header"),
      distribution: want("cs(Host)"),
      stem: want("cs-uri-stem"),
      query: want("cs-uri-query"),
      status: want("sc-status"),
      sent: want("sc-bytes"),
      agent: want("cs(User-Agent)"),
      referer: want("cs(Referer)"),
    };
    columns.header(standard.split(" "));
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const columns = this.#columns;
    const s = this.#slots;
    if (bytes[start] === HASH) {
      const names = line.after("#Fields: ");
      if (names >= 0) columns.header(headerNames(bytes, names, end, 32));
      witness.tally.records--; // a header is no record
      return undefined;
    }
    columns.split(bytes, start, end);
    const atMs = this.#atMs();
    if (Number.isNaN(atMs)) return "no time stamp with date and time of day";
    const parties = this.#parties;
    if (!columns.address(s.client, parties.addresses, 0)) return "client is not an address";
    parties.clearTarget();
    parties.sourcePort = columns.port(s.clientPort);
    parties.transport = Transport.tcp;
    const row = parties.addRow(witness, Kind.request, atMs);
    const { batch } = witness;
    const { texts } = batch;
    batch.method[row] = columns.text(s.method, texts);
    batch.host[row] = columns.text(columns.has(s.host) ? s.host : s.distribution, texts);
    batch.status[row] = columns.port(s.status);
    batch.bytesSent[row] = columns.count(s.sent);
    batch.path[row] = this.#path(witness);
    batch.agent[row] = this.#header(s.agent, witness);
    batch.referer[row] = this.#header(s.referer, witness);
    return undefined;
  }

  #atMs(): number {
    const columns = this.#columns;
    const s = this.#slots;
    if (columns.has(s.epoch)) return columns.time(s.epoch, this.#time);
    const date = columns.starts[s.date]!;
    const time = columns.starts[s.time]!;
    if (date < 0 || time < 0 || columns.ends[s.date]! - date !== 10 || columns.ends[s.time]! - time !== 8) {
      return Number.NaN;
    }
    const stamp = this.#stamp;
    for (let i = 0; i < 10; i++) stamp[i] = columns.bytes[date + i]!;
    stamp[10] = 84;
    for (let i = 0; i < 8; i++) stamp[11 + i] = columns.bytes[time + i]!;
    return this.#time.parse(stamp, 0, 19);
  }

  /** Stem and query, which stand apart. CloudFront escapes what is not printable in them as it was asked for. */
  #path(witness: Witness): number {
    const columns = this.#columns;
    const s = this.#slots;
    const { texts } = witness.batch;
    if (!columns.has(s.query)) return columns.text(s.stem, texts);
    let length = this.#copy(s.stem, 0);
    this.#plain[length++] = 63;
    length = this.#copy(s.query, length);
    return texts.add(this.#plain, 0, length);
  }

  #copy(slot: number, at: number): number {
    const { bytes } = this.#columns;
    const start = this.#columns.starts[slot]!;
    if (start < 0) return at;
    const end = this.#columns.ends[slot]!;
    this.#reserve(at + end - start + 1);
    for (let i = start; i < end; i++) this.#plain[at++] = bytes[i]!;
    return at;
  }

  #header(slot: number, witness: Witness): number {
    const { bytes, starts, ends } = this.#columns;
    return starts[slot]! < 0 ? 0 : addEncodedHeader(witness.batch.texts, bytes, starts[slot]!, ends[slot]!);
  }

  #reserve(length: number): void {
    if (length <= this.#plain.length) return;
    const larger = new Uint8Array(2 * length);
    larger.set(this.#plain);
    this.#plain = larger;
  }
}
