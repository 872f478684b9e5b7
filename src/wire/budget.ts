/** Memory that many share, in bytes: whoever wants to hold some asks first. */
export class Budget {
  readonly #ceiling: number;
  #held = 0;

  constructor(ceiling: number) {
    this.#ceiling = ceiling;
  }

  get held(): number {
    return this.#held;
  }

  /** @returns whether there was room for `bytes` more, which are held then; what is given back is negative. */
  take(bytes: number): boolean {
    if (bytes > 0 && this.#held + bytes > this.#ceiling) return false;
    this.#held += bytes;
    return true;
  }
}
