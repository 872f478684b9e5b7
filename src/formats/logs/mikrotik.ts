// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { contact, NO_SOURCE, NO_TARGET } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { hostPort, hostPortAt } from "../devices/host-port.ts";
import { notOurs } from "../devices/other-lines.ts";
import { Action, actionAt, transportAt } from "../devices/words.ts";
import type { DecodeContext } from "../format.ts";

/**
 * Packets that MikroTik RouterOS logged: `firewall,info drop-tcp input: in:ether1 out:(unknown 0), …, proto TCP (SYN),
 * 192.0.2.7:51234->198.51.100.5:23, len 40`. RouterOS tells no verdict; the words of the rule's prefix do. Source: MikroTik,
 * RouterOS manual, "Log", "Firewall Filter".
 */
export const mikrotik = defineLineFormat({
  id: "mikrotik",
  title: "MikroTik RouterOS firewall",
  looksLike: (line) => packetAt(line) >= 0,
  programs: [],
  open(context) {
    const reader = new MikrotikReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const SPACE = 32;
const COMMA = 44;

/** Where the protocol starts: behind `, proto `, in a line with `in:`, `out:` and an arrow; -1 when it is another line. */
function packetAt(line: Line): number {
  const inside = line.after(" in:");
  if (inside < 0) return -1;
  const outside = line.after(" out:", inside);
  const protocol = outside < 0 ? -1 : line.after("proto ", outside);
  return protocol >= 0 && line.after("->", protocol) >= 0 ? protocol : -1;
}

class MikrotikReader {
  readonly #time: DeviceTime;

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const at = packetAt(line);
    if (at < 0) return notOurs(line, witness);
    contact.clear();
    let stop = at;
    while (stop < end && bytes[stop] !== SPACE && bytes[stop] !== COMMA) stop++;
    contact.transport = transportAt(bytes, at, stop);
    takeIcmp(line, stop);
    const arrow = line.after("->", stop) - 2;
    let source = arrow;
    while (source > stop && bytes[source - 1] !== SPACE) source--;
    if (!hostPortAt(bytes, source, arrow, contact.addresses, 0)) return NO_SOURCE;
    contact.sourcePort = hostPort;
    let targetEnd = arrow + 2;
    while (targetEnd < end && bytes[targetEnd] !== COMMA && bytes[targetEnd] !== SPACE) targetEnd++;
    if (!hostPortAt(bytes, arrow + 2, targetEnd, contact.addresses, 4)) return NO_TARGET;
    contact.targetPort = hostPort;
    contact.outcome = this.#outcome(line);
    return contact.add(witness, this.#time.before(bytes, start, at, end));
  }

  /** The words between the header and ` in:`: topics (`firewall,info`), the prefix, the chain. */
  #outcome(line: Line): Outcome {
    const { bytes } = line;
    const stop = line.after(" in:") - 4;
    let found: Action = Action.unknown;
    // Behind the topics, where they are: a host may be called anything.
    const topics = line.after("firewall,");
    const from = topics >= 0 && topics < stop ? line.wordEnd(topics) : Math.max(line.start, stop - 60);
    for (let at = from, i = at; i <= stop; i++) {
      if (i < stop && bytes[i] !== SPACE && bytes[i] !== 58 && bytes[i] !== 95) continue;
      const action = actionAt(bytes, at, i);
      // `input`, `forward` and `output` are chains. Of the other words the last one counts.
      if (action !== Action.unknown && !isForward(bytes, at, i)) found = action;
      at = i + 1;
    }
    if (found === Action.unknown) return Outcome.unknown;
    return found === Action.denied ? Outcome.denied : Outcome.admitted;
  }
}

function isForward(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === 7 && bytes[start] === 102 && bytes[start + 3] === 119;
}

/** ` (type 8, code 0)` behind `ICMP`. */
function takeIcmp(line: Line, from: number): void {
  if (contact.transport !== 1 && contact.transport !== 58) return;
  contact.icmpType = numberBehind(line, "(type ", from);
  contact.icmpCode = numberBehind(line, "code ", from);
}

function numberBehind(line: Line, marker: string, from: number): number {
  const at = line.after(marker, from);
  if (at < 0) return -1;
  let value = 0;
  for (let i = at; i < line.end && i < at + 3; i++) {
    const digit = line.bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}
