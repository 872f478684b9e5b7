// Hot: once per line; measured by bench/log-formats.ts.
import { IsoTime } from "../../bytes/iso-time.ts";
import { JsonScan } from "../../bytes/json-scan.ts";
import { WordMap } from "../../bytes/word-map.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { defineJsonFormat } from "../define-json-format.ts";
import type { Witness } from "../define-line-format.ts";
import type { DecodeContext } from "../format.ts";
import { Parties } from "../parties.ts";
import { SnortTime } from "../snort-time.ts";
import { transportOf } from "../transport-words.ts";

const scan = new JsonScan();
const s = {
  seconds: scan.want("seconds"),
  timestamp: scan.want("timestamp"),
  rule: scan.want("rule"),
  gid: scan.want("gid"),
  sid: scan.want("sid"),
  source: scan.want("src_addr"),
  sourcePort: scan.want("src_port"),
  sourcePair: scan.want("src_ap"),
  target: scan.want("dst_addr"),
  targetPort: scan.want("dst_port"),
  targetPair: scan.want("dst_ap"),
  proto: scan.want("proto"),
  icmpType: scan.want("icmp_type"),
  icmpCode: scan.want("icmp_code"),
  action: scan.want("action"),
  direction: scan.want("dir"),
} as const;

const stops = new WordMap({ block: 1, drop: 1, reject: 1, would_block: 2, would_drop: 2 });

/** Alerts of Snort 3 as JSON, with whatever fields its `alert_json` was told to write. Source: Snort 3, alert_json.cc. */
export const snortAlertJson = defineJsonFormat({
  id: "snort-alert-json",
  title: "Snort 3 alert_json",
  scan,
  looksLike: (record) =>
    (record.has(s.rule) || record.has(s.sid) || record.has(s.gid) || record.has(s.action)) &&
    (record.has(s.timestamp) || record.has(s.seconds)) &&
    (record.has(s.sourcePair) || record.has(s.source)),
  open(context) {
    const reader = new AlertReader(context);
    return (_record, witness) => reader.read(witness);
  },
});

class AlertReader {
  readonly #iso: IsoTime;
  readonly #time: SnortTime;
  readonly #parties = new Parties();

  constructor(context: DecodeContext) {
    this.#iso = new IsoTime(context);
    this.#time = new SnortTime(context);
  }

  read(witness: Witness): string | undefined {
    const parties = this.#parties;
    const atMs = this.#atMs();
    if (Number.isNaN(atMs)) return "no time of the alert";
    if (!readEnd(s.source, s.sourcePort, s.sourcePair, parties, 0)) return "source is not an address";
    if (!readEnd(s.target, s.targetPort, s.targetPair, parties, 4)) return "target is not an address";
    parties.transport = transportOf(scan, s.proto);
    if (parties.isIcmp) parties.setIcmp(scan.count(s.icmpType), scan.count(s.icmpCode));
    else if (scan.is(s.direction, "S2C")) parties.swap();
    else if (!scan.has(s.direction)) parties.turnAnswer();
    parties.addContact(witness, atMs, scan.word(s.action, stops) === 1 ? Outcome.denied : Outcome.unknown);
    return undefined;
  }

  /** `seconds` is without fraction, `timestamp` often without year; both together are exact. */
  #atMs(): number {
    const stampMs = scan.has(s.timestamp)
      ? this.#time.parse(scan.bytes, scan.starts[s.timestamp]!, scan.ends[s.timestamp]!)
      : Number.NaN;
    if (!scan.has(s.seconds)) return Number.isNaN(stampMs) ? scan.time(s.timestamp, this.#iso) : stampMs;
    const secondsMs = scan.time(s.seconds, this.#iso);
    return secondsMs + (Number.isNaN(stampMs) ? 0 : ((stampMs % 1000) + 1000) % 1000);
  }
}

/** An address and its port, apart or as `203.0.113.7:4711`. */
function readEnd(address: number, port: number, pair: number, parties: Parties, at: number): boolean {
  let number = scan.port(port);
  let isAddress = scan.address(address, parties.addresses, at);
  if (!isAddress && scan.has(pair)) {
    number = scan.addressAndPort(pair, parties.addresses, at);
    isAddress = number >= 0;
  }
  if (at === 0) parties.sourcePort = number;
  else parties.targetPort = number;
  return isAddress;
}
