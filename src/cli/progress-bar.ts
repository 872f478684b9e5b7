import { formatProgress, formatSteps, type Progress } from "../presentation/progress.ts";

/** Redrawn at most ten times a second: more cannot be read, and each drawing costs a system call. */
const REDRAW_MS = 100;

/** A line on standard error that tells how far reading has come. Draws nothing where that is not a terminal. */
export class ProgressBar {
  readonly #stream = process.stderr;
  readonly #startedMs = performance.now();
  #drawnMs = 0;
  #isDrawn = false;

  show(progress: Omit<Progress, "elapsedMs">): void {
    this.#draw((width, elapsedMs) => formatProgress({ ...progress, elapsedMs }, width));
  }

  /** Of `total` services `done` were asked, and `now` is. */
  showSteps(done: number, total: number, now: string): void {
    this.#draw((width) => formatSteps(done, total, now, width));
  }

  #draw(format: (width: number, elapsedMs: number) => string): void {
    if (!this.#stream.isTTY) return;
    const nowMs = performance.now();
    if (nowMs - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = nowMs;
    this.#isDrawn = true;
    this.#stream.write(`\r${format((this.#stream.columns || 80) - 1, nowMs - this.#startedMs)}\x1b[K`);
  }

  /** Takes the line away; what is written next starts on a clean line. */
  clear(): void {
    if (this.#isDrawn) this.#stream.write("\r\x1b[K");
    this.#isDrawn = false;
  }
}
