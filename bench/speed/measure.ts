import { spawn, spawnSync } from "node:child_process";

/** What one run of a program took. */
export interface Usage {
  readonly wallSeconds: number;
  /** User and system time of all its threads. */
  readonly cpuSeconds: number;
}

export interface ProgramUsage extends Usage {
  /** Peak resident memory of the process. */
  readonly peakBytes: number;
}

/** Runs Node on `args` to its end. What it prints is dropped; it must succeed. */
export async function runNode(args: readonly string[]): Promise<ProgramUsage> {
  const preload = new URL("./report-usage.ts", import.meta.url).href;
  const beganMs = performance.now();
  const child = spawn(process.execPath, ["--import", preload, ...args], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  const [problems, usage, code] = await Promise.all([
    textOf(child.stderr!),
    textOf(child.stdio[3] as NodeJS.ReadableStream),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  const wallSeconds = (performance.now() - beganMs) / 1000;
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${problems.trim()}`);
  return { wallSeconds, ...(JSON.parse(usage) as { cpuSeconds: number; peakBytes: number }) };
}

/** Runs a shell command that reads `$1`, and takes its time from the shell's own `times`. */
export function runShell(command: string, file: string): Usage {
  const beganMs = performance.now();
  const { stdout, status } = spawnSync("bash", ["-c", `${command}; times`, "bash", file], { encoding: "utf8" });
  const wallSeconds = (performance.now() - beganMs) / 1000;
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
  const children = stdout.trim().split("\n").at(-1)!;
  const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
    0,
  );
  return { wallSeconds, cpuSeconds };
}

/** The middle value; of an even number, the lower middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
