import { roleOf } from "./elements.ts";
import { MOST_FIELDS, type Template, type Templates, VARIABLE } from "./templates.ts";

/** Which exporter the bytes at hand are from, and how it writes. */
export interface Origin {
  /** A hash of its address, 0 when that is not told. */
  exporter: number;
  /** Observation domain, or source id. */
  domain: number;
  isIpfix: boolean;
}

export const BAD_TEMPLATE = "a template is cut short or absurd";
const ENTERPRISE_BIT = 0x8000;

/**
 * Reads the templates in the body `[at, end)` of a set: NetFlow version 9 (RFC 3954, section 5.2), IPFIX (RFC 7011, section
 * 3.4.1). Returns a reject, or undefined.
 */
export function readTemplates(
  view: DataView,
  from: number,
  end: number,
  origin: Origin,
  into: Templates,
): string | undefined {
  let at = from;
  while (end - at >= 4) {
    const id = view.getUint16(at, false);
    const count = view.getUint16(at + 2, false);
    if (id < 256) return isPadding(view, at, end) ? undefined : BAD_TEMPLATE;
    if (count === 0) into.withdraw(origin.exporter, origin.domain, id);
    at = readFields(view, at + 4, end, id, count, 0, origin, into);
    if (at < 0) return BAD_TEMPLATE;
  }
  return undefined;
}

/** Reads templates of options: RFC 3954, section 6.1, where lengths count bytes; RFC 7011, section 3.4.2, where they count fields. */
export function readOptionTemplates(
  view: DataView,
  from: number,
  end: number,
  origin: Origin,
  into: Templates,
): string | undefined {
  let at = from;
  while (end - at >= 6) {
    const id = view.getUint16(at, false);
    if (id < 256) return isPadding(view, at, end) ? undefined : BAD_TEMPLATE;
    const first = view.getUint16(at + 2, false);
    const second = view.getUint16(at + 4, false);
    const count = origin.isIpfix ? first : (first + second) >> 2;
    const scopes = origin.isIpfix ? second : first >> 2;
    if (count === 0) into.withdraw(origin.exporter, origin.domain, id);
    at = readFields(
      view,
      at + (count === 0 && origin.isIpfix ? 4 : 6),
      end,
      id,
      count,
      Math.max(scopes, 1),
      origin,
      into,
    );
    if (at < 0) return BAD_TEMPLATE;
  }
  return undefined;
}

/** Reads `count` field specifiers, of which the first `scopes` are scopes. Returns what follows them, or -1. */
function readFields(
  view: DataView,
  from: number,
  end: number,
  id: number,
  count: number,
  scopes: number,
  origin: Origin,
  into: Templates,
): number {
  if (count === 0) return from;
  if (count > MOST_FIELDS) return -1;
  const lengths = new Uint16Array(count);
  const roles = new Uint8Array(count);
  let least = 0;
  let at = from;
  for (let i = 0; i < count; i++) {
    if (end - at < 4) return -1;
    const element = view.getUint16(at, false);
    const length = view.getUint16(at + 2, false);
    at += 4;
    let enterprise = 0;
    if (origin.isIpfix && element & ENTERPRISE_BIT) {
      if (end - at < 4) return -1;
      enterprise = view.getUint32(at, false);
      at += 4;
    }
    lengths[i] = length;
    // Version 9 numbers its scopes on their own.
    const isForeign = i < scopes && !origin.isIpfix;
    roles[i] = isForeign ? 0 : roleOf(enterprise, origin.isIpfix ? element & ~ENTERPRISE_BIT : element);
    // H3C writes variable lengths in version 9 too.
    least += length === VARIABLE ? 1 : length;
  }
  const { exporter, domain } = origin;
  const template: Template = { exporter, domain, id, lengths, roles, least: Math.max(least, 1), isOptions: scopes > 0 };
  into.put(template);
  return at;
}

function isPadding(view: DataView, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (view.getUint8(at) !== 0) return false;
  return true;
}
