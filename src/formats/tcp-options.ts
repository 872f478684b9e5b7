const END_OF_OPTIONS = 0;
const NO_OPERATION = 1;
const MAXIMUM_SEGMENT_SIZE = 2;

/** Result of the last `readTcpOptions`; reused. */
export const tcpOptions = { mss: 0, kinds: 0 };

/**
 * Reads TCP options (RFC 9293, section 3.1) written as hexadecimal digits, `020405B40402…`, into `tcpOptions`: the MSS and
 * the first eight kinds, a nibble each from the highest, as in the batch's `synOptions`. Stops at the first that is broken.
 */
export function readTcpOptions(bytes: Uint8Array, start: number, end: number): void {
  tcpOptions.mss = 0;
  let kinds = 0;
  let count = 0;
  for (let at = start; count < 8; count++) {
    const kind = hexByte(bytes, at, end);
    if (kind <= END_OF_OPTIONS) break;
    const length = kind === NO_OPERATION ? 1 : hexByte(bytes, at + 2, end);
    if (length < 1 || (kind !== NO_OPERATION && length < 2) || at + 2 * length > end) break;
    if (kind === MAXIMUM_SEGMENT_SIZE && length === 4) {
      tcpOptions.mss = (hexByte(bytes, at + 4, end) << 8) | hexByte(bytes, at + 6, end);
    }
    kinds |= Math.min(kind, 15) << (28 - 4 * count);
    at += 2 * length;
  }
  tcpOptions.kinds = kinds >>> 0;
}

/** The byte written as two digits at `at`; -1 when there is none. */
function hexByte(bytes: Uint8Array, at: number, end: number): number {
  if (at + 2 > end) return -1;
  const high = hexDigit(bytes[at]!);
  const low = hexDigit(bytes[at + 1]!);
  return high < 0 || low < 0 ? -1 : (high << 4) | low;
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
