import type { BrotliDecompress, InflateRaw, ZstdDecompress } from "node:zlib";

/** A decompressor of node:zlib. */
export type Inflater = InflateRaw | ZstdDecompress | BrotliDecompress;

/**
 * Drives one decompressor by pulling, so that nothing decoded is lost when the data turns out to be cut short or damaged
 * (a stream that fails drops what it holds), memory stays at two output chunks however far the data expands, and the
 * place where one compressed member ends and the next begins is known.
 *
 * Use: `write` a chunk; call `next` until it says what else is needed: "more" (another chunk, or `finish`), "ended" (the
 * member is complete; `bytesLeft` tells how much of the last chunk did not belong to it), or "failed" (see `error`).
 */
export class InflateEngine {
  error: (Error & { code?: string }) | undefined;
  readonly #inflater: Inflater;
  readonly #ready: Uint8Array[] = [];
  #state: "idle" | "busy" | "ended" | "failed" = "idle";
  #bytesWritten = 0;
  #wake: (() => void) | undefined;

  constructor(inflater: Inflater) {
    this.#inflater = inflater;
    inflater.on("data", (chunk: Uint8Array) => {
      this.#ready.push(chunk);
      inflater.pause();
      this.#notify();
    });
    inflater.on("end", () => this.#become("ended"));
    inflater.on("error", (error) => {
      this.error = error;
      this.#become("failed");
    });
  }

  /** Bytes written that the member, once it ended, did not need: what follows it. */
  get bytesLeft(): number {
    return this.#bytesWritten - this.#inflater.bytesWritten;
  }

  /** Gives it more to decompress; `chunk` must stay as it is until `next` says "more" or "ended". */
  write(chunk: Uint8Array): void {
    this.#state = "busy";
    this.#bytesWritten += chunk.length;
    this.#inflater.write(chunk, (error) => {
      // A write that was not taken whole is called done, too: the member ended in it, and "end" will say so.
      const isTaken = this.#inflater.bytesWritten === this.#bytesWritten;
      if (!error && isTaken && this.#state === "busy") this.#become("idle");
    });
  }

  /** Tells it that there is no more: `next` then says "ended", or "failed" when the member is not complete. */
  finish(): void {
    this.#state = "busy";
    this.#inflater.end();
  }

  /** The next decompressed bytes, or what is needed to go on. */
  async next(): Promise<Uint8Array | "more" | "ended" | "failed"> {
    while (true) {
      const chunk = this.#ready.shift();
      if (chunk) return chunk;
      if (this.#state === "failed" || this.#state === "ended") return this.#state;
      if (this.#state === "idle" && this.#inflater.readableLength === 0) return "more";
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#inflater.resume();
      await woken;
    }
  }

  close(): void {
    this.#inflater.destroy();
  }

  #become(state: "idle" | "ended" | "failed"): void {
    this.#state = state;
    this.#notify();
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
