import type { SourceFile } from "./source.ts";
import type { Tally } from "./tally.ts";

/** A larger element is left out. */
const LARGEST_ELEMENT = 16 * 1024 * 1024;
/** What stands before the array, at most: titles, dates, counts. */
const LARGEST_HEAD = 64 * 1024;

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * The objects of the array that is member `arrayName` of a JSON document, one by one, so that a feed of gigabytes takes the memory of its
 * largest element. `head` gets the document's text up to the array, once.
 */
export async function* readJsonElements(
  file: SourceFile,
  arrayName: string,
  tally: Tally,
  head: (text: string) => void = () => {},
): AsyncGenerator<unknown, void, void> {
  const cutter = new ElementCutter(`"${arrayName}"`);
  for await (const chunk of file.chunks()) {
    for (const element of cutter.push(chunk)) {
      const value = element === undefined ? undefined : parseJson(element);
      if (element === undefined) tally.reject("an element is too large", file.name);
      else if (value === undefined) tally.reject("an element is not JSON", file.name);
      else yield value;
    }
    if (cutter.head !== undefined) {
      head(cutter.head);
      cutter.head = undefined;
    }
  }
  if (!cutter.isDone) tally.reject("the JSON ends early, or holds no such array", file.name);
}

/** The value of a JSON text; undefined when it is not one. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

class ElementCutter {
  head: string | undefined;
  /** The end of the array was seen. */
  isDone = false;
  readonly #name: string;
  #before = "";
  #isInside = false;
  #depth = 0;
  #inString = false;
  #afterBackslash = false;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Texts of the elements that end in the chunk; undefined for one that is too large. */
  push(chunk: Uint8Array): (string | undefined)[] {
    const found: (string | undefined)[] = [];
    const from = this.#isInside ? 0 : this.#enter(chunk);
    if (from < 0 || this.isDone) return found;
    let start = from;
    for (let i = from; i < chunk.length; i++) {
      const c = chunk[i]!;
      if (this.#inString) {
        if (this.#afterBackslash) this.#afterBackslash = false;
        else if (c === BACKSLASH) this.#afterBackslash = true;
        else if (c === QUOTE) this.#inString = false;
      } else if (c === QUOTE) this.#inString = true;
      else if (c === 123 || c === 91) {
        if (this.#depth++ === 0) start = i;
      } else if (c === 125 || c === 93) {
        if (this.#depth === 0) {
          this.isDone = true;
          return found;
        }
        if (--this.#depth === 0) found.push(this.#finish(chunk.subarray(start, i + 1)));
      }
    }
    if (this.#depth > 0) this.#keep(chunk.slice(start));
    return found;
  }

  /** Where the array's first element may start; -1 while it has not begun. */
  #enter(chunk: Uint8Array): number {
    const known = this.#before.length;
    if (known > LARGEST_HEAD) return -1;
    this.#before += Buffer.from(chunk.subarray(0, LARGEST_HEAD + 1 - known)).toString("latin1");
    const name = this.#before.indexOf(this.#name);
    const open = name < 0 ? -1 : this.#before.indexOf("[", name);
    if (open < 0) return -1;
    this.#isInside = true;
    this.head = this.#before.slice(0, name);
    return open + 1 - known;
  }

  #keep(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length <= LARGEST_ELEMENT) this.#parts.push(part);
    else this.#parts = [];
  }

  #finish(last: Uint8Array): string | undefined {
    const length = this.#length + last.length;
    const text = length > LARGEST_ELEMENT ? undefined : Buffer.concat([...this.#parts, last]).toString("utf8");
    this.#parts = [];
    this.#length = 0;
    return text;
  }
}
