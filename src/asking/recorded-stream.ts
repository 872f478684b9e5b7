import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Recorder } from "./recording.ts";

/** A socket of which everything that passes is recorded. It ends where the recorder is full. */
export class RecordedStream extends Duplex {
  readonly #socket: Socket;
  readonly #recorder: Recorder;

  constructor(socket: Socket, recorder: Recorder) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#recorder = recorder;
    socket.on("data", (bytes) => this.#take(bytes));
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
  }

  #take(bytes: Buffer): void {
    const taken = this.#recorder.heard(bytes);
    const hasRoom = this.push(taken);
    if (this.#recorder.isFull) this.push(null);
    if (!hasRoom || this.#recorder.isFull) this.#socket.pause();
  }

  override _read(): void {
    if (!this.#recorder.isFull) this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#recorder.said(Uint8Array.from(bytes));
    this.#socket.write(bytes, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
