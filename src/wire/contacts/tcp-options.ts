import type { Packet } from "../packet.ts";

/** What `readTcpOptions` found: reused, because it is read once per first packet. */
export const tcpOptions = { mss: 0, kinds: 0, complete: false };

/** Reads TCP options in `[at, end)` (RFC 9293, section 3.2): the MSS, and the first eight kinds, a nibble each. */
export function readTcpOptions(packet: Packet, at: number, end: number): void {
  const { bytes, view } = packet;
  tcpOptions.mss = 0;
  tcpOptions.kinds = 0;
  tcpOptions.complete = end <= packet.transportEnd;
  if (!tcpOptions.complete) return;
  for (let shift = 28; at < end; ) {
    const kind = bytes[at]!;
    if (kind === 0) return;
    if (shift >= 0) tcpOptions.kinds |= (kind < 15 ? kind : 15) << shift;
    shift -= 4;
    if (kind === 1) {
      at++;
      continue;
    }
    const length = at + 1 < end ? bytes[at + 1]! : 0;
    if (length < 2 || at + length > end) return;
    if (kind === 2 && length === 4) tcpOptions.mss = view.getUint16(at + 2, false);
    at += length;
  }
}
