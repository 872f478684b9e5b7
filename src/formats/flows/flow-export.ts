import { FramedDecoder } from "../captures/framed-decoder.ts";
import type { Format } from "../format.ts";
import { ExportFrames } from "./export-frames.ts";
import { isExport } from "./export-marks.ts";
import { ExportReader } from "./export-reader.ts";
import { ExportWitness } from "./export-witness.ts";

/**
 * Flow exports as they are sent, one datagram or message after the other. Sources: Cisco, "NetFlow Export Datagram Formats"
 * (versions 1, 5, 7); RFC 3954 (version 9); RFC 7011, RFC 5103 and RFC 5655 (IPFIX).
 */
export const flowExport: Format = {
  id: "flow-export",
  title: "NetFlow v1, v5, v7, v9 and IPFIX, as sent",
  kind: "flow",
  looksLike: (head) =>
    isExport(new DataView(head.buffer, head.byteOffset, head.length), 0, head.length, false) ? 1 : 0,
  open(context) {
    const witness = new ExportWitness(context.tally);
    const frames = new ExportFrames(new ExportReader(witness, true), witness);
    return new FramedDecoder(frames, frames);
  },
};
