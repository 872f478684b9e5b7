import type { Service } from "./handover-parties.ts";

/** Services that people log in to from outside (IANA): SSH, telnet, FTP, SMB, RDP, VNC, databases. */
const loginPorts = new Set([21, 22, 23, 445, 1433, 1521, 3306, 3389, 5432, 5900, 6379]);
const MOST = 4096;

/** The estate's services that people log in to, as far as anybody was let through to them. */
export class Logins {
  readonly #byLow = new Map<number, Service>();

  /** Somebody who had not been there was let through to a service. */
  note(low: number, high: number, port: number): void {
    if (loginPorts.has(port) && this.#byLow.size < MOST && !this.#byLow.has(low))
      this.#byLow.set(low, { low, high, port });
  }

  get all(): readonly Service[] {
    return [...this.#byLow.values()];
  }

  /** What a state file carries. */
  parts(): Uint32Array[] {
    return [Uint32Array.from(this.all.flatMap(({ low, high, port }) => [low, high, port]))];
  }

  /** Takes what `parts` gave in an earlier run; false when it does not fit. */
  restore([bytes]: readonly Uint8Array[]): boolean {
    if (bytes === undefined || bytes.length % 12 !== 0) return false;
    const cells = new Int32Array(bytes.slice().buffer);
    for (let at = 0; at < cells.length; at += 3) this.note(cells[at]!, cells[at + 1]!, cells[at + 2]!);
    return true;
  }
}
