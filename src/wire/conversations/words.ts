// Hot: once per message that is told; measured by bench/conversations.ts.
import { findByte } from "./find.ts";

/** Longest text that is told of one message. */
const LONGEST = 512;
const BLANK = 32;

/** A text that is put together from pieces of a message, in fixed memory: what does not fit is cut. */
export class Words {
  readonly bytes = new Uint8Array(LONGEST);
  length = 0;

  /** Empties it. */
  clear(): this {
    this.length = 0;
    return this;
  }

  /** Adds a text that the program itself names. */
  say(text: Uint8Array | string): this {
    if (typeof text === "string") {
      for (let i = 0; i < text.length && this.length < LONGEST; i++) this.bytes[this.length++] = text.charCodeAt(i);
    } else for (let i = 0; i < text.length && this.length < LONGEST; i++) this.bytes[this.length++] = text[i]!;
    return this;
  }

  /** Adds `bytes[start, end)`; runs of control characters become one blank, none at its ends. */
  quote(bytes: Uint8Array, start: number, end: number): this {
    const first = this.length;
    for (let at = start; at < end && this.length < LONGEST; at++) this.#put(bytes[at]!, first);
    return this.#trim(first);
  }

  /** Adds `bytes[start, end)`, with dots for what stands between two of `mark`: it is the client's own, and differs for each. */
  quoteOutside(bytes: Uint8Array, start: number, end: number, mark: number): this {
    const first = this.length;
    let at = start;
    while (at < end) {
      const opening = findByte(bytes, at, end, mark);
      const closing = findByte(bytes, opening + 1, end, mark);
      if (closing >= end) return this.quote(bytes, at, end);
      this.quote(bytes, at, opening).space().say("...").space();
      at = closing + 1;
    }
    return this.#trim(first);
  }

  /** Adds the little-endian UTF-16 text `bytes[start, end)` as UTF-8. */
  quoteUtf16(bytes: Uint8Array, start: number, end: number): this {
    const first = this.length;
    for (let at = start; at + 1 < end && this.length + 3 <= LONGEST; at += 2) {
      const unit = bytes[at]! | (bytes[at + 1]! << 8);
      if (unit < 0x80) this.#put(unit, first);
      else if (unit < 0x800) this.#two(0xc0 | (unit >> 6), 0x80 | (unit & 63));
      else if (unit < 0xd800 || unit > 0xdfff) {
        this.bytes[this.length++] = 0xe0 | (unit >> 12);
        this.#two(0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63));
      } else this.#put(63, first);
    }
    return this.#trim(first);
  }

  /** Adds a whole number from 0 on. */
  number(value: number): this {
    return this.#digits(value, 10, 1);
  }

  /** Adds a number in hexadecimal, at least `digits` long. */
  hex(value: number, digits: number): this {
    return this.#digits(value >>> 0, 16, digits);
  }

  #digits(value: number, base: number, least: number): this {
    let count = 1;
    for (let rest = value; rest >= base; rest = Math.floor(rest / base)) count++;
    count = Math.max(count, least);
    if (this.length + count > LONGEST) return this;
    let rest = value;
    for (let at = this.length + count - 1; at >= this.length; at--) {
      const digit = rest % base;
      this.bytes[at] = digit + (digit < 10 ? 48 : 87);
      rest = Math.floor(rest / base);
    }
    this.length += count;
    return this;
  }

  /** Adds a blank, unless there is nothing before it. */
  space(): this {
    if (this.length > 0 && this.length < LONGEST) this.bytes[this.length++] = BLANK;
    return this;
  }

  #put(c: number, first: number): void {
    const isBlank = c <= BLANK || c === 127;
    if (isBlank && (this.length === first || this.bytes[this.length - 1] === BLANK)) return;
    this.bytes[this.length++] = isBlank ? BLANK : c;
  }

  #two(a: number, b: number): void {
    if (this.length + 2 > LONGEST) return;
    this.bytes[this.length++] = a;
    this.bytes[this.length++] = b;
  }

  #trim(first: number): this {
    while (this.length > first && this.bytes[this.length - 1] === BLANK) this.length--;
    return this;
  }
}

/** What the message at hand says; one is reused for all. */
export const said = new Words();
