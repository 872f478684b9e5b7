// Hot: once per HTTP response; measured by bench/captures.ts.
import type { PhraseBook } from "../phrase-book.ts";
import { bytesToName, mayHaveName, nameBody } from "./body-words.ts";
import type { Words } from "./words.ts";

const LONGEST_PATH = 200;
const QUESTION_MARK = 63;

/** The path of the request whose answer is told. */
const asked = new Uint8Array(LONGEST_PATH);

/** The body of one answer, until it is known what it shows itself to be. One is reused for all answers of a flow. */
export class AnswerBody {
  #status = 0;
  #wanted = 0;
  /** Where the request's path stands. Phrases of a book stay as they are. */
  #book: PhraseBook | undefined;
  #path = 0;

  /** Begins with the answer to a request for the phrase `path`. @returns whether its body is to be looked at */
  begin(status: number, book: PhraseBook, path: number): boolean {
    this.#wanted = bytesToName(status);
    if (this.#wanted === 0) return false;
    this.#status = status;
    this.#book = book;
    this.#path = path;
    return true;
  }

  /** Whether what `bytes[start, end)` is cannot be told before more of it is there. */
  needsMore(bytes: Uint8Array, start: number, end: number): boolean {
    return end - start < this.#wanted && mayHaveName(this.#status, bytes, start, end);
  }

  /**
   * Says what the body, or its beginning, `bytes[start, end)` shows itself to be: `Body: git configuration at /.git/config`.
   * @returns whether it is anything
   */
  say(words: Words, bytes: Uint8Array, start: number, end: number): boolean {
    const book = this.#book;
    this.#book = undefined;
    if (start === end || book === undefined) return false;
    const name = nameBody(this.#status, bytes, start, Math.min(end, start + this.#wanted));
    if (name === undefined) return false;
    const length = book.copy(this.#path, asked);
    // Its query may hold secrets.
    const query = asked.subarray(0, length).indexOf(QUESTION_MARK);
    words
      .clear()
      .say("Body: ")
      .say(name)
      .say(" at ")
      .quote(asked, 0, query < 0 ? length : query);
    return true;
  }
}
