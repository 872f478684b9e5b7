import type { Line } from "../../bytes/line.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { contact, NO_CONTACT, NO_SOURCE, NO_TARGET } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { hostPort, hostPortOf } from "../devices/host-port.ts";
import { KeyValues } from "../devices/key-values.ts";
import { notOurs } from "../devices/other-lines.ts";
import { Action, actionAt, transportAt } from "../devices/words.ts";
import type { DecodeContext } from "../format.ts";

/**
 * Zyxel's ZyWALL, USG and ATP (ZLD): `src="192.0.2.7:51234" dst="198.51.100.5:23" msg="…, TCP, service Telnet, REJECT" note="ACCESS
 * BLOCK" user="unknown" …`. Source: Zyxel, "ZyWALL/USG ZLD CLI Reference", log messages.
 */
export const zyxel = defineLineFormat({
  id: "zyxel",
  title: "Zyxel ZyWALL, USG and ATP",
  looksLike: (line) => fieldsAt(line) >= 0,
  programs: [],
  open(context) {
    const reader = new ZyxelReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

function fieldsAt(line: Line): number {
  const at = line.after('src="');
  if (at < 0 || line.after('dst="', at) < 0) return -1;
  const hasMarks = line.after('note="', at) >= 0 && (line.includes('cat="') || line.includes('devID="'));
  return hasMarks ? at - 5 : -1;
}

const names = ["src", "dst", "msg", "note", "proto", "type", "code"] as const;
const [SRC, DST, MSG, NOTE, PROTO, TYPE, CODE] = [0, 1, 2, 3, 4, 5, 6] as const;

class ZyxelReader {
  readonly #time: DeviceTime;
  readonly #fields = new KeyValues(names);

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const at = fieldsAt(line);
    if (at < 0) return notOurs(line, witness);
    const fields = this.#fields;
    fields.readSpaced(bytes, at, end);
    contact.clear();
    this.#takeTransport();
    if (contact.transport < 0 || !fields.has(DST)) {
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    if (!hostPortOf(fields, SRC, contact.addresses, 0)) return NO_SOURCE;
    contact.sourcePort = hostPort;
    if (!hostPortOf(fields, DST, contact.addresses, 4)) return NO_TARGET;
    contact.targetPort = hostPort;
    contact.icmpType = fields.number(TYPE);
    contact.icmpCode = fields.number(CODE);
    contact.outcome = this.#outcome();
    return contact.add(witness, this.#time.before(bytes, start, at, end));
  }

  /** The protocol's own field, which newer versions have, or the words between the message's commas. */
  #takeTransport(): void {
    const { bytes, starts, ends } = this.#fields;
    contact.transport = transportAt(bytes, starts[PROTO]!, ends[PROTO]!);
    let at = starts[MSG]!;
    for (let i = at; i >= 0 && i <= ends[MSG]! && contact.transport < 0; i++) {
      if (i < ends[MSG]! && bytes[i] !== 44) continue;
      while (at < i && bytes[at] === 32) at++;
      if (bytes[at]! > 57) contact.transport = transportAt(bytes, at, i);
      at = i + 1;
    }
  }

  /** The note (`ACCESS BLOCK`, `ACCESS FORWARD`); else the last word of the message. */
  #outcome(): Outcome {
    const { bytes, starts, ends } = this.#fields;
    let action: Action = Action.unknown;
    if (starts[NOTE]! >= 0) action = actionAt(bytes, starts[NOTE]!, ends[NOTE]!);
    if (action === Action.unknown && starts[MSG]! >= 0) {
      let word = ends[MSG]!;
      while (word > starts[MSG]! && bytes[word - 1] !== 32) word--;
      action = actionAt(bytes, word, ends[MSG]!);
    }
    if (action === Action.unknown) return Outcome.unknown;
    return action === Action.denied ? Outcome.denied : Outcome.admitted;
  }
}
