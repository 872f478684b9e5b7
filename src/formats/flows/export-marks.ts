import { IPFIX_HEADER, V9_HEADER } from "./export-reader.ts";
import { fixedLayout } from "./netflow-fixed.ts";
import { SFLOW_VERSION, samplesAt } from "./sflow.ts";

/** Exports are sent since the nineties: seconds since 1970 below this are no time of one. */
const YEAR_1995 = 788_918_400;
/** Exporters that were never told the time count from their own start; uptimes above this are rare. */
const A_YEAR_S = 31_536_000;

/**
 * Whether `[at, end)` starts with a flow export; when `isWhole`, whether it is one datagram to its end. Every length must fit
 * and the time must be one, so that a name or a random number that happens to start alike is not taken for one.
 */
export function isExport(view: DataView, at: number, end: number, isWhole: boolean): boolean {
  if (end - at < IPFIX_HEADER) return false;
  const version = view.getUint16(at, false);
  if (version === 9) return end - at > V9_HEADER && isTime(view, at + 8) && hasSets(view, at + V9_HEADER, end, isWhole);
  if (version === 10) {
    const length = view.getUint16(at + 2, false);
    if (length < IPFIX_HEADER || (isWhole && at + length !== end) || !isTime(view, at + 4)) return false;
    return length === IPFIX_HEADER || hasSets(view, at + IPFIX_HEADER, Math.min(end, at + length), isWhole);
  }
  if (version === 0) return view.getUint32(at, false) === SFLOW_VERSION && isSflow(view, at, end);
  const layout = fixedLayout(version);
  if (!layout || !isTime(view, at + 8)) return false;
  const count = view.getUint16(at + 2, false);
  const next = at + layout.header + count * layout.record;
  const isFraction = view.getUint32(at + 12, false) < 1e9;
  return isFraction && count > 0 && count <= layout.most && (isWhole ? next === end : true);
}

function isTime(view: DataView, at: number): boolean {
  const seconds = view.getUint32(at, false);
  return seconds > YEAR_1995 || seconds < A_YEAR_S;
}

/** Sets up to the end, or up to what the head cut; zeros behind them are padding. */
function hasSets(view: DataView, from: number, end: number, isWhole: boolean): boolean {
  let at = from;
  let sets = 0;
  while (end - at >= 4) {
    const id = view.getUint16(at, false);
    const length = view.getUint16(at + 2, false);
    if (id > 3 && id < 256) return sets > 0 && !isWhole;
    if (length < 4) return sets > 0 && id === 0 && length === 0;
    if (at + length > end) return !isWhole;
    sets++;
    at += length;
  }
  return sets > 0;
}

function isSflow(view: DataView, from: number, end: number): boolean {
  let at = samplesAt(view, from, end);
  if (at < 0) return false;
  const count = view.getUint32(at - 4, false);
  for (let i = 0; i < count; i++) {
    if (end - at < 8) return false;
    at += 8 + view.getUint32(at + 4, false);
    if (at > end) return false;
  }
  return count > 0;
}
