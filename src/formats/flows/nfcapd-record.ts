// Hot: once per flow record; measured by bench/log-formats.ts.
import { isUnknown, setIpv4 } from "../../bytes/address.ts";
import { FirewallEvent, type FlowDraft } from "./flow-draft.ts";

/** Record types that hold flows. Sources: nfdump, nffile.h of version 1.6, nfxV3.h of version 1.7. */
const OLD_FLOW = 1;
const FLOW = 10;
const V3_FLOW = 11;

/** Elements of a version 3 record. */
const Element = { generic: 1, ipv4: 2, ipv6: 3, counters: 6, event: 20, realIpv4: 21, realPort: 23 } as const;

/** Flag of a version 3 record: the packets were sampled. */
const SAMPLED = 2;
/** Flag of an older record: the addresses are IPv6. */
const IS_IPV6 = 1;

/** Reads the record of nfdump's own files at `[at, end)`; false when it holds no flow. Long on purpose: it is a layout. */
export function readNfcapdRecord(view: DataView, at: number, end: number, order: boolean, flow: FlowDraft): boolean {
  flow.clear();
  flow.samplingRate = 1;
  const type = view.getUint16(at, order);
  if (type === V3_FLOW) return readElements(view, at, end, order, flow);
  if (type !== FLOW && type !== OLD_FLOW) return false;
  const addresses = at + (type === FLOW ? 32 : 28);
  const flags = type === FLOW ? view.getUint16(at + 4, order) : view.getUint8(at + 4);
  const isIpv6 = (flags & IS_IPV6) !== 0;
  if (addresses + (isIpv6 ? 32 : 8) > end) return false;
  const { parties } = flow;
  flow.atMs = view.getUint32(at + 12, order) * 1000 + view.getUint16(at + 8, order);
  flow.forwardingStatus = view.getUint8(at + 20);
  flow.flags = view.getUint8(at + 21);
  parties.transport = view.getUint8(at + 22);
  parties.sourcePort = view.getUint16(at + 24, order);
  parties.targetPort = view.getUint16(at + 26, order);
  if (isIpv6) takeIpv6(view, addresses, order, flow);
  else takeIpv4(view, addresses, order, flow);
  return true;
}

function readElements(view: DataView, start: number, end: number, order: boolean, flow: FlowDraft): boolean {
  if (end - start < 12) return false;
  if (view.getUint8(start + 10) & SAMPLED) flow.samplingRate = 2;
  const count = view.getUint16(start + 4, order);
  let at = start + 12;
  let hasFlow = false;
  for (let i = 0; i < count && end - at >= 4; i++) {
    const length = view.getUint16(at + 2, order);
    if (length < 4 || at + length > end) return false;
    hasFlow = takeElement(view.getUint16(at, order), view, at + 4, length - 4, order, flow) || hasFlow;
    at += length;
  }
  return hasFlow;
}

/** Takes one element; returns whether it is the one that every flow has. */
function takeElement(
  type: number,
  view: DataView,
  at: number,
  length: number,
  order: boolean,
  flow: FlowDraft,
): boolean {
  const { parties } = flow;
  switch (type) {
    case Element.generic:
      if (length < 48) return false;
      flow.atMs = long(view, at, order);
      flow.packets = long(view, at + 24, order);
      parties.sourcePort = view.getUint16(at + 40, order);
      parties.targetPort = view.getUint16(at + 42, order);
      parties.transport = view.getUint8(at + 44);
      flow.flags = view.getUint8(at + 45);
      flow.forwardingStatus = view.getUint8(at + 46);
      return true;
    case Element.ipv4:
      if (length >= 8) takeIpv4(view, at, order, flow);
      return false;
    case Element.ipv6:
      if (length >= 32) takeIpv6(view, at, order, flow);
      return false;
    case Element.counters:
      if (length >= 24 && long(view, at + 8, order) > 0) flow.answerPackets = long(view, at + 8, order);
      return false;
    case Element.event:
      if (length >= 15) flow.firewallEvent = Math.min(view.getUint8(at + 14), FirewallEvent.denied + 1);
      // Of an event the time is its own.
      if (length >= 8 && !(flow.atMs > 0)) flow.atMs = long(view, at, order);
      return false;
    case Element.realIpv4:
      if (length >= 8 && view.getUint32(at + 4, order) !== 0)
        setIpv4(parties.addresses, 4, view.getUint32(at + 4, order));
      return false;
    case Element.realPort:
      if (length >= 4 && view.getUint16(at + 2, order) !== 0) parties.targetPort = view.getUint16(at + 2, order);
      return false;
    default:
      return false;
  }
}

function takeIpv4(view: DataView, at: number, order: boolean, flow: FlowDraft): void {
  const { addresses } = flow.parties;
  setIpv4(addresses, 0, view.getUint32(at, order));
  setIpv4(addresses, 4, view.getUint32(at + 4, order));
  flow.hasSource = addresses[3] !== 0;
  flow.hasTarget = addresses[7] !== 0;
}

/** An address is two numbers of 64 bits in the writer's byte order, the upper half first. */
function takeIpv6(view: DataView, at: number, order: boolean, flow: FlowDraft): void {
  const { addresses } = flow.parties;
  for (let half = 0; half < 4; half++) {
    const from = at + 8 * half;
    addresses[2 * half] = view.getUint32(order ? from + 4 : from, order);
    addresses[2 * half + 1] = view.getUint32(order ? from : from + 4, order);
  }
  flow.hasSource = !isUnknown(addresses, 0);
  flow.hasTarget = !isUnknown(addresses, 4);
}

/** A number of 64 bits; beyond 2⁵³ it is not exact. */
function long(view: DataView, at: number, order: boolean): number {
  const high = view.getUint32(order ? at + 4 : at, order);
  return high * 4_294_967_296 + view.getUint32(order ? at : at + 4, order);
}
