// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";
import { WordTable } from "../../bytes/word-table.ts";
import { Outcome, TcpFlag, Transport } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { Columns } from "../devices/columns.ts";
import { contact, NO_CONTACT } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { notOurs } from "../devices/other-lines.ts";
import type { DecodeContext } from "../format.ts";

/**
 * What pf logged on pfSense and OPNsense, as filterlog writes it: `filterlog[123]: 5,,,1000000103,em0,match,block,in,4,…`.
 * Source: Netgate, "Raw Filter Log Format"; filterlog's print.c.
 */
export const filterlog = defineLineFormat({
  id: "filterlog",
  title: "pfSense and OPNsense firewall log (filterlog)",
  looksLike: (line) => csvAt(line) >= 0 && (line.includes(",in,") || line.includes(",out,")),
  programs: ["filterlog"],
  open(context) {
    const reader = new FilterlogReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const SPACE = 32;
const COMMA = 44;

/** Where the fields start: behind the last space before the first comma after the program's name; -1 when there is none. */
function csvAt(line: Line): number {
  const tag = line.after("filterlog");
  if (tag < 0) return -1;
  let at = -1;
  for (let i = tag; i < line.end; i++) {
    const c = line.bytes[i];
    if (c === SPACE) at = i + 1;
    else if (c === COMMA) return at;
  }
  return -1;
}

// Columns that all packets have.
const ACTION = 6;
const IP_VERSION = 8;
// IPv4.
const TTL4 = 11;
const ID4 = 12;
const OFFSET4 = 13;
const PROTOCOL4 = 15;
const SOURCE4 = 18;
// IPv6.
const TTL6 = 11;
const PROTOCOL6 = 13;
const SOURCE6 = 15;

const actions = new WordTable(["pass", "block", "reject"]);
const outcomes = [Outcome.admitted, Outcome.denied, Outcome.denied] as const;

/** ICMP types by filterlog's names; a code behind the type where the name tells one. */
const icmpNames: Readonly<Record<string, readonly [number, number]>> = {
  reply: [0, 0],
  unreach: [3, 0],
  unreachproto: [3, 2],
  unreachport: [3, 3],
  needfrag: [3, 4],
  redirect: [5, 0],
  request: [8, 0],
  timexceed: [11, 0],
  paramprob: [12, 0],
  tstamp: [13, 0],
  tstampreply: [14, 0],
};
const icmpWords = new WordTable(Object.keys(icmpNames));
const icmpTypes = Object.values(icmpNames);

/** TCP flags by filterlog's letters. */
const flagByLetter = new Uint8Array(256);
for (const [name, bit] of Object.entries(TcpFlag)) flagByLetter[name.toUpperCase().charCodeAt(0)] = bit;
flagByLetter[87] = TcpFlag.cwr;

class FilterlogReader {
  readonly #time: DeviceTime;
  readonly #columns = new Columns(30);

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const at = csvAt(line);
    if (at < 0) return notOurs(line, witness);
    const columns = this.#columns;
    columns.read(bytes, at, end, COMMA);
    if (columns.count <= SOURCE6 + 1) return "too few fields";
    const action = columns.word(ACTION, actions);
    if (action < 0) {
      // Translations (nat, rdr, binat) and scrubbing are told beside the packet's own line.
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    contact.clear();
    contact.outcome = outcomes[action]!;
    const isIpv4 = columns.is(IP_VERSION, "4");
    if (!isIpv4 && !columns.is(IP_VERSION, "6")) return "neither IPv4 nor IPv6";
    if (isIpv4 && columns.number(OFFSET4) > 0) {
      witness.tally.gap("later fragments of packets");
      return undefined;
    }
    const source = isIpv4 ? SOURCE4 : SOURCE6;
    const reason = contact.takeAddresses(columns, source, source + 1);
    if (reason !== undefined) return reason;
    contact.transport = columns.number(isIpv4 ? PROTOCOL4 : PROTOCOL6);
    contact.ttl = columns.number(isIpv4 ? TTL4 : TTL6);
    if (isIpv4) contact.ipId = columns.number(ID4);
    if (!this.#takeTransport(source + 2)) return "no ports";
    return contact.add(witness, this.#time.before(bytes, start, at, end));
  }

  /** The fields behind the addresses. False when a protocol with ports shows none. */
  #takeTransport(at: number): boolean {
    const columns = this.#columns;
    const { transport } = contact;
    if (transport === Transport.icmp || transport === Transport.icmpv6) {
      const named = columns.count > at ? columns.word(at, icmpWords) : -1;
      if (named >= 0) [contact.icmpType, contact.icmpCode] = icmpTypes[named] as [number, number];
      return true;
    }
    const hasPorts = transport === Transport.tcp || transport === Transport.udp;
    if (!hasPorts && transport !== Transport.sctp) return true;
    contact.sourcePort = Math.max(0, columns.number(at));
    contact.targetPort = columns.number(at + 1);
    if (contact.targetPort < 0) return false;
    if (transport === Transport.tcp) this.#takeTcp(at + 3);
    return true;
  }

  /** `S,1891286705,,64240,,mss;sackOK`. The options are named without their values, so only their absence is a fact. */
  #takeTcp(at: number): void {
    const columns = this.#columns;
    if (columns.count <= at + 3) return;
    let flags = 0;
    for (let i = columns.starts[at]!; i < columns.ends[at]!; i++) flags |= flagByLetter[columns.bytes[i]!]!;
    contact.tcpFlags = flags;
    contact.sequence = columns.number(at + 1);
    contact.window = columns.number(at + 3);
    if (columns.count > at + 5 && !columns.has(at + 5) && (flags & TcpFlag.syn) !== 0) contact.synOptions = 0;
  }
}
