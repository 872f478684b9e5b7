const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const ANGLE = 60;

/** Frames that are longer are none: no line is as long. */
const LONGEST_FRAME = 128 * 1024;
const MOST_DIGITS = 6;

/** Where the message of a frame stands; reused. */
const frame = { start: 0, end: 0 };

/** Reads `123 <` at `at`, the length of what follows the space (RFC 6587, section 3.4.1, "Octet Counting"); false when it is not there. */
function isFrameAt(bytes: Uint8Array, at: number): boolean {
  let length = 0;
  let i = at;
  for (; i < bytes.length && i <= at + MOST_DIGITS; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) break;
    length = length * 10 + digit;
  }
  if (i === at || bytes[at] === 48 || bytes[i] !== SPACE || bytes[i + 1] !== ANGLE || length > LONGEST_FRAME)
    return false;
  frame.start = i + 1;
  frame.end = i + 1 + length;
  return true;
}

/** Whether syslog messages with their lengths before them follow each other without line ends, as they are sent over TCP. */
export function isOctetCounted(head: Uint8Array): boolean {
  return isFrameAt(head, 0) && frame.end < head.length && isFrameAt(head, frame.end);
}

/** The messages as lines; line ends within one become spaces, for it is one record. What follows a wrong length goes on as it is. */
export async function* framesAsLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let held: Uint8Array = new Uint8Array(0);
  let isLost = false;
  for await (const chunk of chunks) {
    if (isLost) {
      yield chunk;
      continue;
    }
    const bytes = Buffer.concat([held, chunk]);
    const lines = Buffer.alloc(bytes.length);
    let at = 0;
    let length = 0;
    while (isFrameAt(bytes, at) && frame.end <= bytes.length) {
      length = addLine(lines, length, bytes);
      at = frame.end;
    }
    isLost = !isFrameAt(bytes, at) && bytes.length - at > MOST_DIGITS + 2;
    held = bytes.subarray(at);
    if (length > 0) yield lines.subarray(0, length);
    if (isLost) yield held;
  }
  if (!isLost && held.length > 0) yield held;
}

/** Adds the message of the frame at hand; a frame is longer than its message by two bytes at least, so there is room for the line's end. */
function addLine(lines: Buffer, length: number, bytes: Uint8Array): number {
  let { end } = frame;
  while (end > frame.start && (bytes[end - 1] === NEWLINE || bytes[end - 1] === CARRIAGE_RETURN)) end--;
  let to = length;
  for (let i = frame.start; i < end; i++) lines[to++] = bytes[i] === NEWLINE ? SPACE : bytes[i]!;
  lines[to++] = NEWLINE;
  return to;
}
