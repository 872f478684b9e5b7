/** Where the first `key="` of a list starts: behind the last space, or bracket, before the first `="`. */
export function firstQuotedField(bytes: Uint8Array, start: number, to: number): number {
  let at = start;
  for (let i = start; i < to; i++) {
    if (bytes[i] === 32 || bytes[i] === 91) at = i + 1;
    else if (bytes[i] === 61 && bytes[i + 1] === 34) return at;
  }
  return at;
}
