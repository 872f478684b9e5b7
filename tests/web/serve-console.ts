import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { cleanEnvironment, cliPath } from "../cli/run-cli.ts";

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** A real `vedette serve` on a free port, as a process of its own. */
export async function serveConsole(store: string): Promise<Served> {
  const child = spawn(process.execPath, [cliPath, "serve", "--store", store, "--listen", "127.0.0.1:0"], {
    env: cleanEnvironment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return {
    url: line.replace("serving ", ""),
    close: async () => {
      const gone = once(child, "exit");
      child.kill();
      await gone;
    },
  };
}
