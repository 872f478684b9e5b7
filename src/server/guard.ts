import type { Role } from "../stores/records.ts";
import type { Store } from "../stores/store.ts";
import { isSameSecret, newSecret, verifySecret } from "./secrets.ts";
import { type BrowserSession, Sessions } from "./sessions.ts";

/** Who asks, and by what right. */
export interface Visitor {
  readonly name: string;
  readonly role: Role;
  readonly via: "loopback" | "session" | "token";
  /** What a request that changes something must bear; tokens need none, since no browser sends them by itself. */
  readonly csrf: string | null;
}

const COOKIE = "__Host-vedette";
const MOST_TOKENS = 1000;

/** Decides who somebody is. Without accounts the server listens on loopback only, and whoever reaches it may do all. */
export class Guard {
  readonly sessions = new Sessions();
  readonly #store: Store;
  readonly #isLoopback: boolean;
  /** Of requests without accounts; it changes with each start. */
  readonly #csrf = newSecret();
  /** Tokens that were found right, by account: scrypt is too dear for each request. */
  readonly #tokens = new Map<string, { readonly secret: string; readonly hash: string }>();

  constructor(store: Store, isLoopback: boolean) {
    this.#store = store;
    this.#isLoopback = isLoopback;
  }

  /** Elsewhere than on loopback always, also when the last account is removed while the server runs. */
  async needsSignIn(): Promise<boolean> {
    return !this.#isLoopback || (await this.#store.accounts()).length > 0;
  }

  /**
   * The visitor of a request by its headers, or undefined for a stranger.
   * @param onGuess is called before a token that was not yet found right is looked into, which is dear; it may throw
   */
  async visitorOf(headers: Headers, nowMs: number, onGuess: () => void): Promise<Visitor | undefined> {
    const bearer = /^Bearer ([\w.~-]{1,200})$/.exec(headers.get("authorization") ?? "")?.[1];
    if (!(await this.needsSignIn())) {
      return isLocalHost(headers) ? { name: "local", role: "admin", via: "loopback", csrf: this.#csrf } : undefined;
    }
    if (bearer !== undefined) return this.#byToken(bearer, onGuess);
    const session = this.sessionOf(headers, nowMs);
    const account = session && (await this.#store.account(session.account));
    if (account === undefined || account.hash !== session!.hash) return undefined;
    return { name: account.name, role: account.role, via: "session", csrf: session!.csrf };
  }

  sessionOf(headers: Headers, nowMs: number): BrowserSession | undefined {
    const id = sessionIdOf(headers);
    return id === undefined ? undefined : this.sessions.find(id, nowMs);
  }

  /** A new session for whoever knows the password; the one the browser had before ends. */
  async signIn(
    name: string,
    password: string,
    headers: Headers,
    nowMs: number,
  ): Promise<{ visitor: Visitor; cookie: string } | undefined> {
    const account = await this.#store.account(name);
    const isRight = await verifySecret(password, account?.kind === "password" ? account.hash : undefined);
    if (!isRight || account === undefined) return undefined;
    const before = sessionIdOf(headers);
    if (before !== undefined) this.sessions.close(before);
    const { id, session } = this.sessions.open(name, account.hash, nowMs);
    return { visitor: { name, role: account.role, via: "session", csrf: session.csrf }, cookie: cookieOf(id, 43_200) };
  }

  /** Ends the session and gives the cookie that makes the browser forget it. */
  signOut(headers: Headers): string {
    const id = sessionIdOf(headers);
    if (id !== undefined) this.sessions.close(id);
    return cookieOf("", 0);
  }

  /** A token is `NAME.SECRET`. */
  async #byToken(token: string, onGuess: () => void): Promise<Visitor | undefined> {
    const dot = token.lastIndexOf(".");
    const [name, secret] = [token.slice(0, dot), token.slice(dot + 1)];
    const account = await this.#store.account(name);
    const known = this.#tokens.get(name);
    const isKnown = known !== undefined && known.hash === account?.hash && isSameSecret(known.secret, secret);
    if (!isKnown) {
      onGuess();
      if (account?.kind !== "token" || !(await verifySecret(secret, account.hash))) return undefined;
      if (this.#tokens.size >= MOST_TOKENS) this.#tokens.clear();
      this.#tokens.set(name, { secret, hash: account.hash });
    }
    return account && { name, role: account.role, via: "token", csrf: null };
  }
}

/** `__Host-` (RFC 6265bis, 4.1.3.2): only over TLS or loopback, only this host, so that no neighbour can set it. */
function cookieOf(id: string, seconds: number): string {
  return `${COOKIE}=${id}; Path=/; Max-Age=${seconds}; HttpOnly; Secure; SameSite=Strict`;
}

function sessionIdOf(headers: Headers): string | undefined {
  return new RegExp(`(?:^|; )${COOKIE}=([\\w-]{43})(?:;|$)`).exec(headers.get("cookie") ?? "")?.[1];
}

/** A name that somebody else's DNS leads to 127.0.0.1 is not ours (DNS rebinding). */
function isLocalHost(headers: Headers): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(headers.get("host") ?? "");
}

/** Whether a browser says that another site made it ask (Fetch Metadata; the Origin header for those without). */
export function isForeign(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return true;
  const origin = headers.get("origin");
  if (origin === null) return false;
  return !URL.canParse(origin) || new URL(origin).host !== headers.get("host");
}
