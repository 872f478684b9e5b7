/** How many starts are remembered; a table of this size is 1.3 MB. */
const SLOTS = 1 << 18;

/** Who opened a connection, as its start said. */
export const Opener = { unknown: 0, first: 1, second: 2 } as const;
export type Opener = (typeof Opener)[keyof typeof Opener];

/**
 * Remembers which end opened each connection, by the device's connection number, for devices whose end-of-connection
 * message names two ends but not which of them came first. Devices number connections in sequence, so the table holds the
 * last `SLOTS` of them; an older one is forgotten, and the caller counts what it could not tell.
 */
export class ConnectionStarts {
  readonly #ids = new Float64Array(SLOTS);
  readonly #openers = new Uint8Array(SLOTS);

  opened(id: number, opener: Opener): void {
    const slot = id % SLOTS;
    this.#ids[slot] = id;
    this.#openers[slot] = opener;
  }

  /** Who opened connection `id`; forgets it, for numbers come round again. */
  close(id: number): Opener {
    const slot = id % SLOTS;
    if (this.#ids[slot] !== id) return Opener.unknown;
    const opener = this.#openers[slot] as Opener;
    this.#openers[slot] = Opener.unknown;
    return opener;
  }
}
