// Hot: once per line; measured by bench/log-formats.ts.
import { IsoTime } from "../../bytes/iso-time.ts";
import { JsonKind, JsonScan, unescapedJson, unescapeJson } from "../../bytes/json-scan.ts";
import { WordMap } from "../../bytes/word-map.ts";
import { Kind, Outcome, Transport } from "../../observations/vocabulary.ts";
import { innerHostEnd } from "../../wire/conversations/inner-host.ts";
import { defineJsonFormat } from "../define-json-format.ts";
import type { Witness } from "../define-line-format.ts";
import { outcomeOfFlags } from "../flow-outcome.ts";
import { Parties } from "../parties.ts";
import { QuestionRecord, responseCode } from "../question-record.ts";
import { transportOf } from "../transport-words.ts";

const scan = new JsonScan();
const s = {
  at: scan.want("timestamp"),
  event: scan.want("event_type"),
  source: scan.want("src_ip"),
  sourcePort: scan.want("src_port"),
  target: scan.want("dest_ip"),
  targetPort: scan.want("dest_port"),
  proto: scan.want("proto"),
  icmpType: scan.want("icmp_type"),
  icmpCode: scan.want("icmp_code"),
  direction: scan.want("direction"),
  start: scan.want("flow/start"),
  state: scan.want("flow/state"),
  flowSource: scan.want("flow/src_ip"),
  flowAction: scan.want("flow/action"),
  sentPackets: scan.want("flow/pkts_toserver"),
  answerPackets: scan.want("flow/pkts_toclient"),
  sentFlags: scan.want("tcp/tcp_flags_ts"),
  answerFlags: scan.want("tcp/tcp_flags_tc"),
  tcpState: scan.want("tcp/state"),
  action: scan.want("alert/action"),
  host: scan.want("http/hostname"),
  url: scan.want("http/url"),
  method: scan.want("http/http_method"),
  agent: scan.want("http/http_user_agent"),
  referer: scan.want("http/http_refer"),
  status: scan.want("http/status"),
  length: scan.want("http/length"),
  redirect: scan.want("http/redirect"),
  serverName: scan.want("tls/sni"),
  subject: scan.want("tls/subject"),
  issuer: scan.want("tls/issuerdn"),
  ja4: scan.want("tls/ja4"),
  ja3: scan.want("tls/ja3/hash"),
  clientVersion: scan.want("ssh/client/proto_version"),
  client: scan.want("ssh/client/software_version"),
  serverVersion: scan.want("ssh/server/proto_version"),
  server: scan.want("ssh/server/software_version"),
  dnsType: scan.want("dns/type"),
  dnsName: scan.want("dns/rrname"),
  dnsRecord: scan.want("dns/rrtype"),
  dnsCode: scan.want("dns/rcode"),
  dnsRecursion: scan.want("dns/rd"),
  dnsAuthority: scan.want("dns/aa"),
  dnsQueries: scan.want("dns/queries"),
  dnsOldQueries: scan.want("dns/query"),
} as const;

/** One question of the list that version 3 of the dns events has. */
const inQuery = new JsonScan();
const q = { name: inQuery.want("rrname"), record: inQuery.want("rrtype") } as const;

const Event = { flow: 1, http: 2, tls: 3, ssh: 4, alert: 5, anomaly: 6, dns: 7, drop: 8 } as const;
const events = new WordMap(Event);
const States = { synSent: 1, beyond: 2 } as const;
const tcpStates = new WordMap({
  syn_sent: States.synSent,
  syn_recv: States.beyond,
  established: States.beyond,
  fin_wait1: States.beyond,
  fin_wait2: States.beyond,
  time_wait: States.beyond,
  last_ack: States.beyond,
  close_wait: States.beyond,
  closing: States.beyond,
});
const stops = new WordMap({ blocked: 1, drop: 1, reject: 1 });

/** What Suricata writes in place of a URL that it did not see. */
const NO_URL = "/libhtp::request_uri_not_seen";

const COMMA = 44;

const TLS = new TextEncoder().encode("tls");
const HTTP = new TextEncoder().encode("http");
const LOCATION = new TextEncoder().encode("Location: ");
const CERTIFICATE = new TextEncoder().encode("certificate ");
const ISSUER = new TextEncoder().encode("; issuer ");
const SSH = new TextEncoder().encode("ssh");

/**
 * Suricata's event log: flow, http, tls, ssh, alert, anomaly, drop and dns events; others are another program's. Source:
 * Suricata User Guide, "Eve JSON Format"; src/output-json-flow.c.
 */
export const suricataEve = defineJsonFormat({
  id: "suricata-eve",
  title: "Suricata event log (eve.json)",
  scan,
  looksLike: (record) => record.has(s.event) && record.has(s.at),
  open(context) {
    const reader = new EveReader(new IsoTime(context));
    return (_record, witness) => reader.read(witness);
  },
});

class EveReader {
  readonly #time: IsoTime;
  readonly #parties = new Parties();
  readonly #flowSource = new Uint32Array(4);
  readonly #ident = new Uint8Array(600);
  readonly #question = new QuestionRecord();

  constructor(time: IsoTime) {
    this.#time = time;
  }

  read(witness: Witness): string | undefined {
    const parties = this.#parties;
    const event = scan.word(s.event, events);
    if (event === 0) return scan.has(s.event) ? witness.other() : "no event_type";
    // A flow is told at its end, and is of its first packet's time.
    const began = event === Event.flow && scan.has(s.start);
    const atMs = scan.time(began ? s.start : s.at, this.#time);
    if (Number.isNaN(atMs)) return "timestamp is not a time";
    const reason = parties.read(scan, s.source, s.target);
    if (reason !== undefined) return reason;
    parties.sourcePort = scan.port(s.sourcePort);
    parties.targetPort = scan.port(s.targetPort);
    parties.transport = transportOf(scan, s.proto);
    if (parties.isIcmp) parties.setIcmp(scan.count(s.icmpType), scan.count(s.icmpCode));
    if (event === Event.flow) parties.addContact(witness, atMs, flowOutcome(parties.transport));
    else if (event === Event.http) this.#tellRequest(atMs, witness);
    else if (event === Event.tls) this.#tellHello(atMs, witness);
    else if (event === Event.ssh) this.#tellSsh(atMs, witness);
    else if (event === Event.dns) this.#tellDns(atMs, witness);
    else this.#tellPacket(event, atMs, witness);
    return undefined;
  }

  #tellRequest(atMs: number, witness: Witness): void {
    const row = this.#parties.addRow(witness, Kind.request, atMs);
    const { batch } = witness;
    const { texts } = batch;
    batch.method[row] = scan.text(s.method, texts);
    batch.host[row] = scan.text(s.host, texts);
    batch.path[row] = scan.is(s.url, NO_URL) ? 0 : scan.text(s.url, texts);
    batch.agent[row] = scan.text(s.agent, texts);
    batch.referer[row] = scan.text(s.referer, texts);
    batch.status[row] = scan.port(s.status);
    batch.bytesSent[row] = scan.count(s.length);
    if (scan.has(s.redirect)) this.#tellRedirect(atMs, witness);
  }

  /** Of where it sends somebody, a host that may be one inside: the rest may hold secrets. */
  #tellRedirect(atMs: number, witness: Witness): void {
    const said = this.#ident;
    const from = say(said, 0, LOCATION);
    const end = innerHostEnd(said, from, append(said, from, s.redirect));
    if (end > from) this.#tellReveal(HTTP, said, end, atMs, witness);
  }

  #tellReveal(service: Uint8Array, said: Uint8Array, length: number, atMs: number, witness: Witness): void {
    const row = this.#parties.addRow(witness, Kind.reveal, atMs);
    const { batch } = witness;
    batch.service[row] = batch.texts.add(service, 0, service.length);
    batch.detail[row] = batch.texts.add(said, 0, length);
  }

  #tellHello(atMs: number, witness: Witness): void {
    const row = this.#parties.addRow(witness, Kind.hello, atMs);
    const { batch } = witness;
    batch.host[row] = scan.text(s.serverName, batch.texts);
    batch.service[row] = batch.texts.add(TLS, 0, TLS.length);
    batch.detail[row] = scan.text(scan.has(s.ja4) ? s.ja4 : s.ja3, batch.texts);
    if (scan.has(s.subject)) this.#tellCertificate(atMs, witness);
  }

  /** In the words in which captures tell it. */
  #tellCertificate(atMs: number, witness: Witness): void {
    const said = this.#ident;
    let length = append(said, say(said, 0, CERTIFICATE), s.subject);
    if (scan.has(s.issuer)) length = append(said, say(said, length, ISSUER), s.issuer);
    this.#tellReveal(TLS, said, length, atMs, witness);
  }

  #tellSsh(atMs: number, witness: Witness): void {
    const hasClient = scan.has(s.client);
    if (hasClient) this.#tellIdent(Kind.hello, s.clientVersion, s.client, atMs, witness);
    if (scan.has(s.server)) this.#tellIdent(Kind.reveal, s.serverVersion, s.server, atMs, witness);
    else if (!hasClient) this.#parties.addContact(witness, atMs, Outcome.unknown);
  }

  /** Suricata writes `SSH-2.0-OpenSSH_9.2p1` in two parts. */
  #tellIdent(kind: number, version: number, software: number, atMs: number, witness: Witness): void {
    const row = this.#parties.addRow(witness, kind, atMs);
    const { batch } = witness;
    const ident = this.#ident;
    let length = 0;
    for (const c of [83, 83, 72, 45]) ident[length++] = c;
    length = append(ident, length, version);
    ident[length++] = 45;
    length = append(ident, length, software);
    batch.service[row] = batch.texts.add(SSH, 0, SSH.length);
    batch.detail[row] = batch.texts.add(ident, 0, length);
  }

  /** Version 2 writes answers in the direction of the query, version 1 and some of 3 in their own. */
  #tellDns(atMs: number, witness: Witness): void {
    const parties = this.#parties;
    parties.turnAnswer();
    const isAnswer = scan.is(s.dnsType, "answer") || scan.is(s.dnsType, "response");
    parties.addContact(witness, atMs, isAnswer ? Outcome.answered : Outcome.unknown);
    const question = this.#question;
    question.begin();
    if (isAnswer && scan.has(s.dnsCode)) question.code = responseCode(this.#word(s.dnsCode));
    question.setFlags(!scan.has(s.dnsRecursion) || isTrue(s.dnsRecursion), isTrue(s.dnsAuthority));
    if (scan.has(s.dnsName)) this.#tellQuestion(scan, s.dnsName, s.dnsRecord, atMs, witness);
    else this.#tellQueries(scan.has(s.dnsQueries) ? s.dnsQueries : s.dnsOldQueries, atMs, witness);
  }

  /** A list of objects, a question each. */
  #tellQueries(slot: number, atMs: number, witness: Witness): void {
    if (!scan.has(slot) || scan.kinds[slot] !== JsonKind.array) return;
    const { bytes } = scan;
    const end = scan.ends[slot]! - 1;
    for (let at = scan.starts[slot]! + 1; at > 0 && at < end; at++) {
      at = inQuery.scanFirst(bytes, at, end);
      if (at < 0) return;
      if (inQuery.has(q.name)) this.#tellQuestion(inQuery, q.name, q.record, atMs, witness);
      while (at < end && bytes[at] !== COMMA) at++;
    }
  }

  #tellQuestion(from: JsonScan, name: number, record: number, atMs: number, witness: Witness): void {
    const question = this.#question;
    const length = unescapeJson(from.bytes, from.starts[name]!, from.ends[name]!);
    question.setName(unescapedJson(), 0, length);
    if (from.has(record)) question.setType(from.bytes, from.starts[record]!, from.ends[record]!, false);
    question.fill(witness, this.#parties.addRow(witness, Kind.question, atMs));
  }

  #word(slot: number): string {
    const { bytes, starts, ends } = scan;
    const start = starts[slot]!;
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(16, ends[slot]! - start)).toString("latin1");
  }

  /** An alert, an anomaly or a drop is about one packet, of either direction. */
  #tellPacket(event: number, atMs: number, witness: Witness): void {
    const parties = this.#parties;
    this.#turnToServer();
    const isStopped = event === Event.drop || scan.word(s.action, stops) > 0;
    if (event === Event.alert && scan.has(s.url) && !isStopped) {
      this.#tellRequest(atMs, witness);
      return;
    }
    const isAnswered = scan.count(s.answerPackets) > 0 && scan.count(s.sentPackets) > 0;
    const outcome = isStopped ? Outcome.denied : isAnswered ? Outcome.answered : Outcome.unknown;
    parties.addContact(witness, atMs, outcome);
  }

  /** Turns a packet that went from server to client around. */
  #turnToServer(): void {
    const parties = this.#parties;
    if (scan.is(s.direction, "to_client")) parties.swap();
    else if (scan.address(s.flowSource, this.#flowSource)) {
      const isTarget = this.#flowSource.every((word, i) => word === parties.addresses[4 + i]);
      if (isTarget) parties.swap();
    } else if (!scan.has(s.direction) && !parties.isIcmp) parties.turnAnswer();
  }
}

function isTrue(slot: number): boolean {
  return scan.has(slot) && scan.bytes[scan.starts[slot]!] === 116;
}

function say(to: Uint8Array, at: number, text: Uint8Array): number {
  to.set(text, at);
  return at + text.length;
}

function append(to: Uint8Array, at: number, slot: number): number {
  const start = scan.starts[slot]!;
  const end = Math.min(scan.ends[slot]!, start + 250);
  if (start < 0) return at;
  for (let i = start; i < end; i++) to[at++] = scan.bytes[i]!;
  return at;
}

/** How a flow ended, by the flags of both directions, or else by packets. */
function flowOutcome(transport: number): number {
  if (scan.is(s.flowAction, "drop") || scan.is(s.flowAction, "reject")) return Outcome.denied;
  if (transport !== Transport.tcp) {
    if (!scan.has(s.answerPackets)) return scan.is(s.state, "established") ? Outcome.answered : Outcome.unknown;
    return scan.count(s.answerPackets) > 0 ? Outcome.answered : Outcome.silent;
  }
  const sent = hexByte(s.sentFlags);
  const answer = hexByte(s.answerFlags);
  if (sent > 0 || answer > 0) return outcomeOfFlags(sent, answer);
  const state = scan.word(s.tcpState, tcpStates);
  if (state === 0) return Outcome.unknown;
  return state === States.synSent ? Outcome.silent : Outcome.answered;
}

function hexByte(slot: number): number {
  const start = scan.starts[slot]!;
  if (start < 0) return 0;
  let value = 0;
  for (let i = start; i < scan.ends[slot]! && i < start + 2; i++) {
    const c = scan.bytes[i]!;
    const digit = c <= 57 ? c - 48 : (c | 32) - 87;
    if (digit < 0 || digit > 15) return 0;
    value = value * 16 + digit;
  }
  return value;
}
