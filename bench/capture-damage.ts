/** What is done to a capture's packets; numbers are taken modulo what there is. */
export interface Deed {
  readonly what: (typeof deeds)[number];
  readonly packet: number;
  /** Another packet, or a place in this one. */
  readonly other: number;
  readonly value: number;
}

export const deeds = ["swap", "repeat", "drop", "flip", "shorten"] as const;

export const FILE_HEADER = 24;
const RECORD_HEADER = 16;

/** A little-endian pcap file after `deeds`, and how many packets it has then. */
export function damageCapture(file: Uint8Array, deeds: readonly Deed[]): { file: Uint8Array; packets: number } {
  const records = recordsOf(file);
  for (const deed of deeds) if (records.length > 0) damage(records, deed);
  return { file: new Uint8Array(Buffer.concat([file.subarray(0, FILE_HEADER), ...records])), packets: records.length };
}

function damage(records: Uint8Array[], { what, packet, other, value }: Deed): void {
  const i = packet % records.length;
  const j = other % records.length;
  const record = records[i]!;
  const length = record.length - RECORD_HEADER;
  const at = RECORD_HEADER + (other % Math.max(1, length));
  if (what === "swap") [records[i], records[j]] = [records[j]!, record];
  else if (what === "repeat") records.splice(j, 0, record);
  else if (what === "drop") records.splice(i, 1);
  else if (length > 0) {
    const copy = record.slice(0, what === "shorten" ? at : record.length);
    if (what === "flip") copy[at]! ^= value;
    // As a snap length does: the length on the wire stays.
    else new DataView(copy.buffer).setUint32(8, copy.length - RECORD_HEADER, true);
    records[i] = copy;
  }
}

/** The whole records, headers included. */
function recordsOf(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const records: Uint8Array[] = [];
  for (let at = FILE_HEADER; file.length - at >= RECORD_HEADER; ) {
    const next = at + RECORD_HEADER + view.getUint32(at + 8, true);
    if (next > file.length) break;
    records.push(file.slice(at, next));
    at = next;
  }
  return records;
}
