// Hot: once per record; measured by bench/log-formats.ts.
import { IsoTime } from "../../bytes/iso-time.ts";
import { JsonScan } from "../../bytes/json-scan.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { defineJsonFormat } from "../define-json-format.ts";
import type { Witness } from "../define-line-format.ts";
import { FlowMemory } from "../flow-memory.ts";
import { flagsOfLetters, tellOneWay } from "../flow-outcome.ts";
import { Parties } from "../parties.ts";
import { transportOf } from "../transport-words.ts";

const scan = new JsonScan();
const s = {
  first: scan.want("first"),
  firstSeen: scan.want("t_first"),
  source4: scan.want("src4_addr"),
  target4: scan.want("dst4_addr"),
  source6: scan.want("src6_addr"),
  target6: scan.want("dst6_addr"),
  sourcePort: scan.want("src_port"),
  targetPort: scan.want("dst_port"),
  icmpType: scan.want("icmp_type"),
  icmpCode: scan.want("icmp_code"),
  transport: scan.want("proto"),
  flags: scan.want("tcp_flags"),
  status: scan.want("fwd_status"),
  answerPackets: scan.want("out_packets"),
} as const;

/** Forwarding status (RFC 7270, section 4.12): 128 to 191 were dropped. */
const DROPPED = 2;

/** Flows as nfdump prints them with `-o json` or `-o ndjson`. Source: nfdump, bin/output_json.c, bin/output_ndjson.c. */
export const nfdumpJson = defineJsonFormat({
  id: "nfdump-json",
  title: "nfdump JSON",
  kind: "flow",
  scan,
  looksLike: (record) =>
    (record.has(s.source4) || record.has(s.source6)) && (record.has(s.first) || record.has(s.firstSeen)),
  open(context) {
    const time = new IsoTime(context);
    const parties = new Parties();
    const memory = new FlowMemory();
    return (_record, witness) => readFlow(witness, time, parties, memory);
  },
});

function readFlow(witness: Witness, time: IsoTime, parties: Parties, memory: FlowMemory): string | undefined {
  if (!scan.has(s.source4) && !scan.has(s.source6)) return witness.other();
  const atMs = scan.time(scan.has(s.first) ? s.first : s.firstSeen, time);
  if (Number.isNaN(atMs)) return "first seen is not a time";
  const isIpv4 = scan.has(s.source4);
  const reason = parties.read(scan, isIpv4 ? s.source4 : s.source6, isIpv4 ? s.target4 : s.target6);
  if (reason !== undefined) return reason;
  parties.sourcePort = scan.port(s.sourcePort);
  parties.targetPort = scan.port(s.targetPort);
  parties.transport = transportOf(scan, s.transport);
  if (parties.isIcmp) {
    if (scan.has(s.icmpType)) parties.setIcmp(scan.count(s.icmpType), scan.count(s.icmpCode));
    else parties.setIcmp(parties.targetPort >> 8, parties.targetPort);
  }
  const flags = scan.has(s.flags) ? flagsOfLetters(scan.bytes, scan.starts[s.flags]!, scan.ends[s.flags]!) : 0;
  if (scan.count(s.status) >>> 6 === DROPPED) parties.addContact(witness, atMs, Outcome.denied);
  else if (scan.count(s.answerPackets) > 0) parties.addContact(witness, atMs, Outcome.answered);
  else tellOneWay(witness, parties, memory, atMs, flags);
  return undefined;
}
