/** sFlow version 5 (sflow.org, "sFlow Version 5", July 2004): XDR, so everything is in multiples of four bytes. */
export const SFLOW_VERSION = 5;

/** Types of samples: enterprise 0, in its two layouts. */
const FLOW_SAMPLE = 1;
const EXPANDED_FLOW_SAMPLE = 3;

/** A datagram with more samples is made up: they would not fit. */
const MOST_SAMPLES = 4096;

/** Where the samples start behind the header at `at`, or -1; their number stands in the four bytes before. */
export function samplesAt(view: DataView, at: number, end: number): number {
  if (end - at < 28) return -1;
  const addressType = view.getUint32(at + 4, false);
  if (addressType !== 1 && addressType !== 2) return -1;
  const samples = at + (addressType === 1 ? 28 : 40);
  return samples > end || view.getUint32(samples - 4, false) > MOST_SAMPLES ? -1 : samples;
}

/** What a flow sample says of itself; reused. */
export const sample = { rate: 0, records: 0, recordsAt: 0 };

/** Reads the head of the sample `[at, end)` of `type` into `sample`; false when it is none of flows, or cut short. */
export function readFlowSample(view: DataView, at: number, end: number, type: number): boolean {
  if (type !== FLOW_SAMPLE && type !== EXPANDED_FLOW_SAMPLE) return false;
  const isExpanded = type === EXPANDED_FLOW_SAMPLE;
  const recordsAt = at + (isExpanded ? 44 : 32);
  if (recordsAt > end) return false;
  sample.rate = view.getUint32(at + (isExpanded ? 12 : 8), false);
  sample.records = view.getUint32(recordsAt - 4, false);
  sample.recordsAt = recordsAt;
  return true;
}
