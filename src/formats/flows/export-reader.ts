// Hot: once per flow record; measured by bench/log-formats.ts.
import type { ExportWitness } from "./export-witness.ts";
import { FlowDraft } from "./flow-draft.ts";
import { fixedExportMs, fixedLayout, fixedSamplingRate, readFixed } from "./netflow-fixed.ts";
import { type Clock, RecordReader } from "./record-reader.ts";
import { SampledPackets } from "./sampled-packets.ts";
import { SamplingRates } from "./sampling-rates.ts";
import { SFLOW_VERSION } from "./sflow.ts";
import { type Origin, readOptionTemplates, readTemplates } from "./template-sets.ts";
import { Templates } from "./templates.ts";

export const CUT_SHORT = "a flow export is cut short";
const NO_TEMPLATE = "sets of flow records whose template had not come yet";
const FORGOTTEN = "templates forgotten because there were too many";
const BAD_SET = "the length of a set is not possible";

/** Lengths of the headers of NetFlow version 9 (RFC 3954, section 5.1) and IPFIX (RFC 7011, section 3.1). */
export const V9_HEADER = 20;
export const IPFIX_HEADER = 16;

/**
 * Reads what routers, firewalls and probes export about flows: NetFlow versions 1, 5, 7 and 9, IPFIX, sFlow version 5. One
 * reader an input; it keeps what exporters told of their templates and sampling.
 */
export class ExportReader {
  readonly flow = new FlowDraft();
  readonly origin: Origin = { exporter: 0, domain: 0, isIpfix: false };
  readonly clock: Clock = { exportMs: 0, uptimeMs: Number.NaN };
  readonly #templates = new Templates();
  readonly #records = new RecordReader(this.flow);
  readonly #rates = new SamplingRates();
  readonly #packets = new SampledPackets(this.flow, this.#rates);
  /** Counts each flow as a record of the input; else the caller counts what holds them. */
  readonly #countsFlows: boolean;
  readonly #witness: ExportWitness;
  #forgotten = 0;

  constructor(witness: ExportWitness, countsFlows: boolean) {
    this.#witness = witness;
    this.#countsFlows = countsFlows;
  }

  /**
   * Reads one datagram, `[at, end)`, of `exporter` (a hash of its address), which came at `atMs` (NaN when not known; only
   * sFlow needs it). Returns a reject, or undefined.
   */
  datagram(view: DataView, at: number, end: number, exporter: number, atMs: number): string | undefined {
    this.origin.exporter = exporter;
    if (end - at < IPFIX_HEADER) return CUT_SHORT;
    const version = view.getUint16(at, false);
    if (version === 9) {
      if (end - at < V9_HEADER) return CUT_SHORT;
      this.openV9(view, at);
      return this.#sets(view, at + V9_HEADER, end);
    }
    if (version === 10) return this.#messages(view, at, end);
    if (version === 0 && view.getUint32(at, false) === SFLOW_VERSION) {
      if (Number.isNaN(atMs)) return "sFlow tells no time of its own: give a capture of its datagrams";
      return this.#packets.datagram(view, at, end, atMs, this.#witness, this.#countsFlows);
    }
    return this.#fixed(view, at, end, version);
  }

  /** Takes the header of a version 9 datagram; its sets follow. */
  openV9(view: DataView, at: number): void {
    this.origin.isIpfix = false;
    this.origin.domain = view.getUint32(at + 16, false);
    this.clock.uptimeMs = view.getUint32(at + 4, false);
    this.clock.exportMs = view.getUint32(at + 8, false) * 1000;
  }

  /** Reads one set of the datagram at hand: its header stands at `at`, its length in that. Returns a reject, or undefined. */
  set(view: DataView, at: number, end: number): string | undefined {
    const { origin } = this;
    const id = view.getUint16(at, false);
    const templates = this.#templates;
    if (id === (origin.isIpfix ? 2 : 0)) return readTemplates(view, at + 4, end, origin, templates);
    if (id === (origin.isIpfix ? 3 : 1)) return readOptionTemplates(view, at + 4, end, origin, templates);
    return id < 256 ? undefined : this.#data(view, at + 4, end, id);
  }

  /** Tells the tally what was counted. */
  settle(): void {
    const { tally } = this.#witness;
    this.#rates.tell(tally);
    this.#packets.tell(tally);
    const { forgotten } = this.#templates;
    if (forgotten > this.#forgotten) tally.gap(FORGOTTEN, forgotten - this.#forgotten);
    this.#forgotten = forgotten;
  }

  #fixed(view: DataView, at: number, end: number, version: number): string | undefined {
    const layout = fixedLayout(version);
    if (!layout || end - at < layout.header) return "a flow export of another version";
    const { flow } = this;
    const count = view.getUint16(at + 2, false);
    const uptimeMs = view.getUint32(at + 4, false);
    const exportMs = fixedExportMs(view, at);
    flow.samplingRate = Math.max(1, fixedSamplingRate(view, at, version));
    let record = at + layout.header;
    for (let i = 0; i < count; i++) {
      if (record + layout.record > end) return CUT_SHORT;
      readFixed(view, record, layout, exportMs, uptimeMs, flow);
      this.#tell();
      record += layout.record;
    }
    return undefined;
  }

  /** IPFIX messages one after the other, as in a file (RFC 5655) or a stream; a datagram holds one. */
  #messages(view: DataView, from: number, end: number): string | undefined {
    const { origin, clock } = this;
    let at = from;
    while (end - at >= IPFIX_HEADER && view.getUint16(at, false) === 10) {
      const length = view.getUint16(at + 2, false);
      if (length < IPFIX_HEADER || at + length > end) return CUT_SHORT;
      origin.isIpfix = true;
      origin.domain = view.getUint32(at + 12, false);
      clock.exportMs = view.getUint32(at + 4, false) * 1000;
      clock.uptimeMs = Number.NaN;
      const reject = this.#sets(view, at + IPFIX_HEADER, at + length);
      if (reject !== undefined) return reject;
      at += length;
    }
    return undefined;
  }

  #sets(view: DataView, from: number, end: number): string | undefined {
    let reject: string | undefined;
    for (let at = from; end - at >= 4; ) {
      const length = view.getUint16(at + 2, false);
      // Some exporters fill their datagrams up with zeros.
      if (length === 0 && view.getUint16(at, false) === 0) return reject;
      if (length < 4) return BAD_SET;
      if (at + length > end) return CUT_SHORT;
      reject = this.set(view, at, at + length) ?? reject;
      at += length;
    }
    return reject;
  }

  #data(view: DataView, from: number, end: number, id: number): string | undefined {
    const { exporter, domain } = this.origin;
    const template = this.#templates.find(exporter, domain, id);
    if (!template) {
      this.#witness.tally.gap(NO_TEMPLATE);
      return undefined;
    }
    const records = this.#records;
    this.flow.samplingRate = this.#rates.of(exporter, domain);
    for (let at = from; end - at >= template.least; ) {
      at = records.read(template, view, at, end, this.clock);
      // The rest may be padding that is longer than the shortest record.
      if (at < 0) return undefined;
      if (template.isOptions) {
        if (records.samplingRate > 0) this.#rates.set(exporter, domain, records.samplingRate);
        continue;
      }
      if (records.samplingRate > 1) this.flow.samplingRate = records.samplingRate;
      this.#tell();
    }
    return undefined;
  }

  #tell(): void {
    const witness = this.#witness;
    const { tally } = witness;
    if (this.#countsFlows) {
      tally.records++;
      witness.position++;
    }
    if (this.flow.samplingRate > 1) this.#rates.sampled(this.flow.samplingRate);
    const reject = this.flow.tell(witness);
    if (reject !== undefined && this.#countsFlows) tally.reject(reject, witness.position);
  }
}
