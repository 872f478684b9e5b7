import { type Context, Hono } from "hono";
import type { z } from "zod";
import { escapeText, mapTexts } from "../presentation/escape.ts";
import { BadCursor, type Limits, type Store } from "../stores/store.ts";
import { type Route, type RouteName, routes, type Session } from "./api.ts";
import { checkLength, jsonOfBody, textOfBody } from "./body.ts";
import { Guard, isForeign, type Visitor } from "./guard.ts";
import { type Asking, handlers, type StoreRoute } from "./handlers.ts";
import { Live } from "./live.ts";
import { Metrics } from "./metrics.ts";
import { policyOfPage, renderSignIn, renderStored } from "./pages.ts";
import { clientOf, RateLimit } from "./rate-limit.ts";
import { Refusal } from "./refusal.ts";
import { isCsrf } from "./sessions.ts";
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

/** The API, the console's files and who may ask for them. */
export class Server {
  readonly app = new Hono();
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
    this.app.post("/sign-in", (context) => this.#signInByForm(context));
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
      checkLength(context);
      await next();
    });
  }

  #addRoute(name: RouteName): void {
    const route: Route = routes[name];
    this.app.on(route.method.toUpperCase(), route.path, async (context) => {
      const visitor = await this.#admit(context, route);
      switch (name) {
        case "session":
          return answer(context, await this.#sessionOf(visitor));
        case "signIn":
          return this.#signIn(context);
        case "signOut":
          return this.#signOut(context, visitor);
        case "events":
          return this.#events(context);
        case "metrics":
          return context.text(await this.#metrics.format(this.#options.store, this.live.streams));
        default:
          return this.#ask(context, name, route, visitor);
      }
    });
  }

  /** Lets a request pass that may do what it asks for. */
  async #admit(context: Context, { access, method }: Route): Promise<Visitor | undefined> {
    const headers = context.req.raw.headers;
    const visitor = await this.#guard.visitorOf(headers, this.#options.nowMs());
    const hasBearer = headers.has("authorization");
    if (hasBearer && visitor?.via !== "token") this.#countAttempt(context);
    if (method !== "get" && isForeign(headers)) throw new Refusal(403, "foreign", "another site asked for this");
    if (access === "open") return visitor;
    if (visitor === undefined) throw new Refusal(401, "sign-in-required", "sign in first");
    if (access === "admin" && visitor.role !== "admin") throw new Refusal(403, "admin-only", "only admins may do this");
    if (
      method !== "get" &&
      visitor.csrf !== null &&
      !isCsrf({ csrf: visitor.csrf }, context.req.header("x-vedette-csrf"))
    ) {
      throw new Refusal(403, "csrf", "the header x-vedette-csrf is missing or wrong");
    }
    return visitor;
  }

  async #ask<Name extends StoreRoute>(context: Context, name: Name, route: Route, visitor: Visitor | undefined) {
    const { store, nowMs, limits } = this.#options;
    const query = route.query && parse(route.query, context.req.query(), "query-invalid");
    const body = route.body && parse(route.body, await jsonOfBody(context), "body-invalid");
    const key = Object.values(context.req.param() as Record<string, string>)[0] ?? "";
    const act = { by: visitor?.name ?? "", atMs: nowMs() };
    const asking = { store, query, body, key, act, limits } as unknown as Asking<Name>;
    const result = await handlers[name](asking);
    if (route.method !== "get") await this.#audit(context, act.by, route.summary, key);
    if (route.produces === undefined) return answer(context, result);
    return context.body(streamOf(result as AsyncIterable<string>), 200, {
      "content-type": `${route.produces}; charset=utf-8`,
      "content-disposition": `attachment; filename="${route.path.slice(route.path.lastIndexOf("/") + 1)}"`,
    });
  }

  async #sessionOf(visitor: Visitor | undefined): Promise<Session> {
    return {
      signedIn: visitor !== undefined,
      signInRequired: await this.#guard.needsSignIn(),
      name: visitor?.name ?? null,
      role: visitor?.role ?? null,
      csrf: visitor?.csrf ?? null,
    };
  }

  async #signIn(context: Context) {
    const { name, password } = parse(routes.signIn.body, await jsonOfBody(context), "body-invalid");
    const signed = await this.#tryPassword(context, name, password);
    if (signed === undefined) throw new Refusal(401, "sign-in-failed", "the name or the password is wrong");
    context.header("set-cookie", signed.cookie);
    return answer(context, await this.#sessionOf(signed.visitor));
  }

  async #signInByForm(context: Context) {
    if (isForeign(context.req.raw.headers)) throw new Refusal(403, "foreign", "another site asked for this");
    const form = new URLSearchParams(await textOfBody(context));
    const sent = routes.signIn.body.safeParse(Object.fromEntries(form));
    const signed = sent.success && (await this.#tryPassword(context, sent.data.name, sent.data.password));
    if (!signed) return page(context, renderSignIn(true), 401);
    context.header("set-cookie", signed.cookie);
    return context.redirect("/", 303);
  }

  async #tryPassword(context: Context, name: string, password: string) {
    this.#countAttempt(context);
    const signed = await this.#guard.signIn(name, password, context.req.raw.headers, this.#options.nowMs());
    if (signed === undefined) this.#metrics.signInsFailed++;
    await this.#audit(context, name.slice(0, 100), signed === undefined ? "Failed to sign in" : "Signed in", "");
    return signed;
  }

  /** Refuses who tried too often, before any costly hash. */
  #countAttempt(context: Context): void {
    const wait =
      this.#attempts.take(this.#client(context), this.#options.nowMs()) ||
      this.#allAttempts.take("", this.#options.nowMs());
    if (wait === 0) return;
    context.header("retry-after", String(wait));
    this.#metrics.limited++;
    throw new Refusal(429, "too-many", "too many attempts; wait a moment");
  }

  async #signOut(context: Context, visitor: Visitor | undefined) {
    if (visitor?.csrf && !isCsrf({ csrf: visitor.csrf }, context.req.header("x-vedette-csrf"))) {
      throw new Refusal(403, "csrf", "the header x-vedette-csrf is missing or wrong");
    }
    context.header("set-cookie", this.#guard.signOut(context.req.raw.headers));
    if (visitor !== undefined) await this.#audit(context, visitor.name, "Signed out", "");
    return answer(context, await this.#sessionOf(undefined));
  }

  async #events(context: Context) {
    const headers = new Headers(context.req.raw.headers);
    const isAllowed = async () => (await this.#guard.visitorOf(headers, this.#options.nowMs())) !== undefined;
    const stream = await this.live.open(context.req.header("last-event-id"), isAllowed);
    if (stream === undefined) throw new Refusal(503, "too-many", "too many read the events already");
    return context.body(stream, 200, { "content-type": "text/event-stream", "x-accel-buffering": "no" });
  }

  /** The console, which holds no data, is for everybody; without it the report is for whoever may read. */
  async #file(context: Context) {
    const { webFiles, store, nowMs } = this.#options;
    const path = context.req.path;
    const file = webFiles.get(path === "/" ? "/index.html" : path);
    if (file !== undefined) {
      context.header("content-security-policy", CONSOLE_POLICY);
      return context.body(file.bytes, 200, { "content-type": file.type, "cache-control": "no-cache" });
    }
    const visitor = await this.#guard.visitorOf(context.req.raw.headers, nowMs());
    if (path === "/" && webFiles.size === 0 && visitor !== undefined)
      return page(context, await renderStored(store), 200);
    if (path === "/" && (await this.#guard.needsSignIn())) return page(context, renderSignIn(false), 401);
    if (visitor === undefined) throw new Refusal(401, "sign-in-required", "sign in first");
    throw new Refusal(404, "not-found", "there is nothing at this path");
  }

  #audit(context: Context, who: string, what: string, subject: string): Promise<void> {
    const from = this.#options.addressOf(context);
    return this.#options.store.addAudit({ who, from, what, subject }, this.#options.nowMs());
  }

  #client(context: Context): string {
    return clientOf(this.#options.addressOf(context));
  }

  #tooMany(context: Context, wait: number): Response {
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

function page(context: Context, text: string, status: 200 | 401): Response {
  context.header("content-security-policy", policyOfPage(text));
  return context.html(text, status);
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
    "referrer-policy": "no-referrer",
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
