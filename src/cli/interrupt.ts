import { Exit } from "./exit.ts";
import { say } from "./streams.ts";

/** Whether and how the user asked to stop. */
export interface Interruption {
  /** Aborted by the first interrupt. */
  readonly signal: AbortSignal;
  /** The exit status that tells it, or undefined. */
  exit: number | undefined;
}

/**
 * Runs `work` so that one interrupt (Ctrl-C, SIGTERM) lets it finish its batch and tell what it has, and a second ends
 * the process at once.
 */
export async function withInterrupt<T>(work: (interruption: Interruption) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interruption: Interruption = { signal: controller.signal, exit: undefined };
  const stop = (exit: number) => () => {
    if (interruption.exit !== undefined) process.exit(exit);
    interruption.exit = exit;
    say("stopping; what was read so far is reported. A second interrupt ends at once.");
    controller.abort();
  };
  const onInterrupt = stop(Exit.interrupted);
  const onTerminate = stop(Exit.terminated);
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  try {
    return await work(interruption);
  } finally {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onTerminate);
  }
}
