// Hot: once per line; measured by bench/log-formats.ts.
import { Columns } from "../../bytes/columns.ts";
import { IsoTime } from "../../bytes/iso-time.ts";
import type { Line } from "../../bytes/line.ts";
import { WordMap } from "../../bytes/word-map.ts";
import { Kind, Transport } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import type { DecodeContext } from "../format.ts";
import { addEscaped } from "../log-escapes.ts";
import { Parties } from "../parties.ts";
import { parseRequestLine, requestLine } from "../request-line.ts";

const SPACE = 32;
const QUOTE = 34;

const application =
  "type time elb client target t1 t2 t3 elb_status target_status received sent request agent cipher protocol";
const classic = "time elb client target t1 t2 t3 elb_status target_status received sent request agent cipher protocol";
const network =
  "type version time elb listener client target t1 t2 received sent alert cert serial cipher tls named domain";
/** Types of an application load balancer's records. */
const types = new WordMap({ http: 1, https: 1, h2: 1, grpcs: 1, ws: 1, wss: 1 });

/**
 * Access logs of AWS load balancers: application (ALB), classic (ELB) and network (NLB, its TLS connections). Source: Elastic
 * Load Balancing guides, "Access logs".
 */
export const awsElb = defineLineFormat({
  id: "aws-elb",
  title: "AWS load balancer access log (application, classic, network)",
  looksLike: (line) => layoutOf(line) !== undefined,
  open(context) {
    const reader = new BalancerReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

type Layout = "application" | "classic" | "network";

/** By the first words: a type and a time stamp, a time stamp, or `tls 2.0` and a time stamp. */
function layoutOf(line: Line): Layout | undefined {
  const { bytes, start, end } = line;
  if (isStamp(bytes, start, end)) return hasQuotedRequest(line) ? "classic" : undefined;
  let first = start;
  while (first < start + 6 && bytes[first]! > SPACE) first++;
  if (bytes[first] !== SPACE || first === start) return undefined;
  if (isStamp(bytes, first + 1, end)) return types.find(bytes, start, first) > 0 ? "application" : undefined;
  const isTls = line.startsWith("tls ");
  return isTls && isStamp(bytes, line.wordEnd(first + 1) + 1, end) ? "network" : undefined;
}

/** `2026-11-22T19:05:16`. */
function isStamp(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 19 <= end && bytes[at + 4] === 45 && bytes[at + 10] === 84 && bytes[at + 13] === 58 && bytes[at] === 50;
}

/** A name, two addresses with ports, and a request in quotes: not any line that starts with a time. */
function hasQuotedRequest(line: Line): boolean {
  const { bytes, start, end } = line;
  let words = 0;
  for (let at = start; at < end && words < 12; at = line.wordEnd(at) + 1) {
    if (bytes[at] === QUOTE) return words === 11;
    words++;
    if (words === 6 || words === 5 || words === 7) {
      const c = bytes[at]!;
      if (c !== 45 && (c < 48 || c > 57)) return false;
    }
  }
  return false;
}

class BalancerReader {
  readonly #time: IsoTime;
  readonly #parties = new Parties();
  readonly #layouts: Record<Layout, Slots>;

  constructor(context: DecodeContext) {
    this.#time = new IsoTime(context);
    this.#layouts = { application: slotsOf(application), classic: slotsOf(classic), network: slotsOf(network) };
  }

  read(line: Line, witness: Witness): string | undefined {
    const layout = layoutOf(line);
    if (layout === undefined) return "not a load balancer's record";
    const s = this.#layouts[layout];
    const { columns } = s;
    columns.split(line.bytes, line.start, line.end);
    const atMs = columns.time(s.time, this.#time);
    if (Number.isNaN(atMs)) return "no time stamp with date and time of day";
    const parties = this.#parties;
    parties.transport = Transport.tcp;
    parties.sourcePort = columns.addressAndPort(s.client, parties.addresses, 0);
    if (parties.sourcePort < 0) return "client is not an address";
    parties.targetPort = columns.addressAndPort(s.target, parties.addresses, 4);
    if (parties.targetPort < 0) parties.clearTarget();
    if (layout === "network") this.#tellConnection(s, atMs, witness);
    else this.#tellRequest(s, atMs, witness);
    return undefined;
  }

  #tellRequest(s: Slots, atMs: number, witness: Witness): void {
    const { columns } = s;
    const { batch } = witness;
    const { texts } = batch;
    const row = this.#parties.addRow(witness, Kind.request, atMs);
    if (!isEmptyRequest(columns, s.request)) {
      const start = columns.starts[s.request]!;
      const end = columns.ends[s.request]!;
      parseRequestLine(texts, columns.bytes, start, end);
      batch.method[row] = requestLine.method;
      batch.host[row] = requestLine.host;
      batch.path[row] = requestLine.host > 0 ? pathOfUrl(witness, columns.bytes, start, end) : requestLine.path;
    }
    if (columns.has(s.agent)) {
      batch.agent[row] = addEscaped(texts, columns.bytes, columns.starts[s.agent]!, columns.ends[s.agent]!);
    }
    batch.status[row] = columns.port(s.status);
    batch.bytesSent[row] = columns.count(s.sent);
  }

  #tellConnection(s: Slots, atMs: number, witness: Witness): void {
    const row = this.#parties.addRow(witness, Kind.hello, atMs);
    const { batch } = witness;
    batch.host[row] = s.columns.text(s.domain, batch.texts);
    batch.service[row] = batch.texts.add(TLS, 0, TLS.length);
  }
}

const TLS = new TextEncoder().encode("tls");

type Slots = ReturnType<typeof slotsOf>;

function slotsOf(names: string) {
  const columns = new Columns();
  columns.separator = SPACE;
  columns.quotes = true;
  const want = (name: string) => columns.want(name);
  const slots = {
    columns,
    time: want("time"),
    client: want("client"),
    target: want("target"),
    status: want("elb_status"),
    sent: want("sent"),
    request: want("request"),
    agent: want("agent"),
    domain: want("domain"),
  };
  columns.header(names.split(" "));
  return slots;
}

/** `"- - - "`, `"- http://balancer:80- -"` and `"-"`: the client sent no request. */
function isEmptyRequest(columns: Columns, slot: number): boolean {
  const start = columns.starts[slot]!;
  return start < 0 || (columns.bytes[start] === 45 && columns.bytes[start + 1] === SPACE);
}

/**
 * The path that the client asked for: load balancers write `GET https://www.example.org:443/path HTTP/1.1` where it sent
 * `GET /path`.
 */
function pathOfUrl(witness: Witness, bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== SPACE) at++;
  const from = at + 1;
  let slashes = 0;
  for (at = from; at < end && slashes < 3; at++) if (bytes[at] === 47) slashes++;
  let to = end;
  while (to > at && bytes[to - 1] !== SPACE) to--;
  return slashes === 3 && to > at ? addEscaped(witness.batch.texts, bytes, at - 1, to - 1) : 0;
}
