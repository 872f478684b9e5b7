import { parseAddress } from "../../bytes/address.ts";
import type { Line } from "../../bytes/line.ts";
import { WordTable } from "../../bytes/word-table.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { Columns } from "../devices/columns.ts";
import { contact, NO_CONTACT, NO_SOURCE, NO_TARGET } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { notOurs } from "../devices/other-lines.ts";
import { addRequest, request } from "../devices/request.ts";
import { transportAt } from "../devices/words.ts";
import type { DecodeContext } from "../format.ts";

/**
 * Traffic of WatchGuard Firebox: `firewall: msg_id="3000-0148" Deny 0-External Firebox 52 tcp 20 127 192.0.2.7 198.51.100.5 51234 445
 * …`. The fields behind the interfaces have no names. Source: WatchGuard, "Fireware Log Catalog", traffic messages.
 */
export const watchguard = defineLineFormat({
  id: "watchguard",
  title: "WatchGuard Firebox traffic",
  looksLike: (line) => messageAt(line) >= 0,
  programs: ["firewall"],
  open(context) {
    const reader = new WatchguardReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const verbs = new WordTable(["Deny", "Allow"]);
const DENY = 0;

/** Where the verb stands: behind `msg_id="3000-0148" `; -1 when the message is not about traffic. */
function messageAt(line: Line): number {
  const id = line.after('msg_id="');
  if (id < 0) return -1;
  const at = line.wordEnd(id) + 1;
  return verbs.find(line.bytes, at, line.wordEnd(at)) >= 0 ? at : -1;
}

class WatchguardReader {
  readonly #time: DeviceTime;
  readonly #words = new Columns(16);

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const at = messageAt(line);
    if (at < 0) {
      if (line.after('msg_id="') < 0) return notOurs(line, witness);
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    const words = this.#words;
    words.readWords(bytes, at, end);
    contact.clear();
    contact.outcome = words.word(0, verbs) === DENY ? Outcome.denied : Outcome.admitted;
    const protocol = this.#protocol();
    if (protocol < 0) return "no protocol";
    contact.transport = transportAt(bytes, words.starts[protocol]!, words.ends[protocol]!);
    // Header length and TTL stand between the protocol and the addresses, but not in the messages of proxies.
    const isProxy = parseAddress(bytes, words.starts[protocol + 1]!, words.ends[protocol + 1]!, real, 0);
    if (!isProxy) contact.ttl = words.number(protocol + 2);
    const source = isProxy ? protocol + 1 : protocol + 3;
    if (!words.address(source, contact.addresses, 0)) return NO_SOURCE;
    if (!words.address(source + 1, contact.addresses, 4)) return NO_TARGET;
    if (contact.transport === 1 || contact.transport === 58) {
      contact.icmpType = words.number(source + 2);
      contact.icmpCode = words.number(source + 3);
    } else {
      contact.sourcePort = Math.max(0, words.number(source + 2));
      contact.targetPort = Math.max(0, words.number(source + 3));
    }
    this.#takeRealTarget(line, at);
    const atMs = this.#time.before(bytes, start, at, end);
    const operation = isProxy ? line.after(' op="', at) : -1;
    return operation < 0 || Number.isNaN(atMs)
      ? contact.add(witness, atMs)
      : addProxied(line, operation, atMs, witness);
  }

  /** The word that names a protocol: the names of interfaces before it may be one word or several. */
  #protocol(): number {
    const words = this.#words;
    for (let i = 3; i < words.count - 4 && i < 9; i++) {
      const isProtocol = transportAt(words.bytes, words.starts[i]!, words.ends[i]!) >= 0 && words.number(i) < 0;
      if (isProtocol) return i;
    }
    return -1;
  }

  /** `dst_ip_nat="10.0.0.5" dst_port_nat="8443"`. */
  #takeRealTarget(line: Line, from: number): void {
    const at = line.after('dst_ip_nat="', from);
    if (at < 0) return;
    let stop = at;
    while (stop < line.end && line.bytes[stop] !== 34) stop++;
    if (!parseAddress(line.bytes, at, stop, real, 0)) return;
    contact.addresses.set(real, 4);
    const port = line.numberAfter('dst_port_nat="');
    if (port > 0) contact.targetPort = port;
  }
}

const real = new Uint32Array(4);

/** What the HTTP proxy was asked: `op="GET" dstname="www.example.org" arg="/path"`. */
function addProxied(line: Line, operation: number, atMs: number, witness: Witness): undefined {
  const { texts } = witness.batch;
  const quoted = (at: number) => {
    if (at < 0) return 0;
    let stop = at;
    while (stop < line.end && line.bytes[stop] !== 34) stop++;
    return texts.add(line.bytes, at, stop);
  };
  request.clear();
  request.method = quoted(operation);
  request.host = quoted(line.after(' dstname="', operation));
  request.path = quoted(line.after(' arg="', operation));
  return addRequest(witness, atMs);
}
