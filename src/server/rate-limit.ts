/** A limit of so many requests a minute for each client, as a bucket of tokens that fills again. */
export class RateLimit {
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();
  readonly #perMinute: number;
  readonly #burst: number;
  readonly #most: number;

  /** @param most clients that are remembered; beyond it the one that was not seen for longest is forgotten */
  constructor(perMinute: number, burst: number, most = 10_000) {
    this.#perMinute = perMinute;
    this.#burst = burst;
    this.#most = most;
  }

  /** Takes one token of a client; 0, or after how many seconds it may ask again. */
  take(client: string, nowMs: number): number {
    const known = this.#buckets.get(client);
    const grown = known === undefined ? this.#burst : ((nowMs - known.atMs) / 60_000) * this.#perMinute + known.tokens;
    const tokens = Math.min(this.#burst, grown);
    const isAllowed = tokens >= 1;
    this.#buckets.delete(client);
    this.#buckets.set(client, { tokens: isAllowed ? tokens - 1 : tokens, atMs: nowMs });
    if (this.#buckets.size > this.#most) this.#buckets.delete(this.#buckets.keys().next().value!);
    return isAllowed ? 0 : Math.ceil(((1 - tokens) / this.#perMinute) * 60);
  }
}

/** What is limited together: an IPv4 address, or the 64 bits of an IPv6 network that one customer is given. */
export function clientOf(address: string): string {
  const plain = address.startsWith("::ffff:") ? address.slice(7) : address;
  return plain.includes(":") && plain !== "::1" ? plain.split(":").slice(0, 4).join(":") : plain;
}
