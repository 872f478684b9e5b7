/** A hash of a word list's entry (FNV-1a), its leading slash left out. */
export function entryHash(entry: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = entry[0] === 47 ? 1 : 0; i < entry.length; i++) hash = Math.imul(hash ^ entry[i]!, 0x01000193);
  return hash >>> 0;
}

/** Sixteen bits of it (halves folded): facts of a list, and too little to read it back. */
export function shortHash(hash: number): number {
  return (hash ^ (hash >>> 16)) & 0xffff;
}
