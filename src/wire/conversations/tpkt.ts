import { u16 } from "./integers.ts";

/** TPKT (RFC 1006, section 6): version 3, a zero, the length; then X.224. */
export const TPKT_HEAD = 4;
/** X.224 (section 13): connection request and confirm, data. */
export const CONNECTION_REQUEST = 0xe0;
export const CONNECTION_CONFIRM = 0xd0;
export const DATA = 0xf0;
/** Where a connection request's variable part begins. */
export const PARAMETERS = 11;

/** Whether `bytes[start, end)` begins as a connection request; undefined when there is too little of it. */
export function isConnectionRequest(bytes: Uint8Array, start: number, end: number): boolean | undefined {
  if (bytes[start] !== 3) return false;
  if (end - start < PARAMETERS) return end - start < 2 || bytes[start + 1] === 0 ? undefined : false;
  const length = u16(bytes, start + 2);
  const fits = bytes[start + 1] === 0 && length >= PARAMETERS && length < 1024 && bytes[start + 4]! <= length - 5;
  return fits && bytes[start + 5] === CONNECTION_REQUEST;
}

/** Whether the connection request's first parameter is one of X.224's own: a size or a called or calling selector. */
export function hasSelectors(bytes: Uint8Array, start: number): boolean {
  const code = bytes[start + PARAMETERS]!;
  return u16(bytes, start + 2) > PARAMETERS && code >= 0xc0 && code <= 0xc2;
}

/** Whether the parameter that tells is still to come. */
export function isCut(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start <= PARAMETERS && u16(bytes, start + 2) > PARAMETERS;
}
