// Hot: once per HTTP response; measured by bench/captures.ts.
import { hashBytes, hashed, viewOf } from "../../bytes/hash.ts";
import { ascii, equalsIgnoringCase, lineFeed, startsWith } from "./ascii.ts";
import { CHUNKED, decimal, endsInChunked, trimmed, valueStart } from "./http-request.ts";
import { cookieEnd, innerHostEnd } from "./inner-host.ts";

const CONTENT_LENGTH = ascii("content-length");
const TRANSFER_ENCODING = ascii("transfer-encoding");
const CONTENT_TYPE = ascii("content-type");
const CONTENT_ENCODING = ascii("content-encoding");
const IDENTITY = ascii("identity");
const TEXT_HTML = ascii("text/html");
const XHTML = ascii("application/xhtml");
const IMAGE = ascii("image/");
/** What pages are dressed with. */
const ASSETS = ["text/css", "text/javascript", "application/javascript", "font/", "video/", "audio/"].map(ascii);
export const RESPONSE_PREFIX = ascii("HTTP/1.");

/** The body ends when the connection does. */
export const UNTIL_CLOSE = -2;

/** What a response's body is, as far as anything is read of it. */
export const Body = { other: 0, page: 1, image: 2, asset: 3 } as const;

/** Headers in which servers, frameworks and proxies name themselves, in the casing that they are told in. */
const revealingHeaders = [
  "Server",
  "Via",
  "WWW-Authenticate",
  "X-Powered-By",
  "X-AspNet-Version",
  "X-AspNetMvc-Version",
  "X-Generator",
  "X-Server",
  "X-Runtime",
  "X-Version",
  "X-Jenkins",
  "X-Hudson",
  "X-Backend-Server",
  "X-Redirect-By",
  "X-Drupal-Cache",
  "X-Varnish",
  "X-Influxdb-Version",
  "X-Influxdb-Build",
  "Liferay-Portal",
  "MicrosoftSharePointTeamServices",
  "X-Confluence-Request-Time",
  "X-Elastic-Product",
  "X-ClickHouse-Server-Display-Name",
  "X-Pingback",
  "X-OWA-Version",
  "X-Powered-CMS",
  "X-Drupal-Dynamic-Cache",
  "X-Magento-Cache-Debug",
  "X-Umbraco-Version",
  "X-TYPO3-Parsetime",
  "X-Spip-Cache",
  "X-Discourse-Route",
  "X-LiteSpeed-Cache",
  "X-Mod-Pagespeed",
  "X-Page-Speed",
  "X-SharePointHealthScore",
  "X-AREQUESTID",
  "X-TeamCity-Node-Id",
  "X-Artifactory-Id",
  "X-Plex-Protocol",
  "X-Kubernetes-PF-FlowSchema-UID",
  "X-Minio-Deployment-Id",
  "Composed-By",
  "Docker-Distribution-Api-Version",
  "kbn-name",
  "kbn-version",
  "Set-Cookie",
  // Of redirects and backends only what stands inside is told: see inner-host.ts.
  "Location",
  "Content-Location",
  "X-Served-By",
  "X-Server-Name",
  "X-Server-IP",
  "X-Backend",
  "X-Backend-Host",
  "X-Upstream",
  "X-Host",
  "X-Hostname",
  "X-Node",
  "X-Forwarded-Server",
  "X-Real-Server",
  "X-Cache",
  "X-Cache-Lookup",
  "X-FEServer",
  "X-BEServer",
  "X-CalculatedBETarget",
  "X-Debug-Token-Link",
  "X-Debug-Exception-File",
  "X-Application-Context",
  "X-SourceFiles",
  "phpdebugbar-id",
  "X-Clockwork-Id",
];

interface RevealingHeader {
  readonly lower: Uint8Array;
  readonly told: Uint8Array;
}

const revealingByLength: readonly (readonly RevealingHeader[])[] = groupByLength();

/** Which first four bytes, letters in lower case, headers that matter begin with: most lines are passed over by them. */
const beginnings = beginningsOf(["content-length", "transfer-encoding", ...revealingHeaders]);

/** One reveal found in a response head: `name` (with `: `) and the value at `bytes[start, end)`. */
export interface RevealedHeader {
  name: Uint8Array;
  start: number;
  end: number;
  /** Hash of the value, mixed with the name: equal for what is said again. */
  low: number;
  high: number;
}

/** Of a longer header the rest is not told. */
const LONGEST_LINE = 1024;

/** Most headers of one response that are told. */
const MOST_REVEALS = 12;

/** The head of the response at hand; one is reused for all, since nothing of it is kept. */
export class HttpResponse {
  status = 0;
  /** CHUNKED, UNTIL_CLOSE or a length. */
  bodyLength = UNTIL_CLOSE;
  /** A member of `Body`: a page or an image is one only when its bytes are sent as they are. */
  body: number = Body.other;
  /** Its bytes are sent as they are, and may be something that names itself: no picture, style or script. */
  isTelling = false;
  #isEncoded = false;
  readonly reveals: readonly RevealedHeader[] = Array.from({ length: MOST_REVEALS }, () => ({
    name: RESPONSE_PREFIX,
    start: 0,
    end: 0,
    low: 0,
    high: 0,
  }));
  revealed = 0;

  /**
   * Reads the head at `bytes[start, end)` (RFC 9112, section 4).
   * @param isLast no more bytes follow: a head that ends early is taken as it is.
   * @returns its length in bytes, 0 when it does not end there, -1 when it is none.
   */
  parse(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    if (end - start < 13) return startsWith(bytes, start, end, RESPONSE_PREFIX) || end - start < 7 ? 0 : -1;
    if (!startsWith(bytes, start, end, RESPONSE_PREFIX)) return -1;
    // Some servers write odd versions, such as `HTTP/1.01`.
    this.status = statusAt(bytes, bytes[start + 8] === BLANK ? start + 9 : start + 10);
    this.bodyLength = UNTIL_CLOSE;
    this.body = Body.other;
    this.isTelling = false;
    this.#isEncoded = false;
    this.revealed = 0;
    const view = viewOf(bytes);
    let at = lineFeed(bytes, start, end) + 1;
    while (at < end) {
      const lineEnd = lineFeed(bytes, at, end);
      if (lineEnd === end && !isLast) return 0;
      if (bytes[at]! <= 32 && trimmed(bytes, at, lineEnd) === at) {
        this.isTelling = !this.#isEncoded && this.body <= Body.page;
        if (this.#isEncoded || this.body === Body.asset) this.body = Body.other;
        return lineEnd + 1 - start;
      }
      // Half a version is a wrong one, but what is cut anyway may be cut here.
      const isWhole = lineEnd < end || end - at > LONGEST_LINE;
      if (isWhole && lineEnd - at > 4 && mayMatter(view.getInt32(at, true) | 0x20202020))
        this.#header(bytes, at, lineEnd);
      at = lineEnd + 1;
    }
    return isLast ? end - start : 0;
  }

  #header(bytes: Uint8Array, at: number, lineEnd: number): void {
    let colon = at;
    while (colon < lineEnd && bytes[colon] !== 58) colon++;
    const length = colon - at;
    if (length === 14 && equalsIgnoringCase(bytes, at, CONTENT_LENGTH)) {
      if (this.bodyLength !== CHUNKED) this.bodyLength = decimal(bytes, colon, lineEnd);
    } else if (length === 17 && equalsIgnoringCase(bytes, at, TRANSFER_ENCODING)) {
      if (endsInChunked(bytes, colon, lineEnd)) this.bodyLength = CHUNKED;
    } else if (length === 12 && equalsIgnoringCase(bytes, at, CONTENT_TYPE)) {
      this.body = bodyOf(bytes, valueStart(bytes, colon, lineEnd));
    } else if (length === 16 && equalsIgnoringCase(bytes, at, CONTENT_ENCODING)) {
      this.#isEncoded = !equalsIgnoringCase(bytes, valueStart(bytes, colon, lineEnd), IDENTITY);
    } else if (length < revealingByLength.length && colon < lineEnd) this.#reveal(bytes, at, colon, lineEnd);
  }

  #reveal(bytes: Uint8Array, at: number, colon: number, lineEnd: number): void {
    const candidates = revealingByLength[colon - at]!;
    for (let i = 0; i < candidates.length && this.revealed < MOST_REVEALS; i++) {
      if (!equalsIgnoringCase(bytes, at, candidates[i]!.lower)) continue;
      const reveal = this.reveals[this.revealed++]!;
      reveal.name = candidates[i]!.told;
      reveal.start = valueStart(bytes, colon, lineEnd);
      reveal.end = revealedEnd(candidates[i]!.told, bytes, reveal.start, trimmed(bytes, reveal.start, lineEnd));
      hashBytes(bytes, reveal.start, reveal.end);
      reveal.low = hashed.low ^ (reveal.name.length << 7) ^ reveal.name[2]!;
      reveal.high = hashed.high;
      return;
    }
  }
}

/** A header of that name (lower case) as it is told, with `: `; undefined when nothing reveals itself there. */
export function revealingName(name: Uint8Array): Uint8Array | undefined {
  return revealingByLength[name.length]?.find(({ lower }) => equalsIgnoringCase(name, 0, lower))?.told;
}

/**
 * Where ends what is told of a header's value: of a cookie its name and `=`, for the rest is a secret, unless a load balancer wrote it; of a
 * redirect the host, when it is one inside; of ids that change each time nothing.
 */
export function revealedEnd(told: Uint8Array, bytes: Uint8Array, start: number, end: number): number {
  if (told === HEADERS.cookie) return cookieEnd(bytes, start, end);
  if (told === HEADERS.location || told === HEADERS.contentLocation) return innerHostEnd(bytes, start, end);
  if (told === HEADERS.debugbar || told === HEADERS.clockwork) return Math.min(end, start + 1);
  return end;
}

function toldAs(name: string): Uint8Array {
  const lower = ascii(name.toLowerCase());
  return revealingByLength[name.length]!.find((header) => equalsIgnoringCase(lower, 0, header.lower))!.told;
}

/** Headers of whose values only a part is told. */
const HEADERS = {
  cookie: toldAs("Set-Cookie"),
  location: toldAs("Location"),
  contentLocation: toldAs("Content-Location"),
  debugbar: toldAs("phpdebugbar-id"),
  clockwork: toldAs("X-Clockwork-Id"),
};

/** The kind of body that a media type at `type` stands for, apart from its encoding. */
export function bodyOf(bytes: Uint8Array, type: number): number {
  if (equalsIgnoringCase(bytes, type, TEXT_HTML) || equalsIgnoringCase(bytes, type, XHTML)) return Body.page;
  if (equalsIgnoringCase(bytes, type, IMAGE)) return Body.image;
  for (const asset of ASSETS) if (equalsIgnoringCase(bytes, type, asset)) return Body.asset;
  return Body.other;
}

const BLANK = 32;

function statusAt(bytes: Uint8Array, at: number): number {
  const status = (bytes[at]! - 48) * 100 + (bytes[at + 1]! - 48) * 10 + bytes[at + 2]! - 48;
  return status >= 100 && status <= 999 ? status : 0;
}

/** An open-addressing set of words. */
function beginningsOf(names: readonly string[]): Int32Array {
  const table = new Int32Array(256);
  for (const name of names) {
    const word = viewOf(ascii(`${name.toLowerCase()}:`)).getInt32(0, true) | 0x20202020;
    let slot = slotOf(word);
    while (table[slot] !== 0 && table[slot] !== word) slot = (slot + 1) & 255;
    table[slot] = word;
  }
  return table;
}

function mayMatter(word: number): boolean {
  let slot = slotOf(word);
  while (beginnings[slot] !== word) {
    if (beginnings[slot] === 0) return false;
    slot = (slot + 1) & 255;
  }
  return true;
}

function slotOf(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> 24;
}

function groupByLength(): RevealingHeader[][] {
  const groups: RevealingHeader[][] = [];
  for (let length = 0; length <= 40; length++) {
    const ofLength = revealingHeaders.filter((name) => name.length === length);
    groups.push(ofLength.map((name) => ({ lower: ascii(name.toLowerCase()), told: ascii(`${name}: `) })));
  }
  return groups;
}
