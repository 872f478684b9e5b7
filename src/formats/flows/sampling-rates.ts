import { mix } from "../../bytes/hash.ts";
import type { Tally } from "../../observations/tally.ts";

/** Exporters whose rate is kept. */
const MOST_EXPORTERS = 1024;
/** Rates that the coverage tells apart. */
const MOST_RATES = 8;

/** Which share of the packets each exporter looks at, as it says, and how many flows were told from samples. */
export class SamplingRates {
  readonly #byExporter = new Map<number, number>();
  readonly #flowsByRate = new Map<number, number>();

  set(exporter: number, domain: number, rate: number): void {
    if (this.#byExporter.size < MOST_EXPORTERS) this.#byExporter.set(mix(exporter, domain), Math.max(1, rate));
  }

  /** One packet in how many; 1 when the exporter did not say. */
  of(exporter: number, domain: number): number {
    return this.#byExporter.get(mix(exporter, domain)) ?? 1;
  }

  /** Counts a flow, or a packet, of which only samples were seen. */
  sampled(rate: number): void {
    const known = this.#flowsByRate.get(rate);
    if (known !== undefined) this.#flowsByRate.set(rate, known + 1);
    else if (this.#flowsByRate.size < MOST_RATES) this.#flowsByRate.set(rate, 1);
    else this.#flowsByRate.set(0, (this.#flowsByRate.get(0) ?? 0) + 1);
  }

  /** Tells the coverage, and starts to count anew. */
  tell(tally: Tally): void {
    for (const [rate, flows] of this.#flowsByRate) {
      const one = rate === 0 ? "at other rates" : `one packet in ${Math.round(rate * 10) / 10}`;
      tally.gap(`flows known from samples (${one}): scans of few packets may be missing`, flows);
    }
    this.#flowsByRate.clear();
  }
}
