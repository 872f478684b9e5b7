import { isSameSecret, newSecret } from "./secrets.ts";

const LIFE_MS = 12 * 3_600_000;
const IDLE_MS = 2 * 3_600_000;
const MOST = 1000;

export interface BrowserSession {
  readonly account: string;
  /** Hash of the account's password when it was opened: a new password ends old sessions. */
  readonly hash: string;
  readonly csrf: string;
  readonly openedMs: number;
  usedMs: number;
}

/**
 * Who is signed in. In memory, so that nothing at rest can be stolen; a restart signs everybody out. An id is only ever made
 * here, after a password was right: one that a browser brings along opens nothing (session fixation).
 */
export class Sessions {
  readonly #sessions = new Map<string, BrowserSession>();

  open(account: string, hash: string, nowMs: number): { readonly id: string; readonly session: BrowserSession } {
    const id = newSecret();
    const session = { account, hash, csrf: newSecret(), openedMs: nowMs, usedMs: nowMs };
    this.#sessions.set(id, session);
    if (this.#sessions.size > MOST) this.#sessions.delete(this.#sessions.keys().next().value!);
    return { id, session };
  }

  /** The session of an id, unless it is over. */
  find(id: string, nowMs: number): BrowserSession | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    if (nowMs - session.openedMs > LIFE_MS || nowMs - session.usedMs > IDLE_MS) {
      this.#sessions.delete(id);
      return undefined;
    }
    session.usedMs = nowMs;
    return session;
  }

  close(id: string): void {
    this.#sessions.delete(id);
  }
}

export function isCsrf(session: Pick<BrowserSession, "csrf">, sent: string | undefined): boolean {
  return sent !== undefined && isSameSecret(session.csrf, sent);
}
