import { spawn } from "node:child_process";
import { UserProblem } from "./problem.ts";

/** Compressions that Node has no reader for: the system's own tool does it, and stays a process of its own. */
export type ToolCompression = "xz" | "bzip2" | "lz4";

/**
 * Decompresses through `xz -dc`, `bzip2 -dc` or `lz4 -dc`. What could be decompressed is handed out before it throws.
 * @throws UserProblem `decompressor-missing` or `compressed-broken`
 */
export async function* decompressByTool(
  name: string,
  stored: AsyncIterable<Uint8Array>,
  tool: ToolCompression,
): AsyncGenerator<Uint8Array, void, void> {
  const child = spawn(tool, ["-dc"], { stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise<number | Error>((resolve) => {
    child.once("error", resolve);
    child.once("close", (code) => resolve(code ?? 1));
  });
  // It ends before all is written when the data is damaged, or when nobody wants the rest; its status tells.
  child.stdin.on("error", () => {});
  const fed = feed(child.stdin, stored).finally(() => child.stdin.end());
  fed.catch(() => {});
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array;
    await fed;
    const status = await ended;
    if (status === 0) return;
    throw status instanceof Error
      ? new UserProblem("decompressor-missing", `'${name}' is ${tool} data, and '${tool}' cannot be run here`)
      : new UserProblem("compressed-broken", `'${name}': compressed data is damaged or ends early: ${tool} says so`);
  } finally {
    child.kill();
  }
}

async function feed(
  input: NodeJS.WritableStream & { readonly destroyed?: boolean },
  stored: AsyncIterable<Uint8Array>,
) {
  for await (const chunk of stored) {
    // The chunk is overwritten when the next one is asked for, so it has to be gone by then.
    const error = await new Promise<unknown>((resolve) => input.write(chunk, (problem) => resolve(problem)));
    if (error || input.destroyed) return;
  }
}
