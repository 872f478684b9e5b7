import type { Store } from "../stores/store.ts";

const POLL_MS = 500;
const BEAT_MS = 20_000;
const MOST_CHANGES = 500;
const MOST_STREAMS = 100;
/** What a reader that does not read may leave lying here. */
const MOST_WAITING_BYTES = 256 * 1024;

interface Stream {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  readonly isAllowed: () => Promise<boolean>;
}

/**
 * Changes of the store as server-sent events (WHATWG HTML, 9.2), also those that other processes make: the store is asked for its
 * revision twice a second while anybody listens. A reader that does not keep up is dropped; it comes back with `Last-Event-ID`.
 */
export class Live {
  readonly #store: Store;
  readonly #streams = new Set<Stream>();
  readonly #encoder = new TextEncoder();
  #revision = 0;
  #timers: NodeJS.Timeout[] = [];
  #asking: Promise<void> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  get streams(): number {
    return this.#streams.size;
  }

  /** Events from the revision that the reader had last, or from now on; undefined when too many listen already. */
  async open(
    lastEventId: string | undefined,
    isAllowed: () => Promise<boolean>,
  ): Promise<ReadableStream<Uint8Array> | undefined> {
    if (this.#streams.size >= MOST_STREAMS) return undefined;
    await this.#ask();
    const from = lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : this.#revision;
    const missed = await this.#textAfter(from);
    let stream: Stream;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          stream = { controller, isAllowed };
          this.#streams.add(stream);
          if (this.#streams.size === 1) this.#start();
          this.#send(stream, `retry: 2000\n\n${missed}`);
        },
        cancel: () => this.#drop(stream),
      },
      { highWaterMark: MOST_WAITING_BYTES, size: (chunk) => chunk!.byteLength },
    );
  }

  close(): void {
    for (const stream of this.#streams) this.#end(stream);
  }

  #start(): void {
    this.#timers = [setInterval(() => void this.#poll(), POLL_MS), setInterval(() => void this.#beat(), BEAT_MS)];
  }

  /** When the store fails the readers are let go; they come back by themselves, and are told what they missed. */
  async #poll(): Promise<void> {
    try {
      await this.#ask();
    } catch (error) {
      console.error(error);
      this.close();
    }
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#tellNew().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #tellNew(): Promise<void> {
    const revision = await this.#store.revision();
    if (revision === this.#revision) return;
    const from = this.#revision;
    this.#revision = revision;
    if (this.#streams.size === 0) return;
    const text = await this.#textAfter(from);
    for (const stream of this.#streams) this.#send(stream, text);
  }

  async #textAfter(from: number): Promise<string> {
    if (from >= this.#revision) return "";
    const { changes, isWhole } = await this.#store.changesAfter(from, MOST_CHANGES + 1);
    if (!isWhole || changes.length > MOST_CHANGES) return `id: ${this.#revision}\nevent: reset\ndata: {}\n\n`;
    const known = changes.filter(({ revision }) => revision <= this.#revision);
    return known.map((change) => `id: ${change.revision}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`).join("");
  }

  async #beat(): Promise<void> {
    for (const stream of this.#streams) {
      if (await stream.isAllowed().catch(() => false)) this.#send(stream, ": beat\n\n");
      else this.#end(stream);
    }
  }

  #send(stream: Stream, text: string): void {
    if (text === "" || !this.#streams.has(stream)) return;
    if ((stream.controller.desiredSize ?? 0) <= 0) this.#end(stream);
    else stream.controller.enqueue(this.#encoder.encode(text));
  }

  #end(stream: Stream): void {
    this.#drop(stream);
    stream.controller.close();
  }

  #drop(stream: Stream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }
}
