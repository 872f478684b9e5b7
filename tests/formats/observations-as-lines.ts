import { formatAddress } from "../../src/bytes/address.ts";
import type { Zone } from "../../src/bytes/local-clock.ts";
import type { Decoder, Format } from "../../src/formats/format.ts";
import { Batch } from "../../src/observations/batch.ts";
import { Tally } from "../../src/observations/tally.ts";
import { Kind, Known, Outcome } from "../../src/observations/vocabulary.ts";

const nameOf = (names: Record<string, number>, value: number) =>
  Object.entries(names).find((entry) => entry[1] === value)?.[0] ?? String(value);

/** What decoding came to, one JSON object a line: observations in order, then the tally. */
export interface Decoded {
  readonly lines: string[];
  readonly tally: Tally;
}

/** When the samples were surely complete. */
export const referenceMs = Date.parse("2026-11-23T00:00:00Z");

/** Decodes `bytes` in chunks that end at each of `cuts`, and a new batch for each. */
export function decodeAll(format: Format, bytes: Uint8Array, cuts: readonly number[] = [], zone: Zone = 0): Decoded {
  const tally = new Tally();
  const decoder: Decoder = format.open({ tally, referenceMs, zone });
  const lines: string[] = [];
  const batch = new Batch(4);
  const flush = () => {
    for (let row = 0; row < batch.length; row++) lines.push(JSON.stringify(rowAsObject(batch, row)));
    batch.clear();
  };
  let start = 0;
  for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
    // A copy that is overwritten: a decoder that kept the chunk would show it.
    const chunk = Uint8Array.from(bytes.subarray(start, cut));
    decoder.decode(chunk, batch);
    flush();
    chunk.fill(0x21);
    start = cut;
  }
  do {
    decoder.end(batch);
    flush();
  } while (decoder.hasMore);
  return { lines, tally };
}

export function tallyAsLine(tally: Tally): string {
  const { records, rejected } = tally;
  return JSON.stringify({
    records,
    rejected,
    rejects: Object.fromEntries(tally.rejects),
    gaps: Object.fromEntries(tally.gaps),
  });
}

/** The columns of a row that mean something for its kind; what is absent or not known is left out. */
function rowAsObject(batch: Batch, row: number): Record<string, unknown> {
  const common = {
    line: batch.position[row],
    kind: nameOf(Kind, batch.kind[row]!),
    at: new Date(batch.atMs[row]!).toISOString(),
    source: formatAddress(batch.source, 4 * row),
    sourcePort: batch.sourcePort[row] || undefined,
    target: formatAddress(batch.target, 4 * row) || undefined,
    targetPort: batch.targetPort[row] || undefined,
    transport: batch.transport[row],
  };
  const more = batch.kind[row] === Kind.contact ? contact : batch.kind[row] === Kind.question ? question : request;
  return { ...common, ...more(batch, row) };
}

function contact(batch: Batch, row: number): Record<string, unknown> {
  const known = batch.known[row]!;
  return {
    outcome: nameOf(Outcome, batch.outcome[row]!),
    ...(known & Known.tcp ? { tcpFlags: batch.tcpFlags[row], window: batch.window[row] } : {}),
    ...(known & Known.ip ? { ipId: batch.ipId[row], ttl: batch.ttl[row] } : {}),
    ...(known & Known.sequence ? { sequence: batch.sequence[row] } : {}),
    ...(known & Known.options
      ? { mss: batch.mss[row], synOptions: batch.synOptions[row]!.toString(16).padStart(8, "0") }
      : {}),
  };
}

function question(batch: Batch, row: number): Record<string, unknown> {
  return {
    name: latin1(batch, batch.host[row]!),
    asked: latin1(batch, batch.method[row]!),
    status: batch.status[row],
    known: batch.known[row],
  };
}

function request(batch: Batch, row: number): Record<string, unknown> {
  const text = (column: Uint32Array) => (column[row] ? latin1(batch, column[row]!) : undefined);
  return {
    host: text(batch.host),
    method: text(batch.method),
    path: text(batch.path),
    status: batch.kind[row] === Kind.request ? batch.status[row] : undefined,
    bytesSent: batch.kind[row] === Kind.request ? batch.bytesSent[row] : undefined,
    referer: text(batch.referer),
    agent: text(batch.agent),
    service: batch.kind[row] === Kind.request ? undefined : text(batch.service),
    detail: batch.kind[row] === Kind.request ? undefined : text(batch.detail),
  };
}

/** Byte by byte, so that the expected files show bytes that are not UTF-8. */
function latin1(batch: Batch, id: number): string {
  const start = batch.texts.starts[id]!;
  return Buffer.from(batch.texts.bytes.subarray(start, start + batch.texts.lengths[id]!)).toString("latin1");
}
