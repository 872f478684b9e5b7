import { formatAddress } from "../../src/bytes/address.ts";
import { pcap } from "../../src/formats/captures/pcap.ts";
import { pcapng } from "../../src/formats/captures/pcapng.ts";
import { snoop } from "../../src/formats/captures/snoop.ts";
import { Batch } from "../../src/observations/batch.ts";
import { Tally } from "../../src/observations/tally.ts";
import { Kind, Outcome } from "../../src/observations/vocabulary.ts";
import type { TlsSecrets } from "../../src/wire/conversations/tls-secrets.ts";

export interface Observed {
  /** One line per observation, in the order told. */
  readonly rows: string[];
  /** How many of them were told before the end of the input. */
  readonly beforeEnd: number;
  readonly tally: Tally;
}

const outcomeNames = Object.keys(Outcome);

/** Decodes a capture in chunks of the given sizes (repeated), and writes down what was observed. */
export function observe(
  file: Uint8Array,
  sizes: readonly number[] = [file.length || 1],
  secrets?: TlsSecrets,
): Observed {
  const format = [pcapng, snoop].find((each) => each.looksLike(file) > 0) ?? pcap;
  const tally = new Tally();
  const decoder = format.open({ tally, referenceMs: 0, zone: 0, ...(secrets && { secrets }) });
  const batch = new Batch(4);
  const rows: string[] = [];
  const take = () => {
    for (let row = 0; row < batch.length; row++) rows.push(describe(batch, row));
    batch.clear();
  };
  for (let at = 0, turn = 0; at < file.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length]!);
    const chunk = file.slice(at, at + size);
    decoder.decode(chunk, batch);
    // The caller may reuse the chunk: nobody may look at it again.
    chunk.fill(0xaa);
    at += size;
    take();
  }
  const beforeEnd = rows.length;
  do {
    decoder.end(batch);
    take();
  } while (decoder.hasMore);
  return { rows, beforeEnd, tally };
}

/** `contact 192.0.2.1:40000 > 198.51.100.1:80/6 answered`, with what else the kind holds. */
function describe(batch: Batch, row: number): string {
  const text = (column: Uint32Array) => batch.texts.text(column[row]!);
  const ends = `${formatAddress(batch.source, row * 4)}:${batch.sourcePort[row]} > ${formatAddress(batch.target, row * 4)}:${batch.targetPort[row]}/${batch.transport[row]}`;
  switch (batch.kind[row]) {
    case Kind.contact:
      return `contact ${ends} ${outcomeNames[batch.outcome[row]!]} #${batch.position[row]} flags=${batch.tcpFlags[row]} known=${batch.known[row]}`;
    case Kind.request:
      return `request ${ends} ${text(batch.method)} ${text(batch.host)} ${text(batch.path)} ${batch.status[row]} ${batch.bytesSent[row]} #${batch.position[row]} [${text(batch.detail)}]`;
    case Kind.hello:
      return `hello ${ends} ${text(batch.service)} ${text(batch.host)} ${text(batch.detail)}`;
    case Kind.ask:
      return `ask ${ends} ${text(batch.service)} ${text(batch.detail)}`;
    case Kind.question:
      return `question ${ends} ${text(batch.host)} ${text(batch.method)} ${batch.status[row]} ${batch.known[row]} #${batch.position[row]} [${text(batch.detail)}]`;
    default:
      return `reveal ${ends} ${text(batch.service)} ${text(batch.detail)}`;
  }
}
