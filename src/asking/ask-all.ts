import { setTimeout as wait } from "node:timers/promises";
import type { Errand } from "./assets.ts";
import { converse } from "./converse.ts";
import type { Bounds, Recording } from "./recording.ts";

/** Hosts asked at the same time, one service of each. */
const HOSTS_AT_ONCE = 8;

export interface AskingOptions {
  /** Who asks (asks.ts). */
  readonly agent: string;
  readonly bounds: Bounds;
  /** Services asked in a second, at most. */
  readonly rate: number;
  readonly signal?: AbortSignal;
  /** Told before each service is asked. */
  readonly onAsk?: (errand: Errand, done: number) => void;
}

/** An errand done. */
export interface Asked {
  readonly errand: Errand;
  readonly recording: Recording;
}

/** Asks every service once, no faster than `rate`; in the order of the errands. After an interrupt no further one is begun. */
export async function askAll(errands: readonly Errand[], options: AskingOptions): Promise<Asked[]> {
  const { agent, bounds, rate, signal, onAsk } = options;
  const hosts = [...Map.groupBy(errands, ({ place }) => place.address).values()];
  const recordings = new Map<Errand, Recording>();
  let nextMs = performance.now();
  const askHosts = async () => {
    for (let host = hosts.shift(); host !== undefined; host = hosts.shift()) {
      for (const errand of host) {
        const nowMs = performance.now();
        const startMs = Math.max(nextMs, nowMs);
        nextMs = startMs + 1000 / rate;
        await wait(startMs - nowMs, undefined, { ...(signal && { signal }) }).catch(() => undefined);
        if (signal?.aborted) return;
        onAsk?.(errand, recordings.size);
        recordings.set(errand, await converse(errand.place, errand.ask, agent, bounds));
      }
    }
  };
  await Promise.all(Array.from({ length: HOSTS_AT_ONCE }, askHosts));
  return errands.flatMap((errand) => {
    const recording = recordings.get(errand);
    return recording === undefined ? [] : [{ errand, recording }];
  });
}
