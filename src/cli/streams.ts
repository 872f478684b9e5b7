import { escapeText } from "../presentation/escape.ts";
import type { TerminalOptions } from "../presentation/layout.ts";
import { colourPaint, type Paint, plainPaint, wantsColour } from "../presentation/paint.ts";

/** Lays text out for standard output: its width where it is a terminal that knows it (some say 0), 80 columns elsewhere. */
export function terminalOptions(): TerminalOptions {
  return { width: process.stdout.columns || 80, paint: paintOf(process.stdout) };
}

function paintOf(stream: NodeJS.WriteStream): Paint {
  return wantsColour(stream.isTTY === true, process.env) ? colourPaint : plainPaint;
}

/** Writes to standard output. When the reader has left (`| head`) the rest is dropped and the command goes on quietly. */
export function writeOut(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error && !isReaderGone(error)) reject(error);
      else resolve();
    });
  });
}

/** One line on standard error. */
export function say(text: string): void {
  process.stderr.write(`vedette: ${escapeText(text)}\n`);
}

/** A broken pipe is how readers say that they have seen enough; it must not look like a crash. */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      if (!isReaderGone(error)) throw error;
    });
  }
}

function isReaderGone(error: Error & { code?: string }): boolean {
  return error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED";
}
