import { listOf, membersOf, stringsOf } from "./yaml-values.ts";

/** One request as a scanner would send it: bytes as one character each. */
export interface SentRequest {
  readonly head: string;
  readonly body: string;
}

/** Requests of one template that are sent at most. */
const MOST_REQUESTS = 40;

const agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";

/**
 * What a template makes a scanner send, with values drawn at random where it leaves them open. Written after the templates' own reference and
 * apart from the importer, so that a mistake of one is not also the other's.
 */
export function instantiate(template: Readonly<Record<string, unknown>>, random: () => number): SentRequest[] {
  const values = new Map<string, string>();
  const draw = new Draw(random, values);
  for (const [name, value] of Object.entries(membersOf(template.variables))) {
    values.set(name, draw.fill(String(value)));
  }
  const sent: SentRequest[] = [];
  for (const block of listOf(template.http ?? template.requests).map(membersOf)) {
    for (const [name, value] of Object.entries(membersOf(block.payloads))) {
      const words = Array.isArray(value) ? stringsOf(value) : [];
      values.set(name, words.length === 0 ? draw.word() : draw.fill(words[Math.floor(random() * words.length)]!));
    }
    for (const raw of listOf(block.raw)) push(sent, rawRequest(draw.fill(String(raw))));
    for (const path of listOf(block.path)) push(sent, baseRequest(block, draw.fill(String(path)), draw));
  }
  return sent.slice(0, MOST_REQUESTS);
}

function push(sent: SentRequest[], request: SentRequest | undefined): void {
  if (request !== undefined) sent.push(request);
}

function rawRequest(text: string): SentRequest | undefined {
  const lines = text
    .replace(/^(\s*@[^\n]*\n|\s*\n)+/, "")
    .trimStart()
    .split(/\r?\n/);
  const found = /^(\S+) +(.+?)(?: +HTTP\/[\d.]+)?$/.exec(lines[0]?.trimEnd() ?? "");
  if (found === null) return undefined;
  const blank = lines.findIndex((line, i) => i > 0 && line.trim() === "");
  const headers = lines
    .slice(1, blank < 0 ? lines.length : blank)
    .filter((line) => /^[\w-]+\s*:/.test(line) && !/^content-length\s*:/i.test(line))
    .map((line) => line.trim());
  const body =
    blank < 0
      ? ""
      : lines
          .slice(blank + 1)
          .join("\n")
          .trim();
  return assemble(found[1]!, found[2]!, headers, body);
}

function baseRequest(block: Readonly<Record<string, unknown>>, target: string, draw: Draw): SentRequest | undefined {
  const headers = Object.entries(membersOf(block.headers)).map(
    ([name, value]) => `${name}: ${draw.fill(String(value))}`,
  );
  return assemble(
    typeof block.method === "string" ? block.method : "GET",
    target,
    headers,
    typeof block.body === "string" ? draw.fill(block.body).trim() : "",
  );
}

function assemble(method: string, target: string, headers: readonly string[], body: string): SentRequest | undefined {
  const isForeign = /^[a-z]+:\/\//i.test(target) && !target.startsWith(`http://${HOST}`);
  const path = target
    .replace(`http://${HOST}`, "")
    .replace(/^:\d+(?=\/)/, "")
    .replace(/#.*$/, "");
  if (isForeign || !/^[A-Za-z]+$/.test(method)) return undefined;
  const names = new Set(headers.map((line) => line.slice(0, line.indexOf(":")).trim().toLowerCase()));
  const all = [
    ...(names.has("host") ? [] : [`Host: ${HOST}`]),
    ...(names.has("user-agent") ? [] : [`User-Agent: ${agent}`]),
    ...(names.has("accept") ? [] : ["Accept: */*"]),
    ...headers,
    ...(body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  const sent = path.startsWith("/") ? path : `/${path}`;
  return { head: `${method.toUpperCase()} ${encoded(sent)} HTTP/1.1\r\n${all.join("\r\n")}\r\n\r\n`, body };
}

/** What no client can send in a request line is escaped. */
function encoded(target: string): string {
  return target.replace(/[^\x21-\x7e]/gu, (c) => encodeURIComponent(c));
}

const HOST = "www.example.org";

/** Fills in what a template leaves open. */
class Draw {
  readonly #random: () => number;
  readonly #values: Map<string, string>;

  constructor(random: () => number, values: Map<string, string>) {
    this.#random = random;
    this.#values = values;
  }

  fill(text: string): string {
    return text
      .replace(/§(\w+)§/g, (_, name) => this.#valueOf(name))
      .replace(/\{\{((?:[^{}]|\{\{[^{}]*\}\})*)\}\}/g, (_, name) => this.#valueOf(name.trim()));
  }

  word(): string {
    const length = 3 + Math.floor(this.#random() * 9);
    let word = "";
    for (let i = 0; i < length; i++) word += LETTERS[Math.floor(this.#random() * LETTERS.length)];
    return word;
  }

  #valueOf(name: string): string {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    if (name === "BaseURL" || name === "RootURL") return `http://${HOST}`;
    if (name === "Hostname" || name === "Host") return HOST;
    if (name === "Scheme") return "http";
    if (name === "Port") return "80";
    if (name === "Path") return "";
    const value = this.#drawn(name);
    if (/^\w+$/.test(name)) this.#values.set(name, value);
    return value;
  }

  #drawn(name: string): string {
    if (/^interactsh/.test(name)) return `${this.word()}.oast.example`;
    if (/rand_int|unix_time|numeric/.test(name)) return String(1000 + Math.floor(this.#random() * 9_000_000));
    if (/^(md5|sha1|sha256|hex_encode|hmac)/.test(name)) return Buffer.from(this.word()).toString("hex");
    if (/^base64/.test(name)) return Buffer.from(this.word() + this.word()).toString("base64");
    if (/^url_encode/.test(name)) return encodeURIComponent(`${this.word()}/${this.word()}`);
    return this.word();
  }
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
