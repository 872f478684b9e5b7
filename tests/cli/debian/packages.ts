import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Fetching and unpacking together; some 35 MB when none of the servers is installed. */
const TIME_BOUND_MS = 180_000;

/** Where packages are unpacked: kept between runs, and no part of the system. */
export const unpacked = new URL("../../../node_modules/.cache/vedette-servers", import.meta.url).pathname;

/** Whether a program is installed, or lies unpacked; its path may hold a `*`. */
export function hasProgram(path: string): boolean {
  return globSync([path, join(unpacked, path)]).length > 0;
}

/**
 * Fetches Debian's packages and all they need, and unpacks them beside the system: nothing is installed, no user is made and
 * no service started. Each is worked out by itself, since some exclude each other. Without apt, or when fetching fails, nothing changes.
 */
export function fetchPackages(names: readonly string[]): void {
  if (names.length === 0 || !existsSync("/usr/bin/apt-get")) return;
  const endMs = Date.now() + TIME_BOUND_MS;
  const run = (command: string, args: readonly string[], cwd = "/") =>
    spawnSync(command, args, { cwd, encoding: "utf8", timeout: Math.max(1, endMs - Date.now()) });
  const plan = () =>
    new Set(
      names.flatMap((name) => needed(run("apt-get", ["install", "-s", "-q", "--no-install-recommends", name]).stdout)),
    );
  let packages = plan();
  if (packages.size === 0 && process.getuid!() === 0) {
    run("apt-get", ["update", "-q"]);
    packages = plan();
  }
  // Without a network this has to fail soon.
  const patience = ["-o", "Acquire::http::Timeout=15", "-o", "Acquire::https::Timeout=15", "-o", "Acquire::Retries=0"];
  const archives = join(unpacked, "archives");
  mkdirSync(archives, { recursive: true });
  if (run("apt-get", ["download", "-q", ...patience, ...packages], archives).status !== 0) return;
  for (const archive of readdirSync(archives)) run("dpkg-deb", ["-x", join(archives, archive), unpacked]);
}

/** Names in apt's simulation: `Inst vsftpd (3.0.3-13+b2 Debian:12/stable [amd64])`. */
function needed(simulation: string): string[] {
  return [...simulation.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name!);
}
