/** What an array of its own takes beside its bytes, in V8: small pieces cost more than they hold. */
export const ARRAY_BYTES = 256;

/** The one ceiling of what is put together, in bytes: whoever wants to hold some asks first. */
export class Budget {
  readonly #ceiling: number;
  /** From here on somebody is to be ended, so that what is at hand finds room. */
  readonly #scarce: number;
  #held = 0;

  constructor(ceiling: number) {
    this.#ceiling = ceiling;
    this.#scarce = ceiling - (ceiling >>> 3);
  }

  get held(): number {
    return this.#held;
  }

  get isScarce(): boolean {
    return this.#held > this.#scarce;
  }

  /** @returns whether there was room for `bytes` more, which are held then; what is given back is negative. */
  take(bytes: number): boolean {
    if (bytes > 0 && this.#held + bytes > this.#ceiling) return false;
    this.#held += bytes;
    return true;
  }
}
