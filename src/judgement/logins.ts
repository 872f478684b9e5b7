import type { Service } from "./handover-parties.ts";

/** Services that people log in to from outside (IANA): SSH, telnet, FTP, SMB, RDP, VNC, WinRM, VPN (PPTP, OpenVPN, IKE, WireGuard), databases. */
const loginPorts = new Set([
  21, 22, 23, 445, 500, 1194, 1433, 1521, 1723, 3306, 3389, 4500, 5432, 5900, 5985, 5986, 6379, 51820,
]);
const MOST = 4096;

/** Somebody whom a server let in. */
export interface LetIn {
  readonly port: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** The estate's services that people log in to, as far as anybody was let through to them, and who was let in, as far as a log tells. */
export class Logins {
  readonly #byLow = new Map<number, Service>();
  readonly #letIn = new Map<number, LetIn>();

  /** Somebody who had not been there was let through to a service. */
  note(low: number, high: number, port: number): void {
    if (!loginPorts.has(port) || this.#byLow.size === MOST || this.#byLow.has(low >>> 0)) return;
    this.#byLow.set(low >>> 0, { low: low >>> 0, high: high >>> 0, port });
  }

  get all(): readonly Service[] {
    return [...this.#byLow.values()];
  }

  /** A server let an actor in. Whoever was let in longest ago is forgotten first. */
  sawLetIn(actor: number, port: number, atMs: number): void {
    const before = this.#letIn.get(actor);
    this.#letIn.delete(actor);
    if (this.#letIn.size >= MOST) this.#letIn.delete(this.#letIn.keys().next().value!);
    this.#letIn.set(actor, { port, firstMs: before?.firstMs ?? atMs, lastMs: atMs });
  }

  letIn(actor: number): LetIn | undefined {
    return this.#letIn.get(actor);
  }

  forget(actor: number): void {
    this.#letIn.delete(actor);
  }

  /** What a state file carries. */
  parts(): ArrayBufferView[] {
    return [
      Uint32Array.from(this.all.flatMap(({ low, high, port }) => [low, high, port])),
      Float64Array.from(
        [...this.#letIn].flatMap(([actor, { port, firstMs, lastMs }]) => [actor, port, firstMs, lastMs]),
      ),
    ];
  }

  /** Takes what `parts` gave in an earlier run; false when it does not fit. */
  restore([services, letIn]: readonly Uint8Array[]): boolean {
    if (services === undefined || services.length % 12 !== 0) return false;
    if (letIn === undefined || letIn.length % 32 !== 0) return false;
    const cells = new Int32Array(services.slice().buffer);
    for (let at = 0; at < cells.length; at += 3) this.note(cells[at]!, cells[at + 1]!, cells[at + 2]!);
    const facts = new Float64Array(letIn.slice().buffer);
    for (let at = 0; at < facts.length && this.#letIn.size < MOST; at += 4) {
      const [actor, port, firstMs, lastMs] = facts.subarray(at, at + 4) as unknown as [number, number, number, number];
      if (!(actor > 0 && port >= 0 && firstMs <= lastMs)) return false;
      this.#letIn.set(actor, { port, firstMs, lastMs });
    }
    return true;
  }
}
