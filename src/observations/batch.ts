// Hot: every observation is one row here; measured by bench/.
import { TextTable } from "../bytes/text-table.ts";

/**
 * Observations as columns: the one shape shared by readers, worker threads, the relay and the spool. A row's `kind` says
 * which columns mean something; the others hold leftovers of earlier rows. Rows are nearly, not strictly, in order of
 * time: a contact is told when its outcome is known and carries the time of its first packet.
 *
 * Write with `const row = batch.add(kind, atMs, position)`, then set the columns of that kind; `add` may replace the
 * columns by larger ones, so take them from the batch after it, not before.
 */
export class Batch {
  length = 0;
  /** `Kind` */
  kind = new Uint8Array(0);
  /** Milliseconds since the Unix epoch, UTC; fractions allowed. */
  atMs = new Float64Array(0);
  /** Line or packet number in the input, from 1. */
  position = new Float64Array(0);
  /** Who acts: four address words a row (see bytes/address.ts). Known for every row. */
  source = new Uint32Array(0);
  /** What it acts on: four address words a row; all zero when the input does not tell (most web logs). */
  target = new Uint32Array(0);
  /** 0 when not known. */
  sourcePort = new Uint16Array(0);
  /** 0 when not known; for ICMP `type << 8 | code`. */
  targetPort = new Uint16Array(0);
  /** IP protocol number. */
  transport = new Uint8Array(0);
  /** `Outcome`; contacts only. */
  outcome = new Uint8Array(0);

  // Contacts: facts of the first packet; `known` (bits of `Known`) says which are real.
  known = new Uint8Array(0);
  tcpFlags = new Uint8Array(0);
  ttl = new Uint8Array(0);
  window = new Uint16Array(0);
  ipId = new Uint16Array(0);
  mss = new Uint16Array(0);
  sequence = new Uint32Array(0);
  /** Kinds of the first eight TCP options in order, a nibble each from the highest; 0xf stands for "another kind". */
  synOptions = new Uint32Array(0);

  // Requests, hellos and reveals: ids in `texts`; 0 is "absent".
  /** Response status; 0 when no answer was seen. What questions keep where, `Kind.question` says. */
  status = new Uint16Array(0);
  /** Bytes of the response body as the server logged them; 0 when not known. */
  bytesSent = new Float64Array(0);
  method = new Uint32Array(0);
  /** Request: the host asked for (Host header, virtual host, absolute URI). TLS hello: the server name. */
  host = new Uint32Array(0);
  /** The request target exactly as sent, query included, with the log's own escapes undone. */
  path = new Uint32Array(0);
  /** Request: the user agent. Hello of TLS, QUIC or DTLS in a capture: its JA3, which tells the client's software, too. */
  agent = new Uint32Array(0);
  referer = new Uint32Array(0);
  /** Protocol of a hello or reveal: `http`, `tls`, `ssh`, `smtp`, `ftp` … */
  service = new Uint32Array(0);
  /**
   * Request: names of its headers in order, comma-joined, where the input shows them. Hello: its fingerprint (JA4, SSH
   * ident string). Reveal: what the server said (banner line, `Server: …` header).
   */
  detail = new Uint32Array(0);
  /**
   * Request: header lines that are not everybody's, an empty line, and how the body begins, where the input shows them and there is any.
   * Whoever does not write it leaves 0.
   */
  content = new Uint32Array(0);

  readonly texts = new TextTable();
  /** Index of the input that these rows were read from. */
  input = 0;

  constructor(capacity = 4096) {
    this.#grow(capacity);
  }

  /** Adds a row and returns its number. Addresses start as "not known" only where the kind's writer sets them so. */
  add(kind: number, atMs: number, position: number): number {
    const row = this.length;
    if (row === this.kind.length) this.#grow(row * 2);
    this.length = row + 1;
    this.kind[row] = kind;
    this.atMs[row] = atMs;
    this.position[row] = position;
    this.content[row] = 0;
    return row;
  }

  /** Empties the batch for reuse. */
  clear(): void {
    this.length = 0;
    this.texts.clear();
  }

  #grow(capacity: number): void {
    this.kind = grown(this.kind, Uint8Array, capacity);
    this.atMs = grown(this.atMs, Float64Array, capacity);
    this.position = grown(this.position, Float64Array, capacity);
    this.source = grown(this.source, Uint32Array, capacity * 4);
    this.target = grown(this.target, Uint32Array, capacity * 4);
    this.sourcePort = grown(this.sourcePort, Uint16Array, capacity);
    this.targetPort = grown(this.targetPort, Uint16Array, capacity);
    this.transport = grown(this.transport, Uint8Array, capacity);
    this.outcome = grown(this.outcome, Uint8Array, capacity);
    this.known = grown(this.known, Uint8Array, capacity);
    this.tcpFlags = grown(this.tcpFlags, Uint8Array, capacity);
    this.ttl = grown(this.ttl, Uint8Array, capacity);
    this.window = grown(this.window, Uint16Array, capacity);
    this.ipId = grown(this.ipId, Uint16Array, capacity);
    this.mss = grown(this.mss, Uint16Array, capacity);
    this.sequence = grown(this.sequence, Uint32Array, capacity);
    this.synOptions = grown(this.synOptions, Uint32Array, capacity);
    this.status = grown(this.status, Uint16Array, capacity);
    this.bytesSent = grown(this.bytesSent, Float64Array, capacity);
    this.method = grown(this.method, Uint32Array, capacity);
    this.host = grown(this.host, Uint32Array, capacity);
    this.path = grown(this.path, Uint32Array, capacity);
    this.agent = grown(this.agent, Uint32Array, capacity);
    this.referer = grown(this.referer, Uint32Array, capacity);
    this.service = grown(this.service, Uint32Array, capacity);
    this.detail = grown(this.detail, Uint32Array, capacity);
    this.content = grown(this.content, Uint32Array, capacity);
  }
}

type Column = { length: number; set(other: Column & ArrayLike<number>): void } & ArrayLike<number>;

function grown<T extends Column>(column: T, make: new (length: number) => T, length: number): T {
  const next = new make(length);
  next.set(column);
  return next;
}
