// Hot: once per message of SNMP and LDAP; measured by bench/conversations.ts.

/** The element that `element` found last (X.690, section 8.1): its tag, and its contents at `bytes[start, end)`. */
export const ber = { tag: 0, start: 0, end: 0 };

/**
 * Reads the head of the element at `bytes[at, end)` into `ber`. An element that was cut off ends where the bytes do.
 * @returns where the next element begins (past `end` when this one was cut off), or -1 when it is none
 */
export function element(bytes: Uint8Array, at: number, end: number): number {
  if (at + 2 > end) return -1;
  const tag = bytes[at]!;
  if ((tag & 31) === 31) return -1;
  let length = bytes[at + 1]!;
  let start = at + 2;
  if (length > 127) {
    const count = length & 127;
    if (count === 0 || count > 4 || start + count > end) return -1;
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + bytes[start++]!;
  }
  ber.tag = tag;
  ber.start = start;
  ber.end = Math.min(end, start + length);
  return start + length;
}

/** The unsigned number in the contents of the element in `ber`; -1 when it has none of up to four bytes. */
export function numberIn(bytes: Uint8Array): number {
  const { start, end } = ber;
  if (end <= start || end - start > 5) return -1;
  let value = 0;
  for (let at = start; at < end; at++) value = value * 256 + bytes[at]!;
  return value;
}

/** Whether the element that was found last has this tag. */
export function isTagged(tag: number): boolean {
  return ber.tag === tag;
}
