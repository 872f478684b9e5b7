// Hot: once per line; measured by bench/log-formats.ts.
import { IsoTime } from "../../bytes/iso-time.ts";
import { JsonScan } from "../../bytes/json-scan.ts";
import { WordMap } from "../../bytes/word-map.ts";
import { Kind, Outcome, TcpFlag, Transport } from "../../observations/vocabulary.ts";
import { defineJsonFormat } from "../define-json-format.ts";
import type { Witness } from "../define-line-format.ts";
import { FlowMemory } from "../flow-memory.ts";
import { Parties } from "../parties.ts";
import { transportOf } from "../transport-words.ts";

const scan = new JsonScan();
const s = {
  firewall: scan.want("firewall_name"),
  at: scan.want("event/timestamp"),
  epoch: scan.want("event_timestamp"),
  event: scan.want("event/event_type"),
  source: scan.want("event/src_ip"),
  sourcePort: scan.want("event/src_port"),
  target: scan.want("event/dest_ip"),
  targetPort: scan.want("event/dest_port"),
  proto: scan.want("event/proto"),
  icmpType: scan.want("event/icmp_type"),
  icmpCode: scan.want("event/icmp_code"),
  start: scan.want("event/netflow/start"),
  flags: scan.want("event/tcp/tcp_flags"),
  action: scan.want("event/alert/action"),
  verdict: scan.want("event/verdict/action"),
  host: scan.want("event/http/hostname"),
  url: scan.want("event/http/url"),
  method: scan.want("event/http/http_method"),
  agent: scan.want("event/http/http_user_agent"),
  referer: scan.want("event/http/http_refer"),
  serverName: scan.want("event/tls/sni"),
} as const;

const Event = { netflow: 1, alert: 2, tls: 3 } as const;
const events = new WordMap(Event);
const stops = new WordMap({ blocked: 1, drop: 1, reject: 1, dropped: 1, rejected: 1 });
const TLS = new TextEncoder().encode("tls");

/**
 * AWS Network Firewall: flow records (one direction each) and alerts, Suricata's events in an envelope. Source: AWS Network
 * Firewall Developer Guide, "Contents of a Network Firewall log".
 */
export const awsNetworkFirewall = defineJsonFormat({
  id: "aws-network-firewall",
  title: "AWS Network Firewall log",
  scan,
  looksLike: (record) => record.has(s.firewall) && (record.has(s.event) || record.has(s.epoch)),
  open(context) {
    const reader = new FirewallReader(new IsoTime(context));
    return (_record, witness) => reader.read(witness);
  },
});

class FirewallReader {
  readonly #time: IsoTime;
  readonly #parties = new Parties();
  readonly #memory = new FlowMemory();

  constructor(time: IsoTime) {
    this.#time = time;
  }

  read(witness: Witness): string | undefined {
    const parties = this.#parties;
    const event = scan.word(s.event, events);
    if (event === 0) return witness.other();
    const slot = event === Event.netflow && scan.has(s.start) ? s.start : scan.has(s.at) ? s.at : s.epoch;
    const atMs = scan.time(slot, this.#time);
    if (Number.isNaN(atMs)) return "timestamp is not a time";
    const reason = parties.read(scan, s.source, s.target);
    if (reason !== undefined) return reason;
    parties.sourcePort = scan.port(s.sourcePort);
    parties.targetPort = scan.port(s.targetPort);
    parties.transport = transportOf(scan, s.proto);
    if (event === Event.netflow) this.#tellFlow(atMs, witness);
    else this.#tellAlert(atMs, witness);
    return undefined;
  }

  /** One direction of a flow, which the firewall let through. */
  #tellFlow(atMs: number, witness: Witness): void {
    const parties = this.#parties;
    const flags = Number.parseInt(this.#flagsText(), 16) || 0;
    const isReverse = this.#memory.isAnswer(parties);
    if (isReverse) parties.swap();
    const isAnswer = isReverse || (!parties.isIcmp && parties.turnAnswer());
    if (parties.isIcmp) parties.setIcmp(scan.count(s.icmpType), scan.count(s.icmpCode));
    const isRefusal = isAnswer && (flags & TcpFlag.rst) !== 0 && (flags & TcpFlag.syn) === 0;
    const isTcp = parties.transport === Transport.tcp;
    parties.addContact(
      witness,
      atMs,
      !isAnswer ? Outcome.admitted : isTcp && isRefusal ? Outcome.refused : Outcome.answered,
    );
  }

  #flagsText(): string {
    const start = scan.starts[s.flags]!;
    if (start < 0) return "";
    return String.fromCharCode(...scan.bytes.subarray(start, Math.min(start + 2, scan.ends[s.flags]!)));
  }

  #tellAlert(atMs: number, witness: Witness): void {
    const parties = this.#parties;
    if (parties.isIcmp) parties.setIcmp(scan.count(s.icmpType), scan.count(s.icmpCode));
    else parties.turnAnswer();
    const isStopped = scan.word(s.verdict, stops) > 0 || scan.word(s.action, stops) > 0;
    if (isStopped) parties.addContact(witness, atMs, Outcome.denied);
    else if (scan.has(s.url)) this.#tellRequest(atMs, witness);
    else if (scan.has(s.serverName)) this.#tellHello(atMs, witness);
    else parties.addContact(witness, atMs, Outcome.admitted);
  }

  #tellRequest(atMs: number, witness: Witness): void {
    const row = this.#parties.addRow(witness, Kind.request, atMs);
    const { batch } = witness;
    const { texts } = batch;
    batch.method[row] = scan.text(s.method, texts);
    batch.host[row] = scan.text(s.host, texts);
    batch.path[row] = scan.text(s.url, texts);
    batch.agent[row] = scan.text(s.agent, texts);
    batch.referer[row] = scan.text(s.referer, texts);
  }

  #tellHello(atMs: number, witness: Witness): void {
    const row = this.#parties.addRow(witness, Kind.hello, atMs);
    const { batch } = witness;
    batch.host[row] = scan.text(s.serverName, batch.texts);
    batch.service[row] = batch.texts.add(TLS, 0, TLS.length);
  }
}
