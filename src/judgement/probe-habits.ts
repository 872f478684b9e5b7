// Hot: once per contact that is new to its source; measured by bench/bench.ts.
import { isPopularPort, type ProbeHabit } from "../knowledge/signatures/probe-habits.ts";
import type { Batch } from "../observations/batch.ts";
import { Known, Transport } from "../observations/vocabulary.ts";

/** Sources that are followed at once, a power of two; of two in one place the later one is. */
const PLACES = 1 << 13;
/** More probes say nothing new. */
const MOST_PROBES = 64;

/** What the probes of sources have in common. */
export class ProbeHabits {
  readonly #habits: (Habit | undefined)[] = new Array(PLACES);

  /** Takes the contact in `row`, which is new to `actor`. @returns what its probes have in common; undefined when enough of them were seen */
  take(actor: number, batch: Batch, row: number): ProbeHabit | undefined {
    const place = actor & (PLACES - 1);
    let habit = this.#habits[place];
    if (habit === undefined) {
      habit = new Habit();
      this.#habits[place] = habit;
    }
    if (habit.actor !== actor) habit.begin(actor);
    if (habit.probes >= MOST_PROBES) return undefined;
    habit.take(batch, row);
    return habit;
  }
}

class Habit implements ProbeHabit {
  actor = 0;
  probes = 0;
  datagrams = 0;
  bare = 0;
  leastSourcePort = 0;
  mostSourcePort = 0;
  leastTargetPort = 0;
  mostTargetPort = 0;
  leastTtl = 0;
  mostTtl = 0;
  popular = 0;
  popularFirst = 0;
  descents = 0;
  #lastPort = 0;

  begin(actor: number): void {
    this.actor = actor;
    this.probes = 0;
    this.datagrams = 0;
    this.bare = 0;
    this.leastSourcePort = 65_535;
    this.mostSourcePort = 0;
    this.leastTargetPort = 65_535;
    this.mostTargetPort = 0;
    this.leastTtl = 255;
    this.mostTtl = 0;
    this.popular = 0;
    this.popularFirst = 0;
    this.descents = 0;
    this.#lastPort = 0;
  }

  take(batch: Batch, row: number): void {
    const known = batch.known[row]!;
    const sourcePort = batch.sourcePort[row]!;
    const port = batch.targetPort[row]!;
    const isTcp = batch.transport[row] === Transport.tcp;
    if (!isTcp) this.datagrams++;
    else if ((known & Known.options) !== 0 && batch.synOptions[row] === 0) this.bare++;
    this.leastSourcePort = Math.min(this.leastSourcePort, sourcePort);
    this.mostSourcePort = Math.max(this.mostSourcePort, sourcePort);
    this.leastTargetPort = Math.min(this.leastTargetPort, port);
    this.mostTargetPort = Math.max(this.mostTargetPort, port);
    if ((known & Known.ip) !== 0) this.#takeTtl(batch.ttl[row]!);
    if (isPopularPort(port)) this.#takePopular(port);
    this.probes++;
  }

  #takeTtl(ttl: number): void {
    this.leastTtl = Math.min(this.leastTtl, ttl);
    this.mostTtl = Math.max(this.mostTtl, ttl);
  }

  #takePopular(port: number): void {
    if (this.popular === this.probes) this.popularFirst++;
    if (port < this.#lastPort) this.descents++;
    this.#lastPort = port;
    this.popular++;
  }
}
