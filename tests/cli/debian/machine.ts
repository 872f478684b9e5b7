import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { unpacked } from "./packages.ts";

const run = promisify(execFile);

/** What the machine makes of itself: own loopback addresses, `/usr` and `/etc` with the unpacked packages, an empty `/run`. */
const setUp = `
set -e
ip link set lo up
for address in $ADDRESSES; do ip addr add "$address"/32 dev lo; done
mount -t tmpfs tmpfs "$FOLDER"
mkdir "$FOLDER/upper" "$FOLDER/work"
for part in usr etc; do
  below="/$part"
  if [ -d "$UNPACKED/$part" ]; then below="$UNPACKED/$part:$below"; fi
  if [ $part = etc ]; then
    mount -t overlay overlay -o "lowerdir=$below,upperdir=$FOLDER/upper,workdir=$FOLDER/work" /etc
  elif [ -d "$UNPACKED/usr" ]; then
    mount -t overlay overlay -o "lowerdir=$below" /usr
  fi
done
mount -t tmpfs tmpfs /run
mkdir /run/sshd
grep -q ^sshd: /etc/passwd || echo 'sshd:x:974:65534::/run/sshd:/usr/sbin/nologin' >> /etc/passwd
grep -q ^Debian-exim: /etc/passwd || echo 'Debian-exim:x:973:973::/var/spool/exim4:/usr/sbin/nologin' >> /etc/passwd
grep -q ^Debian-exim: /etc/group || echo 'Debian-exim:x:973:' >> /etc/group
ldconfig 2>/dev/null || true
echo ready
exec cat
`;

function hex(numbers: readonly number[], digits: number): string {
  return numbers.map((each) => each.toString(16).toUpperCase().padStart(digits, "0")).join("");
}

/** Whether a machine can be made here: as root, with the kernel's permission for namespaces and overlays. */
export function whyNoMachine(): string | undefined {
  if (process.platform !== "linux" || process.getuid!() !== 0) return "needs root on Linux";
  const tried = spawnSync("unshare", ["--net", "--mount", "--pid", "--fork", "ip", "link", "set", "lo", "up"]);
  return tried.status === 0 ? undefined : "needs ip, unshare and the right to make namespaces";
}

/**
 * A machine of its own for servers: namespaces for network, mounts and processes. Whatever runs in it ends with it, and what
 * it writes outside `folder` is in its memory only. Its first process reads what this one writes, so it ends with this one, too, however that ends.
 */
export class Machine {
  /** A folder that machine and test share. */
  readonly folder = mkdtempSync(join(tmpdir(), "vedette-machine-"));
  readonly #pid: number;
  readonly #keeper: ReturnType<typeof spawn>;

  private constructor(keeper: ReturnType<typeof spawn>) {
    this.#keeper = keeper;
    this.#pid = Number(readFileSync(`/proc/${keeper.pid}/task/${keeper.pid}/children`, "utf8").trim());
  }

  /** @throws when the kernel refuses */
  static async make(addresses: readonly string[]): Promise<Machine> {
    const own = mkdtempSync(join(tmpdir(), "vedette-mounts-"));
    const env = { ...process.env, ADDRESSES: addresses.join(" "), FOLDER: own, UNPACKED: unpacked };
    const namespaces = ["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child=KILL"];
    const keeper = spawn("unshare", [...namespaces, "sh", "-c", setUp], { env });
    const [said] = await Promise.race([once(keeper.stdout!, "data"), once(keeper, "close")]);
    if (!String(said).startsWith("ready")) throw new Error(`no machine: ${said} ${keeper.stderr!.read() ?? ""}`);
    rmSync(own, { recursive: true, force: true });
    return new Machine(keeper);
  }

  /** Runs a command in the machine to its end; rejects when it fails. */
  run(
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = process.env,
  ): Promise<{ stdout: string; stderr: string }> {
    return run("nsenter", [...this.#enter, command, ...args], { env, timeout: 60_000 });
  }

  /** Starts a server, in a process group of its own since some signal theirs; it ends with `stopServers`, or with the machine. */
  start(command: string, args: readonly string[]): void {
    spawn("nsenter", [...this.#enter, command, ...args], { stdio: "ignore", detached: true });
  }

  /** Whether somebody listens on a port, at `address` or every or the loopback one (proc_pid_net(5), `tcp` and `udp`). */
  listens(transport: "tcp" | "udp", port: number, address: string): boolean {
    const places = ["0.0.0.0", "127.0.0.1", address].map(
      (each) => `${hex(each.split(".").reverse().map(Number), 2)}:${hex([port], 4)}`,
    );
    const state = transport === "tcp" ? "0A" : "07";
    const sockets = readFileSync(`/proc/${this.#pid}/net/${transport}`, "utf8").split("\n");
    return sockets.some((line) => {
      const [, local, , is] = line.trim().split(/\s+/);
      return places.includes(local!) && is === state;
    });
  }

  /** Asks everything that was started to end; signal 15 to -1 reaches all processes of the machine but its first. */
  async stopServers(): Promise<void> {
    await this.run("sh", ["-c", "kill -TERM -1"]);
  }

  /** Ends every process of the machine. */
  async end(): Promise<void> {
    const closed = once(this.#keeper, "close");
    this.#keeper.stdin!.end();
    await closed;
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #enter(): string[] {
    return ["-t", String(this.#pid), "-n", "-m", "-p", "--"];
  }
}
