import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Ended {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const main = new URL("../../src/cli/main.ts", import.meta.url).pathname;

/** Runs the real command line as a child process until its end. */
export function vedette(
  args: readonly string[],
  options: { stdin?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], { env: { ...cleanEnvironment, ...options.env } });
  child.stdin.on("error", () => {});
  child.stdin.end(options.stdin ?? "");
  const read = async (stream: NodeJS.ReadableStream) => {
    let text = "";
    for await (const chunk of stream.setEncoding("utf8")) text += chunk;
    return text;
  };
  return new Promise((resolve, reject) => {
    const outputs = Promise.all([read(child.stdout), read(child.stderr)]);
    child.on("error", reject);
    child.on("close", async (exit) => {
      const [stdout, stderr] = await outputs;
      resolve({ exit, stdout, stderr });
    });
  });
}

const { NO_COLOR: _, FORCE_COLOR: __, SOURCE_DATE_EPOCH: ___, ...rest } = process.env;
export const cleanEnvironment: NodeJS.ProcessEnv = {
  ...rest,
  SOURCE_DATE_EPOCH: "1773532800",
  // What the machine's user imported must not change a test.
  VEDETTE_KNOWLEDGE: "/nonexistent",
  // Compiled once for all the children: a run takes 0.3 s instead of 0.8 s.
  NODE_COMPILE_CACHE: new URL("../../node_modules/.cache/vedette-tests", import.meta.url).pathname,
};
export const cliPath = main;

/** A folder that `remove` takes away with all in it. */
export function temporaryFolder(): {
  path: string;
  write(name: string, content: string | Uint8Array): string;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), "vedette-cli-"));
  return {
    path,
    write(name, content) {
      writeFileSync(join(path, name), content);
      return join(path, name);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function line(address: string, second: number, path: string, status: number, agent: string): string {
  const clock = `${String(8 + Math.floor(second / 3600)).padStart(2, "0")}:${String(Math.floor(second / 60) % 60).padStart(2, "0")}:${String(second % 60).padStart(2, "0")}`;
  return `${address} - - [14/Mar/2026:${clock} +0000] "GET ${path} HTTP/1.1" ${status} 512 "-" "${agent}"\n`;
}

/** Ordinary reading of three pages by forty visitors. */
export function visitorLines(): string {
  const pages = ["/", "/about", "/news"];
  const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  return Array.from({ length: 120 }, (_, i) => line(`192.0.2.${1 + (i % 40)}`, i * 5, pages[i % 3]!, 200, agent)).join(
    "",
  );
}

/** A scan of 203.0.113.7 that is given /.env, with strings that a terminal or page would obey. */
export function scannerLines(): string {
  const agent = "Nikto/2.5 \\x1b[31m\u202e<script>alert(1)</script>";
  const paths = [
    "/.git/config",
    "/wp-login.php",
    "/phpmyadmin/",
    "/cgi-bin/test.cgi",
    "/%1b[2J<img/src=x>\u202e\u009b31m",
    "/server-status",
  ];
  return (
    line("203.0.113.7", 700, "/.env", 200, agent) +
    paths.map((path, i) => line("203.0.113.7", 701 + i, path, 404, agent)).join("")
  );
}
