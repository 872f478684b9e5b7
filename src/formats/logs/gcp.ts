// Hot: once per line; measured by bench/log-formats.ts.
import { IsoTime } from "../../bytes/iso-time.ts";
import { JsonScan } from "../../bytes/json-scan.ts";
import { Kind, Outcome, Transport } from "../../observations/vocabulary.ts";
import { defineJsonFormat } from "../define-json-format.ts";
import type { Witness } from "../define-line-format.ts";
import { FlowMemory } from "../flow-memory.ts";
import { Parties } from "../parties.ts";
import { transportOf } from "../transport-words.ts";
import { addUrl } from "../url-parts.ts";

const scan = new JsonScan();
const s = {
  at: scan.want("timestamp"),
  received: scan.want("receiveTimestamp"),
  logName: scan.want("logName"),
  insertId: scan.want("insertId"),
  source: scan.want("jsonPayload/connection/src_ip"),
  sourcePort: scan.want("jsonPayload/connection/src_port"),
  target: scan.want("jsonPayload/connection/dest_ip"),
  targetPort: scan.want("jsonPayload/connection/dest_port"),
  protocol: scan.want("jsonPayload/connection/protocol"),
  disposition: scan.want("jsonPayload/disposition"),
  start: scan.want("jsonPayload/start_time"),
  roundTrip: scan.want("jsonPayload/rtt_msec"),
  client: scan.want("httpRequest/remoteIp"),
  server: scan.want("httpRequest/serverIp"),
  method: scan.want("httpRequest/requestMethod"),
  url: scan.want("httpRequest/requestUrl"),
  status: scan.want("httpRequest/status"),
  sent: scan.want("httpRequest/responseSize"),
  agent: scan.want("httpRequest/userAgent"),
  referer: scan.want("httpRequest/referer"),
} as const;

/**
 * Google Cloud's log entries about traffic: VPC flow logs, firewall rules logs, and whatever tells an HTTP request (load
 * balancers, Cloud Run, App Engine). Source: Google Cloud, "VPC Flow Logs record format", "Firewall Rules Logging", LogEntry.
 */
export const gcp = defineJsonFormat({
  id: "gcp",
  title: "Google Cloud log entries (VPC flow, firewall, load balancer)",
  scan,
  looksLike: (record) =>
    (record.has(s.logName) || record.has(s.insertId) || record.has(s.received)) &&
    (record.has(s.source) || record.has(s.client) || record.has(s.url)),
  open(context) {
    const reader = new EntryReader(new IsoTime(context));
    return (_record, witness) => reader.read(witness);
  },
});

class EntryReader {
  readonly #time: IsoTime;
  readonly #parties = new Parties();
  readonly #memory = new FlowMemory();

  constructor(time: IsoTime) {
    this.#time = time;
  }

  read(witness: Witness): string | undefined {
    const isFlow = scan.has(s.source);
    if (!isFlow && !scan.has(s.client)) return witness.other();
    const atMs = scan.time(isFlow && scan.has(s.start) ? s.start : s.at, this.#time);
    if (Number.isNaN(atMs)) return "timestamp is not a time";
    return isFlow ? this.#tellFlow(atMs, witness) : this.#tellRequest(atMs, witness);
  }

  #tellFlow(atMs: number, witness: Witness): string | undefined {
    const parties = this.#parties;
    const reason = parties.read(scan, s.source, s.target);
    if (reason !== undefined) return reason;
    parties.sourcePort = scan.port(s.sourcePort);
    parties.targetPort = scan.port(s.targetPort);
    parties.transport = transportOf(scan, s.protocol);
    if (parties.isIcmp) parties.setIcmp(0, 0);
    if (scan.has(s.disposition)) {
      // A firewall rule's record is of a connection, so its source began.
      if (scan.is(s.disposition, "DENIED")) parties.addContact(witness, atMs, Outcome.denied);
      else if (scan.is(s.disposition, "ALLOWED")) parties.addContact(witness, atMs, Outcome.admitted);
      else return "disposition is neither ALLOWED nor DENIED";
      return undefined;
    }
    const isReverse = this.#memory.isAnswer(parties);
    if (isReverse) parties.swap();
    const isAnswer = isReverse || parties.turnAnswer();
    // A round trip is measured on connections of which both directions were seen.
    parties.addContact(witness, atMs, isAnswer || scan.has(s.roundTrip) ? Outcome.answered : Outcome.admitted);
    return undefined;
  }

  #tellRequest(atMs: number, witness: Witness): string | undefined {
    const parties = this.#parties;
    if (!scan.address(s.client, parties.addresses, 0)) return "client is not an address";
    if (!scan.address(s.server, parties.addresses, 4)) parties.clearTarget();
    parties.sourcePort = 0;
    parties.targetPort = 0;
    parties.transport = Transport.tcp;
    const row = parties.addRow(witness, Kind.request, atMs);
    const { batch } = witness;
    const { texts } = batch;
    batch.method[row] = scan.text(s.method, texts);
    addUrl(batch, row, scan, s.url);
    batch.status[row] = scan.port(s.status);
    batch.bytesSent[row] = scan.count(s.sent);
    batch.agent[row] = scan.text(s.agent, texts);
    batch.referer[row] = scan.text(s.referer, texts);
    return undefined;
  }
}
