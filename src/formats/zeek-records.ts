// Hot: once per line; measured by bench/log-formats.ts.
import type { Cells } from "../bytes/cells.ts";
import { IsoTime } from "../bytes/iso-time.ts";
import { WordMap } from "../bytes/word-map.ts";
import { Kind, Outcome, Transport } from "../observations/vocabulary.ts";
import type { Witness } from "./define-line-format.ts";
import type { DecodeContext } from "./format.ts";
import { addEscaped } from "./log-escapes.ts";
import { Parties } from "./parties.ts";
import { QuestionRecord } from "./question-record.ts";
import { transportOf } from "./transport-words.ts";

/** The Zeek logs that are read; any other is another program's. */
export const ZeekLog = { other: 1, conn: 2, http: 3, ssl: 4, ssh: 5, dns: 6, notice: 7 } as const;

/** By the name in `#path`, `_path` or the file. Names of worker or rotated logs have more behind them. */
export const zeekLogs = new WordMap({
  conn: ZeekLog.conn,
  http: ZeekLog.http,
  ssl: ZeekLog.ssl,
  ssh: ZeekLog.ssh,
  dns: ZeekLog.dns,
  notice: ZeekLog.notice,
});

/**
 * How a connection ended, by conn.log's `conn_state` (Zeek, base/protocols/conn/main.zeek). States in which the start or one
 * side was not seen tell nothing about who did not answer.
 */
const outcomeByState = new WordMap({
  S0: Outcome.silent,
  S1: Outcome.answered,
  S2: Outcome.answered,
  S3: Outcome.answered,
  SF: Outcome.answered,
  REJ: Outcome.refused,
  RSTO: Outcome.answered,
  RSTR: Outcome.answered,
});

/** ICMP requests that have a reply of another type; of these Zeek writes the reply's type in place of the code. */
const icmpPairs = new Set([8, 13, 15, 17, 10]);
const icmpv6Pairs = new Set([128, 133, 135, 139, 144]);

/** Class CH (RFC 1035, section 3.2.4). */
const CLASS_CHAOS = 3;

const SSH_SERVICE = new TextEncoder().encode("ssh");
const TLS_SERVICE = new TextEncoder().encode("tls");

/** Reads records of Zeek's logs, whether they come as columns or as JSON: the fields have the same names. */
export class ZeekRecords {
  readonly #cells: Cells;
  readonly #time: IsoTime;
  readonly #parties = new Parties();
  readonly #question = new QuestionRecord();
  readonly #slots;

  constructor(cells: Cells, context: DecodeContext) {
    this.#cells = cells;
    this.#time = new IsoTime(context);
    this.#slots = zeekSlots(cells);
  }

  read(log: number, witness: Witness): string | undefined {
    const cells = this.#cells;
    const s = this.#slots;
    const parties = this.#parties;
    if (log <= ZeekLog.other) return witness.other();
    const atMs = cells.time(s.ts, this.#time);
    if (Number.isNaN(atMs)) return "ts is not a time";
    if (log === ZeekLog.notice && !cells.has(s.source)) return this.#readNotice(atMs, witness);
    const reason = parties.read(cells, s.source, s.target);
    if (reason !== undefined) return reason;
    parties.sourcePort = cells.port(s.sourcePort);
    parties.targetPort = cells.port(s.targetPort);
    parties.transport = log === ZeekLog.conn || log >= ZeekLog.dns ? transportOf(cells, s.proto) : Transport.tcp;
    if (log === ZeekLog.conn) this.#tellConnection(atMs, witness);
    else if (log === ZeekLog.http) this.#tellRequest(atMs, witness);
    else if (log === ZeekLog.ssl) this.#tellHello(atMs, witness);
    else if (log === ZeekLog.ssh) this.#tellSsh(atMs, witness);
    else if (log === ZeekLog.dns) this.#tellQuestion(atMs, witness);
    else parties.addContact(witness, atMs, Outcome.unknown);
    return undefined;
  }

  #tellConnection(atMs: number, witness: Witness): void {
    const cells = this.#cells;
    const s = this.#slots;
    const parties = this.#parties;
    let outcome = cells.word(s.state, outcomeByState);
    if (parties.transport === Transport.icmp) {
      outcome = cells.count(s.targetPackets) > 0 ? Outcome.answered : Outcome.unknown;
      const type = parties.sourcePort;
      parties.transport = parties.isIpv4 ? Transport.icmp : Transport.icmpv6;
      const isPair = (parties.isIpv4 ? icmpPairs : icmpv6Pairs).has(type);
      if (isPair && outcome === Outcome.unknown) outcome = Outcome.silent;
      parties.setIcmp(type, isPair ? 0 : parties.targetPort);
    }
    parties.addContact(witness, atMs, outcome);
  }

  #tellRequest(atMs: number, witness: Witness): void {
    const cells = this.#cells;
    const s = this.#slots;
    const row = this.#parties.addRow(witness, Kind.request, atMs);
    const { batch } = witness;
    batch.method[row] = this.#text(s.method, witness);
    batch.host[row] = this.#text(s.host, witness);
    batch.path[row] = this.#text(s.uri, witness);
    batch.agent[row] = this.#text(s.agent, witness);
    batch.referer[row] = this.#text(s.referrer, witness);
    batch.status[row] = cells.port(s.status);
    batch.bytesSent[row] = cells.count(s.responseBytes);
  }

  #tellQuestion(atMs: number, witness: Witness): void {
    const cells = this.#cells;
    const s = this.#slots;
    const parties = this.#parties;
    parties.addContact(witness, atMs, cells.has(s.rcode) ? Outcome.answered : Outcome.unknown);
    if (!cells.has(s.query)) return;
    const question = this.#question;
    const { bytes, starts, ends } = cells;
    question.begin();
    question.setName(bytes, starts[s.query]!, ends[s.query]!);
    if (cells.has(s.qtypeName)) {
      question.setType(bytes, starts[s.qtypeName]!, ends[s.qtypeName]!, cells.number(s.qclass) === CLASS_CHAOS);
    }
    if (cells.has(s.rcode)) question.code = cells.port(s.rcode);
    question.setFlags(isTrue(cells, s.recursionDesired), isTrue(cells, s.authority));
    question.fill(witness, parties.addRow(witness, Kind.question, atMs));
  }

  #tellHello(atMs: number, witness: Witness): void {
    const s = this.#slots;
    const row = this.#parties.addRow(witness, Kind.hello, atMs);
    const { batch } = witness;
    batch.host[row] = this.#text(s.serverName, witness);
    batch.service[row] = batch.texts.add(TLS_SERVICE, 0, TLS_SERVICE.length);
    batch.detail[row] = this.#text(this.#cells.has(s.ja4) ? s.ja4 : s.ja3, witness);
  }

  #tellSsh(atMs: number, witness: Witness): void {
    const s = this.#slots;
    const cells = this.#cells;
    if (cells.has(s.client)) this.#tellIdent(Kind.hello, s.client, atMs, witness);
    if (cells.has(s.server)) this.#tellIdent(Kind.reveal, s.server, atMs, witness);
    if (!cells.has(s.client) && !cells.has(s.server)) this.#parties.addContact(witness, atMs, Outcome.unknown);
  }

  #tellIdent(kind: number, slot: number, atMs: number, witness: Witness): void {
    const row = this.#parties.addRow(witness, kind, atMs);
    const { batch } = witness;
    batch.service[row] = batch.texts.add(SSH_SERVICE, 0, SSH_SERVICE.length);
    batch.detail[row] = this.#text(slot, witness);
  }

  /** A notice that is about hosts and no connection. */
  #readNotice(atMs: number, witness: Witness): string | undefined {
    const cells = this.#cells;
    const s = this.#slots;
    const parties = this.#parties;
    if (!cells.has(s.noticeSource) || !cells.has(s.noticeTarget)) return witness.other();
    if (!cells.address(s.noticeSource, parties.addresses, 0)) return "src is not an address";
    if (!cells.address(s.noticeTarget, parties.addresses, 4)) return "dst is not an address";
    parties.sourcePort = 0;
    parties.targetPort = cells.port(s.noticePort);
    parties.transport = transportOf(cells, s.proto);
    parties.addContact(witness, atMs, Outcome.unknown);
    return undefined;
  }

  /** Zeek writes bytes that are not printable, and its separator, as `\xHH`. */
  #text(slot: number, witness: Witness): number {
    const cells = this.#cells;
    const start = cells.starts[slot]!;
    if (start < 0) return 0;
    const { texts } = witness.batch;
    const { bytes } = cells;
    const end = cells.ends[slot]!;
    for (let i = start; i < end; i++) if (bytes[i] === 92) return this.#escapedText(slot, witness);
    return texts.add(bytes, start, end);
  }

  #escapedText(slot: number, witness: Witness): number {
    const { texts } = witness.batch;
    const cells = this.#cells;
    return cells.isEscaped(slot)
      ? cells.text(slot, texts)
      : addEscaped(texts, cells.bytes, cells.starts[slot]!, cells.ends[slot]!);
  }
}

/** `T` in columns, `true` in JSON. */
function isTrue(cells: Cells, slot: number): boolean {
  const start = cells.starts[slot]!;
  return start >= 0 && (cells.bytes[start]! | 32) === 116;
}

function zeekSlots(cells: Cells) {
  const want = (name: string) => cells.want(name);
  return {
    ts: want("ts"),
    source: want("id.orig_h"),
    sourcePort: want("id.orig_p"),
    target: want("id.resp_h"),
    targetPort: want("id.resp_p"),
    proto: want("proto"),
    state: want("conn_state"),
    targetPackets: want("resp_pkts"),
    method: want("method"),
    host: want("host"),
    uri: want("uri"),
    agent: want("user_agent"),
    referrer: want("referrer"),
    status: want("status_code"),
    responseBytes: want("response_body_len"),
    serverName: want("server_name"),
    ja4: want("ja4"),
    ja3: want("ja3"),
    client: want("client"),
    server: want("server"),
    rcode: want("rcode"),
    query: want("query"),
    qclass: want("qclass"),
    qtypeName: want("qtype_name"),
    recursionDesired: want("RD"),
    authority: want("AA"),
    noticeSource: want("src"),
    noticeTarget: want("dst"),
    noticePort: want("p"),
  };
}
