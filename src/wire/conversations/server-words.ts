// Hot: once per HTTP response; measured by bench/captures.ts.
import { hashBytes, hashed } from "../../bytes/hash.ts";
import { Kind } from "../../observations/vocabulary.ts";
import type { Exchange } from "../exchange.ts";
import type { AnswerBody } from "./answer-body.ts";
import { ascii, startsWith } from "./ascii.ts";
import type { Narrator } from "./conversation.ts";
import type { HttpResponse, RevealedHeader } from "./http-response.ts";
import { sayNtlmBase64 } from "./ntlm.ts";
import { type PageWords, pageGenerator, pageTitle, readPage } from "./page-words.ts";
import { said } from "./words.ts";

/** Header values of one flow that are remembered as told. */
const MOST_TOLD = 16;
/** Reveals are cut to this. */
const LONGEST_REVEAL = 512;

/** An NTLM challenge in base64 is not shorter; it differs each time, so what it says is told instead ([MS-NTHT]). */
const SHORTEST_CHALLENGE = 64;
/** What a page names itself is cut to this. */
const LONGEST_WORDS = 160;
const TITLE = ascii("Title: ");
const GENERATOR = ascii("Generator: ");
const ICON = ascii("Favicon: ");
const NTLM = ascii("NTLM ");
const NEGOTIATE = ascii("Negotiate ");

const scratch = new Uint8Array(LONGEST_REVEAL);

/** What the server of one HTTP/1 flow said of itself: everything is told once. */
export class ServerWords {
  /** Hashes of the header values told, and of those of the latest head together. */
  readonly #told = new Int32Array(MOST_TOLD);
  #count = 0;
  #latest = 0;

  /** Forgets what was told: another flow begins. */
  clear(): void {
    this.#count = 0;
    this.#latest = 0;
  }

  /** Tells what is new in the head of `response`, whose bytes are given. */
  tell(response: HttpResponse, bytes: Uint8Array, exchange: Exchange, narrator: Narrator): void {
    const { reveals, revealed } = response;
    if (revealed === 0) return;
    let all = 1;
    for (let i = 0; i < revealed; i++) all = Math.imul(all, 31) + reveals[i]!.low;
    if ((all | 0) === this.#latest) return;
    this.#latest = all | 0;
    for (let i = 0; i < revealed; i++) {
      const reveal = reveals[i]!;
      if (reveal.end > reveal.start && this.#isNews(reveal.low)) tellReveal(reveal, bytes, exchange, narrator);
    }
  }

  /** Tells what a page names itself in `bytes[start, end)`. @returns what `readPage` does */
  tellPage(bytes: Uint8Array, start: number, end: number, exchange: Exchange, narrator: Narrator): number {
    const read = readPage(bytes, start, end);
    this.#tellWords(TITLE, pageTitle, bytes, exchange, narrator);
    this.#tellWords(GENERATOR, pageGenerator, bytes, exchange, narrator);
    return read;
  }

  /** Tells what a body, of which `bytes[start, end)` is there, shows itself to be. */
  tellBody(
    body: AnswerBody,
    bytes: Uint8Array,
    start: number,
    end: number,
    exchange: Exchange,
    narrator: Narrator,
  ): void {
    if (body.say(said, bytes, start, end)) this.#tellSaid(exchange, narrator);
  }

  /** Tells the number of an icon (icon-hash.ts). */
  tellIcon(number: number, exchange: Exchange, narrator: Narrator): void {
    said.clear().say(ICON).say(String(number));
    this.#tellSaid(exchange, narrator);
  }

  #tellWords(name: Uint8Array, { start, end }: PageWords, bytes: Uint8Array, exchange: Exchange, narrator: Narrator) {
    if (start === end) return;
    said
      .clear()
      .say(name)
      .quote(bytes, start, Math.min(end, start + LONGEST_WORDS));
    if (said.length > name.length) this.#tellSaid(exchange, narrator);
  }

  /** Tells what is in `said`, when it is news. */
  #tellSaid(exchange: Exchange, narrator: Narrator): void {
    hashBytes(said.bytes, 0, said.length);
    const { low, high } = hashed;
    if (!this.#isNews(low)) return;
    const { requests, chunk } = narrator;
    const row = narrator.startRow(exchange, Kind.reveal, exchange.atMs, exchange.position);
    const { texts, service, detail } = narrator.batch;
    service[row] = requests.serviceIn(texts, chunk);
    detail[row] = texts.addHashed(said.bytes, 0, said.length, low, high);
  }

  #isNews(hash: number): boolean {
    const count = Math.min(this.#count, MOST_TOLD);
    for (let i = 0; i < count; i++) if (this.#told[i] === hash) return false;
    this.#told[this.#count++ % MOST_TOLD] = hash;
    return true;
  }
}

function tellReveal(reveal: RevealedHeader, bytes: Uint8Array, exchange: Exchange, narrator: Narrator): void {
  const { requests, chunk } = narrator;
  const row = narrator.startRow(exchange, Kind.reveal, exchange.atMs, exchange.position);
  const { batch } = narrator;
  const book = requests.openBook();
  const phrase = requests.sayings.find(reveal.low, reveal.high, book.serial) || keep(reveal, bytes, narrator);
  batch.service[row] = requests.serviceIn(batch.texts, chunk);
  batch.detail[row] = book.idIn(batch.texts, phrase, chunk);
}

/** Puts name and value together, as a phrase of the open book. */
function keep({ name, start, end, low, high }: RevealedHeader, bytes: Uint8Array, { requests }: Narrator): number {
  const isLong = end - start >= SHORTEST_CHALLENGE;
  if (isLong && (startsWith(bytes, start, end, NTLM) || startsWith(bytes, start, end, NEGOTIATE))) {
    said.clear().say(name);
    const from = start + (bytes[start + 1] === NTLM[1] ? NTLM.length : NEGOTIATE.length);
    if (sayNtlmBase64(said, bytes, from, end)) return requests.openBook().add(said.bytes, 0, said.length);
  }
  scratch.set(name);
  let length = name.length;
  for (let at = start; at < end && length < LONGEST_REVEAL; at++) scratch[length++] = bytes[at]!;
  const book = requests.openBook();
  const phrase = book.add(scratch, 0, length);
  requests.sayings.keep(low, high, book.serial, phrase);
  return phrase;
}
