import { readIeee80211 } from "./ieee80211.ts";
import { CUT, type LinkLayer } from "./link-layer.ts";

/** Upper part of the first word of AVS headers, which also come under Prism's number. */
const AVS = 0x80211000;
const AVS_MASK = 0xfffff000;

/** IEEE 802.11 behind Prism's or AVS' header, which tell their own length. */
export const prism: LinkLayer = {
  title: "IEEE 802.11 with Prism's or AVS' header",
  linkTypes: [119, 163],
  locate(packet) {
    const { view, start, end } = packet;
    if (end - start < 8) return CUT;
    const isAvs = (view.getUint32(start, false) & AVS_MASK) >>> 0 === AVS;
    const big = view.getUint32(start + 4, false);
    // Prism's fields are in the byte order of the host that captured.
    const length = isAvs || big < 65536 ? big : view.getUint32(start + 4, true);
    if (length < 8 || end - start < length) return CUT;
    return readIeee80211(packet, start + length, false);
  },
};
