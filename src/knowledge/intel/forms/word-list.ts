import { readFileSync, writeFileSync } from "node:fs";
import { UserProblem } from "../../../bytes/problem.ts";
import { orderedList, type WordList } from "../../lists/word-lists.ts";

/** A word list as it is kept: the hash of each entry, 32 bits, little-endian, ordered; then the place of each, likewise. */
const CELL_BYTES = 4;

/** Writes the hashes of entries, given in the list's order. */
export function writeWordList(path: string, inOrder: readonly number[]): void {
  const { hashes, places } = orderedList("", inOrder, false);
  const bytes = Buffer.alloc(2 * inOrder.length * CELL_BYTES);
  for (let i = 0; i < inOrder.length; i++) {
    bytes.writeUInt32LE(hashes[i]!, i * CELL_BYTES);
    bytes.writeUInt32LE(places[i]!, (inOrder.length + i) * CELL_BYTES);
  }
  writeFileSync(path, bytes);
}

/** @throws UserProblem when the file is damaged */
export function readWordList(path: string, name: string): WordList {
  const bytes = readFileSync(path);
  if (bytes.length % (2 * CELL_BYTES) !== 0)
    throw new UserProblem("knowledge-refused", `the word list '${name}' is damaged; import it again`);
  const cells = new Uint32Array(new Uint8Array(bytes).buffer);
  const half = cells.length / 2;
  return { name, hashes: cells.subarray(0, half), places: cells.subarray(half), isShort: false };
}
