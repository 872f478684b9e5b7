/** Record types (RFC 8446, section 5.1). */
export const CHANGE_CIPHER_SPEC = 20;
export const HANDSHAKE = 22;
const RECORD_HEADER = 5;
/** A record's fragment is at most 2^14 bytes, plus what old versions add when they encrypt. */
const LONGEST_RECORD = 16384 + 2048;

/** Handshake message types (RFC 8446, section 4). */
export const Message = { clientHello: 1, serverHello: 2, certificate: 11, serverHelloDone: 14 } as const;

/** What of a handshake is put together at most. */
const LONGEST_FLIGHT = 32 * 1024;

/** Handshake messages that span several records are put together here: `joined[0, length)` of the latest `joinFlight`. */
export const joined = new Uint8Array(LONGEST_FLIGHT);

/** What the latest `joinFlight` found. */
export const flight = {
  length: 0,
  /** Something other than a whole handshake record follows: no more handshake will come in the clear. */
  hasEnded: false,
};

/** Copies the handshake messages with which `bytes[start, end)` begins out of their records. */
export function joinFlight(bytes: Uint8Array, start: number, end: number): void {
  flight.length = 0;
  flight.hasEnded = false;
  for (let at = start; at + RECORD_HEADER <= end; ) {
    const length = (bytes[at + 3]! << 8) | bytes[at + 4]!;
    const isHandshake = bytes[at] === HANDSHAKE && length > 0 && length <= LONGEST_RECORD;
    at += RECORD_HEADER;
    const stop = Math.min(at + length, end);
    if (!isHandshake || flight.length + stop - at > LONGEST_FLIGHT) {
      flight.hasEnded = true;
      return;
    }
    joined.set(bytes.subarray(at, stop), flight.length);
    flight.length += stop - at;
    at = stop;
  }
}

/** End of the message at `joined[at]`, or -1 when it is not all there. */
export function messageEnd(at: number): number {
  if (at + 4 > flight.length) return -1;
  const end = at + 4 + ((joined[at + 1]! << 16) | (joined[at + 2]! << 8) | joined[at + 3]!);
  return end <= flight.length ? end : -1;
}

/** The record at hand: reused. Its fragment is `bytes[start, end)`. */
export const record = { type: 0, start: 0, end: 0 };

/** Reads the header of the record at `bytes[at, end)` into `record`. @returns 1, 0 when it is not all there, -1 when it is none. */
export function readRecord(bytes: Uint8Array, at: number, end: number): -1 | 0 | 1 {
  if (end - at < RECORD_HEADER) return 0;
  record.type = bytes[at]!;
  record.start = at + RECORD_HEADER;
  const length = (bytes[at + 3]! << 8) | bytes[at + 4]!;
  record.end = record.start + length;
  if (!isRecordType(record.type) || bytes[at + 1] !== 3 || length > LONGEST_RECORD) return -1;
  return record.end <= end ? 1 : 0;
}

/** Whether `type` is one of change cipher spec, alert, handshake, application data, heartbeat. */
export function isRecordType(type: number): boolean {
  return type >= CHANGE_CIPHER_SPEC && type <= HANDSHAKE + 2;
}
