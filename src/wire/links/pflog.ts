import { Outcome } from "../../observations/vocabulary.ts";
import { CUT, EtherType, type LinkLayer } from "./link-layer.ts";
import { familyOf } from "./loopback.ts";

/** Actions of pf (sys/net/pfvar.h): all others translate or normalise, and say nothing of a verdict. */
const PASS = 0;
const DROP = 1;
const SYNPROXY_DROP = 10;
/** Fields up to the direction; the header's own length comes first and is rounded up to four. */
const SHORTEST = 48;

/** Packets that pf logged: length, address family, action, reason, interface, rule set, rule (pflog(4)). Its action is the outcome. */
export const pflog: LinkLayer = {
  title: "PFLOG of OpenBSD, FreeBSD and macOS; the rule's action is the outcome",
  linkTypes: [117],
  locate(packet) {
    const { bytes, start, end } = packet;
    const length = end > start ? (bytes[start]! + 3) & ~3 : 0;
    if (length < SHORTEST || end - start < length) return CUT;
    const action = bytes[start + 2]!;
    packet.toGroup = false;
    packet.verdict =
      action === PASS
        ? Outcome.admitted
        : action === DROP || action === SYNPROXY_DROP
          ? Outcome.denied
          : Outcome.unknown;
    packet.inner = familyOf(bytes[start + 1]!);
    packet.etherType = packet.verdict === Outcome.unknown ? packet.inner : EtherType.filtered;
    return start + length;
  },
};
