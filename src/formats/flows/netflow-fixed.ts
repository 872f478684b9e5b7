// Hot: once per flow record; measured by bench/log-formats.ts.
import { setIpv4 } from "../../bytes/address.ts";
import type { FlowDraft } from "./flow-draft.ts";
import { elapsedMs } from "./record-reader.ts";

/** Where the fields of a version's records stand. Versions 1, 5 and 7 share the first 36 bytes of a record. */
export interface FixedLayout {
  readonly header: number;
  readonly record: number;
  /** Offsets of protocol and TCP flags in the record. */
  readonly protocol: number;
  readonly flags: number;
  /** The most records that fit a datagram of these versions; more are made up. */
  readonly most: number;
}

/** Source: Cisco, "NetFlow Services Solutions Guide", appendix "NetFlow Export Datagram Formats". */
const layouts: Readonly<Record<number, FixedLayout>> = {
  1: { header: 16, record: 52, protocol: 38, flags: 40, most: 24 },
  5: { header: 24, record: 48, protocol: 38, flags: 37, most: 30 },
  7: { header: 24, record: 52, protocol: 38, flags: 37, most: 28 },
};

export function fixedLayout(version: number): FixedLayout | undefined {
  return layouts[version];
}

/** When the datagram at `at` was sent; its seconds and nanoseconds stand at the same place in all three versions. */
export function fixedExportMs(view: DataView, at: number): number {
  return view.getUint32(at + 8, false) * 1000 + view.getUint32(at + 12, false) / 1e6;
}

/** The rate that version 5's header states: 14 bits behind two of mode; 0 when it states none. */
export function fixedSamplingRate(view: DataView, at: number, version: number): number {
  return version === 5 ? view.getUint16(at + 22, false) & 0x3fff : 0;
}

/** Reads the record at `at` of a datagram sent at `exportMs`, `uptimeMs` after the exporter's start. */
export function readFixed(
  view: DataView,
  at: number,
  layout: FixedLayout,
  exportMs: number,
  uptimeMs: number,
  flow: FlowDraft,
): void {
  flow.clear();
  const { parties } = flow;
  const source = view.getUint32(at, false);
  const target = view.getUint32(at + 4, false);
  setIpv4(parties.addresses, 0, source);
  setIpv4(parties.addresses, 4, target);
  flow.hasSource = source !== 0;
  flow.hasTarget = target !== 0;
  flow.packets = view.getUint32(at + 16, false);
  flow.atMs = exportMs - elapsedMs(view.getUint32(at + 24, false), uptimeMs);
  parties.sourcePort = view.getUint16(at + 32, false);
  parties.targetPort = view.getUint16(at + 34, false);
  parties.transport = view.getUint8(at + layout.protocol);
  flow.flags = view.getUint8(at + layout.flags);
}
