import type { Batch } from "../../../observations/batch.ts";
import { RequestView } from "../request-view.ts";

const MOST_BYTES = 8192;

/** What an input showed of a request beside its target: header lines that are not everybody's, an empty line, and how its body begins. */
export class RequestContent {
  /** Header lines `name: value`, each after a line feed; then an empty line and the body. Lower case. */
  readonly text = Buffer.alloc(MOST_BYTES + 8);
  length = 0;
  bodyStart = 0;
  /** The body's parameters, when it is a form. */
  readonly form = new RequestView();
  hasForm = false;
  isKnown = false;

  read(batch: Batch, row: number): void {
    const id = batch.content[row]!;
    this.isKnown = id !== 0;
    this.hasForm = false;
    this.length = 0;
    this.bodyStart = 0;
    this.form.params = 0;
    if (id === 0) return;
    const { bytes, starts, lengths } = batch.texts;
    const start = starts[id]!;
    const end = start + Math.min(lengths[id]!, MOST_BYTES);
    const { text } = this;
    let to = 0;
    text[to++] = 10;
    for (let i = start; i < end; i++) {
      const c = bytes[i]!;
      text[to++] = c >= 65 && c <= 90 ? c | 32 : c;
      if (this.bodyStart === 0 && c === 10 && text[to - 2] === 10) this.bodyStart = to;
    }
    this.length = to;
    if (this.bodyStart === 0) this.bodyStart = to;
    else this.#readForm(bytes, start + this.bodyStart - 1, end);
  }

  #readForm(bytes: Uint8Array, start: number, end: number): void {
    const first = bytes[start]!;
    let equals = start;
    while (equals < end && bytes[equals] !== 61 && bytes[equals]! > 32) equals++;
    if (first === 60 || first === 123 || first === 91 || bytes[equals] !== 61) return;
    this.form.readQuery(bytes, start, end);
    this.form.mergeBlanks();
    this.hasForm = true;
  }
}
