import { spawn } from "node:child_process";
import type { Report } from "../../src/stories/report.ts";

/** The report of the real program on these inputs, as a user would run it, with nothing configured. */
export async function reportOf(inputs: readonly string[]): Promise<Report> {
  const child = spawn(process.execPath, ["src/cli/main.ts", "analyze", "--json", "-", ...inputs], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  const [out, problems, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  if (code !== 0)
    throw new Error(`vedette analyze ended with ${code}: ${problems.trim().split("\n").slice(-3).join(" ")}`);
  return JSON.parse(out) as Report;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
