import { type Context, Hono } from "hono";
import type { z } from "zod";
import { escapeText, mapTexts } from "../presentation/escape.ts";
import { BadCursor, type Limits, type Store } from "../stores/store.ts";
import { type Answer, type Route, type RouteName, routes, type Session } from "./api.ts";
import { checkLength, jsonOfBody, textOfBody } from "./body.ts";
import { Guard, isForeign, type Visitor } from "./guard.ts";
import { type Asking, handlers, type StoreRoute } from "./handlers.ts";
import { Live } from "./live.ts";
import { Metrics } from "./metrics.ts";
import { clientOf, RateLimit } from "./rate-limit.ts";
import { Refusal } from "./refusal.ts";
import { isCsrf } from "./sessions.ts";
import { renderSignIn, SIGN_IN_POLICY } from "./sign-in-page.ts";
import type { WebFile } from "./web-files.ts";

export interface ServerOptions {
  readonly store: Store;
  /** How much is kept; the console shows it. */
  readonly limits: Limits;
  /** Whether only this machine can reach the server; anywhere else nobody is let in without signing in. */
  readonly isLoopback: boolean;
  readonly isEncrypted: boolean;
  readonly webFiles: ReadonlyMap<string, WebFile>;
  /** Address of the client of a request. */
  readonly addressOf: (context: Context) => string;
  readonly nowMs: () => number;
}

const CONSOLE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/** Requests a minute of one client, and how many at once; a console that opens loads a dozen. */
const REQUESTS = { perMinute: 1200, burst: 300 };
/** Attempts to sign in. */
const ATTEMPTS = { perMinute: 5, burst: 5 };
const ALL_ATTEMPTS = { perMinute: 60, burst: 60 };

/** What the first step finds out for those after it: who asks, unless anybody may. */
type Env = { Variables: { visitor: Visitor } };
type Asked = Context<Env>;

/**
 * The API, the console's files and who may ask for them. A stranger may ask whether the server is there, and try to sign in; whatever
 * else is asked, whether it exists or not, is answered with 401.
 */
export class Server {
  readonly app = new Hono<Env>();
  readonly live: Live;
  readonly #guard: Guard;
  readonly #metrics = new Metrics();
  readonly #options: ServerOptions;
  readonly #requests = new RateLimit(REQUESTS.perMinute, REQUESTS.burst);
  readonly #attempts = new RateLimit(ATTEMPTS.perMinute, ATTEMPTS.burst);
  readonly #allAttempts = new RateLimit(ALL_ATTEMPTS.perMinute, ALL_ATTEMPTS.burst);

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#guard = new Guard(options.store, options.isLoopback);
    this.live = new Live(options.store);
    this.#addCommon();
    for (const name of Object.keys(routes) as RouteName[]) this.#addRoute(name);
    this.app.post("/", (context) => this.#signInByForm(context));
    this.app.get("*", (context) => this.#file(context));
    this.app.notFound((context) => refuse(context, new Refusal(404, "not-found", "there is nothing at this path")));
    this.app.onError((error, context) => {
      if (error instanceof Refusal) return refuse(context, error);
      if (error instanceof BadCursor) return refuse(context, new Refusal(400, "query-invalid", error.message));
      console.error(error);
      return refuse(context, new Refusal(500, "failed", "the server failed; its log says more"));
    });
  }

  #addCommon(): void {
    this.app.use(async (context, next) => {
      const begun = performance.now();
      const wait = this.#requests.take(this.#client(context), this.#options.nowMs());
      if (wait > 0) context.res = this.#tooMany(context, wait);
      else await next();
      setHeaders(context, this.#options.isEncrypted);
      this.#metrics.count(nameOf(context), context.res.status, (performance.now() - begun) / 1000);
    });
    this.app.use(async (context, next) => {
      if (isOpen(context) || (await this.#recognise(context))) {
        checkLength(context);
        await next();
      } else context.res = await this.#meet(context);
    });
  }

  /** Finds out who asks; false for a stranger. */
  async #recognise(context: Asked): Promise<boolean> {
    const { headers } = context.req.raw;
    const visitor = await this.#guard.visitorOf(headers, this.#options.nowMs(), () => this.#countAttempt(context));
    if (visitor !== undefined) context.set("visitor", visitor);
    return visitor !== undefined;
  }

  /** All that a stranger is answered. People find the form to sign in where the console would be. */
  async #meet(context: Asked): Promise<Response> {
    const isForm = context.req.method === "GET" && context.req.path === "/" && (await this.#guard.needsSignIn());
    return isForm ? signInPage(context, false) : refuse(context, new Refusal(401, "sign-in-required", "sign in first"));
  }

  #addRoute(name: RouteName): void {
    const route: Route = routes[name];
    this.app.on(route.method.toUpperCase(), route.path, (context) => {
      if (route.access !== "open") checkRight(context, route);
      switch (name) {
        case "signIn":
          return this.#signIn(context);
        case "session":
          return this.#session(context, context.get("visitor"));
        case "signOut":
          return this.#signOut(context);
        case "events":
          return this.#events(context);
        case "metrics":
          return this.#formatMetrics(context);
        default:
          return this.#ask(context, name, route);
      }
    });
  }

  async #ask<Name extends StoreRoute>(context: Asked, name: Name, route: Route): Promise<Response> {
    const { store, nowMs, limits } = this.#options;
    const query = route.query && parse(route.query, context.req.query(), "query-invalid");
    const body = route.body && parse(route.body, await jsonOfBody(context), "body-invalid");
    const key = Object.values(context.req.param() as Record<string, string>)[0] ?? "";
    const act = { by: context.get("visitor")?.name ?? "", atMs: nowMs() };
    const asking = { store, query, body, key, act, limits } as unknown as Asking<Name>;
    const result = await handlers[name](asking);
    if (route.method !== "get") await this.#audit(context, act.by, route.summary, key);
    if (route.produces === undefined) return answer(context, result);
    return context.body(streamOf(result as AsyncIterable<string>), 200, {
      "content-type": `${route.produces}; charset=utf-8`,
      "content-disposition": `attachment; filename="${route.path.slice(route.path.lastIndexOf("/") + 1)}"`,
    });
  }

  async #session(context: Asked, { name, role, csrf }: Visitor): Promise<Response> {
    return answer(context, { signInRequired: await this.#guard.needsSignIn(), name, role, csrf } satisfies Session);
  }

  async #formatMetrics(context: Asked): Promise<Response> {
    return context.text(await this.#metrics.format(this.#options.store, this.live.streams));
  }

  async #signIn(context: Asked): Promise<Response> {
    checkOrigin(context);
    const { name, password } = parse(routes.signIn.body, await jsonOfBody(context), "body-invalid");
    const signed = await this.#tryPassword(context, name, password);
    if (signed === undefined) throw new Refusal(401, "sign-in-failed", "the name or the password is wrong");
    context.header("set-cookie", signed.cookie);
    return this.#session(context, signed.visitor);
  }

  /** Answers the form, and leads back to the page that was asked for: browsers keep what stands behind its `#`. */
  async #signInByForm(context: Asked): Promise<Response> {
    checkOrigin(context);
    const form = new URLSearchParams(await textOfBody(context));
    const sent = routes.signIn.body.safeParse(Object.fromEntries(form));
    const signed = sent.success && (await this.#tryPassword(context, sent.data.name, sent.data.password));
    if (!signed) return signInPage(context, true);
    context.header("set-cookie", signed.cookie);
    return context.redirect("/", 303);
  }

  async #tryPassword(context: Asked, name: string, password: string) {
    this.#countAttempt(context);
    const signed = await this.#guard.signIn(name, password, context.req.raw.headers, this.#options.nowMs());
    if (signed === undefined) this.#metrics.signInsFailed++;
    await this.#audit(context, name.slice(0, 100), signed === undefined ? "Failed to sign in" : "Signed in", "");
    return signed;
  }

  /** Refuses who tried too often, before any costly hash. */
  #countAttempt(context: Asked): void {
    const wait =
      this.#attempts.take(this.#client(context), this.#options.nowMs()) ||
      this.#allAttempts.take("", this.#options.nowMs());
    if (wait === 0) return;
    context.header("retry-after", String(wait));
    this.#metrics.limited++;
    throw new Refusal(429, "too-many", "too many attempts; wait a moment");
  }

  async #signOut(context: Asked): Promise<Response> {
    context.header("set-cookie", this.#guard.signOut(context.req.raw.headers));
    await this.#audit(context, context.get("visitor").name, "Signed out", "");
    return answer(context, { done: true } satisfies Answer<"signOut">);
  }

  async #events(context: Asked) {
    const headers = new Headers(context.req.raw.headers);
    const isAllowed = async () => {
      const visitor = await this.#guard.visitorOf(headers, this.#options.nowMs(), () => {});
      return visitor !== undefined;
    };
    const stream = await this.live.open(context.req.header("last-event-id"), isAllowed);
    if (stream === undefined) throw new Refusal(503, "too-many", "too many read the events already");
    return context.body(stream, 200, { "content-type": "text/event-stream", "x-accel-buffering": "no" });
  }

  #file(context: Asked): Response {
    const path = context.req.path;
    const file = this.#options.webFiles.get(path === "/" ? "/index.html" : path);
    if (file === undefined) throw new Refusal(404, "not-found", "there is nothing at this path");
    context.header("content-security-policy", CONSOLE_POLICY);
    return context.body(file.bytes, 200, { "content-type": file.type, "cache-control": "no-cache" });
  }

  #audit(context: Asked, who: string, what: string, subject: string): Promise<void> {
    const from = this.#options.addressOf(context);
    return this.#options.store.addAudit({ who, from, what, subject }, this.#options.nowMs());
  }

  #client(context: Asked): string {
    return clientOf(this.#options.addressOf(context));
  }

  #tooMany(context: Asked, wait: number): Response {
    this.#metrics.limited++;
    context.header("retry-after", String(wait));
    return refuse(context, new Refusal(429, "too-many", "too many requests; wait a moment"));
  }
}

function answer(context: Context, value: unknown): Response {
  const { notes } = value as { readonly notes?: unknown };
  return context.json({
    ...(mapTexts(value, escapeText) as object),
    ...(notes !== undefined && { notes: mapTexts(notes, escapeLines) }),
  });
}

/** What people write has lines. Nothing from an input keeps its own: a value could pass for two. */
function escapeLines(text: string): string {
  return text.split("\n").map(escapeText).join("\n");
}

function refuse(context: Context, { status, code, message }: Refusal): Response {
  return context.json({ error: code, message }, status);
}

function signInPage(context: Context, hasFailed: boolean): Response {
  context.header("content-security-policy", SIGN_IN_POLICY);
  return context.html(renderSignIn(hasFailed), 401);
}

/** Whether a stranger may ask this. */
function isOpen({ req }: Context): boolean {
  const isSignIn = req.method === "POST" && (req.path === "/" || req.path === routes.signIn.path);
  return isSignIn || req.path === routes.health.path;
}

function checkOrigin(context: Context): void {
  if (isForeign(context.req.raw.headers)) throw new Refusal(403, "foreign", "another site asked for this");
}

/** Lets those pass who may do what they ask for, and meant to. */
function checkRight(context: Asked, { access, method }: Route): void {
  const { role, csrf } = context.get("visitor");
  if (method !== "get") checkOrigin(context);
  if (access === "admin" && role !== "admin") throw new Refusal(403, "admin-only", "only admins may do this");
  if (method !== "get" && csrf !== null && !isCsrf({ csrf }, context.req.header("x-vedette-csrf"))) {
    throw new Refusal(403, "csrf", "the header x-vedette-csrf is missing or wrong");
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, code: string): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new Refusal(400, code, escapeText(`${issue.path.join(".")}: ${issue.message}`));
}

function streamOf(parts: AsyncIterable<string>): ReadableStream<Uint8Array> {
  return ReadableStream.from(parts).pipeThrough(
    new TextEncoderStream() as unknown as TransformStream<string, Uint8Array>,
  );
}

function setHeaders({ res }: Context, isEncrypted: boolean): void {
  const headers = res.headers;
  const fixed = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin", // with none at all a form of ours would be sent as from nowhere (Fetch, 3.2)
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    ...(isEncrypted && { "strict-transport-security": "max-age=31536000" }),
  };
  for (const [name, value] of Object.entries(fixed)) headers.set(name, value);
  if (!headers.has("content-security-policy"))
    headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
}

const namesByPath = new Map(
  (Object.entries(routes) as [string, Route][]).map(([name, { method, path }]) => [`${method} ${path}`, name]),
);

/** The route that answered, for the metrics. */
function nameOf(context: Context): string {
  const method = context.req.method.toLowerCase();
  const matched = context.req.matchedRoutes.map(({ path }) => namesByPath.get(`${method} ${path}`)).find(Boolean);
  return matched ?? "other";
}
