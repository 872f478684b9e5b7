// Hot: once per question; measured by bench/bench.ts.
import { mix } from "../bytes/hash.ts";
import type { Batch } from "../observations/batch.ts";
import { ResourceKind } from "../observations/estate.ts";
import { emptyTemplate, readPathTemplate } from "../observations/path-template.ts";

const DOT = 46;
const UNDERSCORE = 95;
/** A SHA-256 in hexadecimal is as long as a label may be but one; what is longer than this is machine-made too. */
const LONGEST_WORD = 40;

const reverseZones = [".in-addr.arpa", ".ip6.arpa"].map((text) => new TextEncoder().encode(text));

/**
 * Names that software asks for by itself, whether or not they exist, besides those with an underscore (RFC 8552): mail
 * clients' autodiscovery, web proxy discovery, ISATAP (RFC 5214), MTA-STS (RFC 8461), sharing of printers.
 */
const automaticLabels = new Set(
  ["autodiscover", "autoconfig", "wpad", "isatap", "mta-sts", "openpgpkey", "lb", "b", "db", "r", "dr"].map(
    hashOfLabel,
  ),
);

/** What a question's name comes down to: the resource it is, and where it lies. */
export class QuestionName {
  low = 0;
  high = 0;
  /** The name above it, and the zone that the answer speaks for (the same when it does not say), as containers. */
  parent = 0;
  zone = 0;
  /** The name of an address. */
  isReverse = false;
  /** A name that software makes up by itself: of discovery, or with a label that no person would write. */
  isAutomatic = false;
  /** It lies deeper than the zone's own names do. */
  isDeep = false;
  readonly #template = emptyTemplate();

  /** Reads what every question needs: `low` and `high`. Numbers are folded, so `host12` is `host7`, unless it is an address's name. */
  read(batch: Batch, row: number): void {
    const id = batch.host[row]!;
    const { bytes, starts, lengths, hashLow, hashHigh } = batch.texts;
    const start = starts[id]!;
    const end = start + lengths[id]!;
    this.isReverse = isReverse(bytes, start, end);
    if (this.isReverse) {
      this.low = mix(ResourceKind.question, hashLow[id]!);
      this.high = mix(hashHigh[id]!, ResourceKind.question);
      return;
    }
    const template = this.#template;
    readPathTemplate(bytes, start, end, template);
    this.low = mix(ResourceKind.question, template.low);
    this.high = mix(template.high, ResourceKind.question);
  }

  /** Reads the rest, which only a new question needs. */
  readPlace(batch: Batch, row: number): void {
    const id = batch.host[row]!;
    const { bytes, starts, lengths } = batch.texts;
    const start = starts[id]!;
    const end = start + lengths[id]!;
    const labelEnd = nextDot(bytes, start, end);
    const parentStart = Math.min(end, labelEnd + 1);
    this.parent = containerOf(bytes, parentStart, end);
    const zoneId = batch.detail[row]!;
    this.zone = zoneId === 0 ? this.parent : containerOf(bytes, starts[zoneId]!, starts[zoneId]! + lengths[zoneId]!);
    this.isDeep = zoneId !== 0 && lengths[zoneId]! < end - parentStart;
    this.isAutomatic =
      labelEnd - start > LONGEST_WORD ||
      hasUnderscore(bytes, start, end) ||
      automaticLabels.has(hashOfBytes(bytes, start, labelEnd));
  }
}

function containerOf(bytes: Uint8Array, start: number, end: number): number {
  return mix(ResourceKind.zone, hashOfBytes(bytes, start, end));
}

function nextDot(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== DOT) at++;
  return at;
}

/** Whether a label begins with an underscore. */
function hasUnderscore(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (bytes[i] === UNDERSCORE && (i === start || bytes[i - 1] === DOT)) return true;
  }
  return false;
}

function isReverse(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 10 || bytes[end - 1] !== 97 || bytes[end - 5] !== DOT) return false;
  return reverseZones.some((zone) => {
    const from = end - zone.length;
    return from > start && zone.every((byte, i) => bytes[from + i] === byte);
  });
}

function hashOfBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}

function hashOfLabel(label: string): number {
  const bytes = new TextEncoder().encode(label);
  return hashOfBytes(bytes, 0, bytes.length);
}
