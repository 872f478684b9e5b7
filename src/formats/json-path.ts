// Hot: once per request of logs that write path and query apart.
import { type JsonScan, unescapedJson, unescapeJson } from "../bytes/json-scan.ts";
import type { TextTable } from "../bytes/text-table.ts";

const QUESTION = 63;

/** Puts the path and the query of a request together, which some logs write apart. */
export class JsonPath {
  readonly #scan: JsonScan;
  #joined = new Uint8Array(1024);

  constructor(scan: JsonScan) {
    this.#scan = scan;
  }

  /** The id of `path?query`, or of the path alone when there is no query; the query may bring its own question mark. */
  add(texts: TextTable, path: number, query: number): number {
    const scan = this.#scan;
    if (!scan.has(query) || scan.ends[query] === scan.starts[query]) return scan.text(path, texts);
    let length = this.#append(path, 0);
    if (scan.bytes[scan.starts[query]!] !== QUESTION) this.#joined[length++] = QUESTION;
    length = this.#append(query, length);
    return texts.add(this.#joined, 0, length);
  }

  #append(slot: number, at: number): number {
    const scan = this.#scan;
    if (!scan.has(slot)) return at;
    const size = unescapeJson(scan.bytes, scan.starts[slot]!, scan.ends[slot]!);
    const plain = unescapedJson();
    if (this.#joined.length < at + size + 1) {
      const larger = new Uint8Array(2 * (at + size + 1));
      larger.set(this.#joined.subarray(0, at));
      this.#joined = larger;
    }
    for (let i = 0; i < size; i++) this.#joined[at + i] = plain[i]!;
    return at + size;
  }
}
