// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";
import { WordTable } from "../../bytes/word-table.ts";
import { Outcome } from "../../observations/vocabulary.ts";
import { contact } from "./contact.ts";
import { KeyValues } from "./key-values.ts";
import { Action, actionAt, outcomeOf } from "./words.ts";

const names = [
  "AccessControlRuleAction",
  "SrcIP",
  "DstIP",
  "SrcPort",
  "DstPort",
  "Protocol",
  "ICMPType",
  "ICMPCode",
  "InitiatorPackets",
  "ResponderPackets",
  "ConnectionDuration",
  "InlineResult",
  "NAT_ResponderIP",
  "NAT_ResponderPort",
] as const;
const slot = Object.fromEntries(names.map((name, i) => [name, i])) as Record<(typeof names)[number], number>;

/** ICMP types that the events name (IANA's names); most are numbers. */
const icmpTypes = new WordTable(["Echo Reply", "Destination Unreachable", "Redirect", "Echo Request", "Time Exceeded"]);
const icmpNumbers = [0, 3, 5, 8, 11];

const INTRUSION = 430001;
const CONNECTION_ENDED = 430003;

/**
 * Security events of Firepower Threat Defense: `%FTD-1-430003: AccessControlRuleAction: Allow, SrcIP: 192.0.2.7, …`. Source:
 * Cisco, "Secure Firewall Threat Defense Syslog Messages", "Security Event Syslog Messages".
 */
export class FirepowerEvents {
  readonly #fields = new KeyValues(names);
  /** Why the last event was none, or undefined. */
  reason: string | undefined;

  /** Fills `contact` from the fields at `at`. Returns how many milliseconds before the message the contact began. */
  read(line: Line, at: number, id: number): number {
    const fields = this.#fields;
    fields.readColons(line.bytes, at, line.end);
    this.reason = contact.takeAddresses(fields, slot.SrcIP, slot.DstIP);
    if (this.reason !== undefined) return 0;
    contact.takePorts(fields, slot.SrcPort, slot.DstPort, slot.Protocol);
    contact.takeRealTarget(fields, slot.NAT_ResponderIP, slot.NAT_ResponderPort);
    contact.icmpType = this.#icmpType();
    contact.icmpCode = fields.number(slot.ICMPCode);
    contact.outcome = id === INTRUSION ? this.#inlineResult() : this.#outcome(id === CONNECTION_ENDED);
    return Math.max(0, fields.number(slot.ConnectionDuration)) * 1000;
  }

  #icmpType(): number {
    const named = this.#fields.word(slot.ICMPType, icmpTypes);
    return named >= 0 ? icmpNumbers[named]! : this.#fields.number(slot.ICMPType);
  }

  #outcome(isOver: boolean): Outcome {
    const fields = this.#fields;
    const action = actionAt(
      fields.bytes,
      fields.starts[slot.AccessControlRuleAction]!,
      fields.ends[slot.AccessControlRuleAction]!,
    );
    return outcomeOf(action, fields.number(slot.ResponderPackets), -1, isOver);
  }

  /** `Dropped`, `Blocked`, `Would have dropped`; absent when the packet went on. */
  #inlineResult(): Outcome {
    const fields = this.#fields;
    const isDenied =
      !fields.startsWith(slot.InlineResult, "Would") &&
      actionAt(fields.bytes, fields.starts[slot.InlineResult]!, fields.ends[slot.InlineResult]!) === Action.denied;
    return isDenied ? Outcome.denied : Outcome.admitted;
  }
}
