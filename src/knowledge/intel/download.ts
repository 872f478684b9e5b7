import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserProblem } from "../../bytes/problem.ts";

const MOST_REDIRECTS = 5;
/** A server that says nothing for this long is given up; what it sent is kept for the next attempt. */
const SILENCE_MS = 60_000;

/** What is remembered of a fetch, to ask again only for what changed. */
export interface Fetched {
  readonly address: string;
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface DownloadRequest {
  readonly address: string;
  /** Folder that the file is written to. */
  readonly folder: string;
  /** Bytes at most. */
  readonly limit: number;
  /** What the last fetch of the address told. */
  readonly known?: Fetched;
  readonly signal?: AbortSignal;
}

/**
 * Fetches an address into a file. HTTPS only, also after redirects; plain HTTP is taken from loopback addresses alone. A download that broke off
 * goes on where it ended, when the server can do that and the content is still the same (RFC 9110, sections 13 and 14).
 * @returns the file, or undefined when the content did not change since `known`
 * @throws UserProblem
 */
export async function download(request: DownloadRequest): Promise<{ path: string; fetched: Fetched } | undefined> {
  mkdirSync(request.folder, { recursive: true, mode: 0o700 });
  const patience = new Patience(request.signal);
  try {
    return await downloadPatiently(request, patience);
  } finally {
    patience.end();
  }
}

async function downloadPatiently(
  { address, folder, limit, known }: DownloadRequest,
  patience: Patience,
): Promise<{ path: string; fetched: Fetched } | undefined> {
  const part = join(folder, `${createHash("sha256").update(address).digest("hex").slice(0, 32)}.part`);
  const had = leftoverOf(part, address);
  let response = await ask(address, known, had, patience);
  if (response.status === 304) return undefined;
  if (response.status === 416 && had) response = await ask(address, undefined, undefined, patience);
  if (response.status !== 200 && response.status !== 206)
    throw failed(address, `the server answered ${response.status}`);
  const start = response.status === 206 && had ? had.bytes : 0;
  if (response.status === 206 && !continues(response, start))
    throw failed(address, "the server sent another part than asked");
  const fetched = factsOf(address, response);
  const length = Number(response.headers.get("content-length") ?? 0);
  if (start + length > limit) throw tooLarge(address, limit);
  writeFileSync(`${part}.json`, JSON.stringify(fetched));
  await save(response, part, start, limit, address, patience);
  const path = join(folder, fileName(address));
  renameSync(part, path);
  rmSync(`${part}.json`, { force: true });
  return { path, fetched };
}

/** @throws UserProblem for an address that is not fetched */
export function checkAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) throw failed(address, "it is no address");
  const isLoopback = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback)) {
    throw failed(address, "only https addresses are fetched");
  }
  if (url.username !== "" || url.password !== "") throw failed(address, "an address must not hold a password");
  return url;
}

interface Leftover {
  readonly bytes: number;
  readonly validator: string;
}

/** What is left of a download that broke off, when its content can be told from another. */
function leftoverOf(part: string, address: string): Leftover | undefined {
  const bytes = statSync(part, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes === 0) return undefined;
  const facts = readFacts(`${part}.json`);
  const validator = facts?.etag?.startsWith('"') ? facts.etag : facts?.lastModified;
  return facts?.address === address && validator !== undefined ? { bytes, validator } : undefined;
}

function readFacts(path: string): Fetched | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Fetched;
  } catch {
    return undefined;
  }
}

async function ask(
  address: string,
  known: Fetched | undefined,
  had: Leftover | undefined,
  patience: Patience,
): Promise<Response> {
  const headers: Record<string, string> = { "accept-encoding": "identity", "user-agent": "vedette" };
  if (had) {
    headers.range = `bytes=${had.bytes}-`;
    headers["if-range"] = had.validator;
  } else {
    if (known?.etag) headers["if-none-match"] = known.etag;
    if (known?.lastModified) headers["if-modified-since"] = known.lastModified;
  }
  let url = checkAddress(address);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await send(url, headers, patience);
    const location = response.headers.get("location");
    if (response.status < 301 || response.status > 308 || response.status === 304 || location === null) return response;
    await response.body?.cancel();
    url = checkAddress(new URL(location, url).href);
  }
  throw failed(address, "it is redirected too often");
}

async function send(url: URL, headers: Record<string, string>, patience: Patience): Promise<Response> {
  patience.renew();
  try {
    return await fetch(url, { headers, redirect: "manual", signal: patience.signal });
  } catch (cause) {
    throw failed(url.href, patience.isOver ? "the server was silent for too long" : reasonOf(cause), cause);
  }
}

/** Waits as long as something comes. */
class Patience {
  readonly signal: AbortSignal;
  isOver = false;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal ? AbortSignal.any([signal, this.#controller.signal]) : this.#controller.signal;
  }

  renew(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.#controller.abort();
    }, SILENCE_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

async function save(
  response: Response,
  part: string,
  start: number,
  limit: number,
  address: string,
  patience: Patience,
): Promise<void> {
  const out = createWriteStream(part, { flags: start > 0 ? "a" : "w", mode: 0o600 });
  let bytes = start;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      patience.renew();
      if (bytes > limit) {
        rmSync(part, { force: true });
        throw tooLarge(address, limit);
      }
      if (!out.write(chunk)) await once(out, "drain");
    }
  } catch (cause) {
    if (cause instanceof UserProblem) throw cause;
    throw failed(address, patience.isOver ? "the server was silent for too long" : reasonOf(cause), cause);
  } finally {
    out.end();
    await once(out, "close");
  }
}

function continues(response: Response, start: number): boolean {
  return new RegExp(`^bytes ${start}-`).test(response.headers.get("content-range") ?? "");
}

function factsOf(address: string, { headers }: Response): Fetched {
  const etag = headers.get("etag");
  const lastModified = headers.get("last-modified");
  return { address, ...(etag && { etag }), ...(lastModified && { lastModified }) };
}

/** The last part of an address as a name that any file system takes. */
function fileName(address: string): string {
  const name = new URL(address).pathname
    .split("/")
    .at(-1)!
    .replace(/[^\w.-]/g, "-")
    .replace(/^\.+/, "");
  return name === "" ? "download" : name.slice(-100);
}

function reasonOf(cause: unknown): string {
  const { name, cause: inner } = cause as Error & { cause?: { code?: string } };
  if (name === "AbortError") return "it was interrupted";
  return `the connection failed${inner?.code ? ` (${inner.code})` : ""}`;
}

function failed(address: string, why: string, cause?: unknown): UserProblem {
  return new UserProblem("knowledge-fetch-failed", `cannot fetch '${address}': ${why}`, { cause });
}

function tooLarge(address: string, limit: number): UserProblem {
  return failed(address, `it is larger than ${Math.round(limit / 1024 / 1024)} MiB`);
}
