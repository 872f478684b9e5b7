import { linkLayerOf } from "../../wire/links/index.ts";
import type { LinkLayer } from "../../wire/links/link-layer.ts";

/** What an interface description block says (draft-ietf-opsawg-pcapng, section 4.2). */
export interface CaptureInterface {
  readonly linkType: number;
  readonly link: LinkLayer | undefined;
  /** 0: no limit. */
  readonly snapLength: number;
  readonly msPerTick: number;
  readonly offsetMs: number;
  /** Packets whose link layer is not read, not yet counted. */
  unread: number;
}

const END_OF_OPTIONS = 0;
/** Resolution of time stamps: a power of 10, or of 2 when the upper bit is set. */
const IF_TSRESOL = 9;
/** Seconds to add to each time stamp, signed 64 bits. */
const IF_TSOFFSET = 14;

/** Reads the block body at `[at, end)`; undefined when it is cut short. */
export function readInterface(view: DataView, at: number, end: number, order: boolean): CaptureInterface | undefined {
  if (end - at < 8) return undefined;
  const linkType = view.getUint16(at, order);
  let msPerTick = 1e-3;
  let offsetMs = 0;
  let option = at + 8;
  while (option + 4 <= end) {
    const code = view.getUint16(option, order);
    const length = view.getUint16(option + 2, order);
    const value = option + 4;
    if (code === END_OF_OPTIONS || value + length > end) break;
    if (code === IF_TSRESOL && length >= 1) msPerTick = 1000 / ticksPerSecond(view.getUint8(value));
    if (code === IF_TSOFFSET && length >= 8) offsetMs = 1000 * signed64(view, value, order);
    option = value + ((length + 3) & ~3);
  }
  const snapLength = view.getUint32(at + 4, order);
  return { linkType, link: linkLayerOf(linkType), snapLength, msPerTick, offsetMs, unread: 0 };
}

function ticksPerSecond(resolution: number): number {
  return resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
}

function signed64(view: DataView, at: number, order: boolean): number {
  const high = view.getInt32(order ? at + 4 : at, order);
  const low = view.getUint32(order ? at : at + 4, order);
  return high * 4294967296 + low;
}
