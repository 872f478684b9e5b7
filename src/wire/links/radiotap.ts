import { readIeee80211 } from "./ieee80211.ts";
import { CUT, type LinkLayer } from "./link-layer.ts";

/** The first present word's bits of a radiotap header, and the size and alignment of the fields before its flags. */
const HAS_CLOCK = 1;
const HAS_FLAGS = 2;
const HAS_MORE = 0x80000000;
/** Of the flags: the 802.11 header is padded to four bytes. */
const PADDED = 0x20;

/** IEEE 802.11 behind radiotap's header: version, length, words that tell which fields are there (https://www.radiotap.org). */
export const radiotap: LinkLayer = {
  title: "IEEE 802.11 with radiotap",
  linkTypes: [127],
  locate(packet) {
    const { view, bytes, start, end } = packet;
    if (end - start < 8) return CUT;
    const length = view.getUint16(start + 2, true);
    if (length < 8 || end - start < length) return CUT;
    const present = view.getUint32(start + 4, true);
    let at = start + 8;
    for (let more = present; more & HAS_MORE; at += 4) {
      if (at + 4 > start + length) return CUT;
      more = view.getUint32(at, true);
    }
    if (present & HAS_CLOCK) at = start + ((at - start + 7) & ~7) + 8;
    const isPadded = (present & HAS_FLAGS) !== 0 && at < start + length && (bytes[at]! & PADDED) !== 0;
    return readIeee80211(packet, start + length, isPadded);
  },
};
