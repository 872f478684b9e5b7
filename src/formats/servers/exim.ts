import { Outcome } from "../../observations/vocabulary.ts";
import { ContactRecord, portAt } from "../contact-record.ts";
import type { Witness } from "../define-line-format.ts";
import { Connections } from "./connections.ts";
import { after, type ServerLine, type ServerProgram, startsWith, tellNothing, until } from "./server-line.ts";

const SMTP_PORT = 25;
/** Exim repeats a client without its port in some lines; within this time they are taken as one connection. */
const ONE_CONNECTION_MS = 60_000;

/**
 * Exim's main and reject log, through syslog or in its own file: a client is written `H=name (helo) [192.0.2.7]:51234`, its
 * address never in the parentheses that hold what the client said. Source: Exim, specification, chapter 53.
 */
export const exim: ServerProgram = {
  isCalled: (program) => program === "exim" || program === "exim4",
  isOwnMessage: (bytes, start, end) =>
    ["H=", " connection from ", " authenticator failed for "].some((mark) => after(bytes, start, end, mark) >= 0) &&
    clientAt(bytes, start, end) >= 0,
  open: () => {
    const reader = new EximReader();
    return (line, witness) => reader.read(line, witness);
  },
};

class EximReader {
  readonly #contact = new ContactRecord();
  readonly #connections = new Connections();

  read(line: ServerLine, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    const at = isOutgoing(bytes, start, end) ? -1 : clientAt(bytes, start, end);
    if (at < 0) return tellNothing(witness);
    const contact = this.#contact;
    contact.begin(line.atMs);
    const close = until(bytes, at, end, "]");
    if (!contact.setSource(bytes, at, close)) return "client is not an address";
    if (bytes[close + 1] === 58) contact.sourcePort = portAt(bytes, close + 2, end);
    contact.targetPort = SMTP_PORT;
    const name = startsWith(bytes, start, at, "H=") ? start + 2 : after(bytes, start, at, " H=");
    // A name outside parentheses was looked up and led back (specification, section 52.13, `H=`).
    if (name >= 0 && bytes[name] !== 40 && bytes[name] !== 91)
      contact.setName(bytes, name, until(bytes, name, at, " "));
    const own = after(bytes, start, end, " I=[");
    if (own >= 0) {
      const ownEnd = until(bytes, own, end, "]");
      contact.setTarget(bytes, own, ownEnd);
      if (bytes[ownEnd + 1] === 58) contact.targetPort = portAt(bytes, ownEnd + 2, end);
    }
    const isNew = this.#connections.isNew(contact.source, contact.sourcePort, line.atMs, ONE_CONNECTION_MS);
    if (!isNew) return tellNothing(witness);
    contact.tell(witness, Outcome.answered);
    return undefined;
  }
}

/** `=>`, `->` and `**` are deliveries to other hosts. */
function isOutgoing(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    after(bytes, start, end, " => ") >= 0 ||
    after(bytes, start, end, " -> ") >= 0 ||
    after(bytes, start, end, " ** ") >= 0
  );
}

/** Where the first address in brackets stands that is not in parentheses; -1 when there is none. */
function clientAt(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0;
  for (let i = start; i < end; i++) {
    const c = bytes[i]!;
    if (c === 40) depth++;
    else if (c === 41 && depth > 0) depth--;
    else if (c === 91 && depth === 0 && isBeforeAddress(bytes, i, start) && looksLikeAddress(bytes, i + 1, end))
      return i + 1;
  }
  return -1;
}

function isBeforeAddress(bytes: Uint8Array, at: number, start: number): boolean {
  return at > start && (bytes[at - 1] === 32 || bytes[at - 1] === 61) && bytes[at - 2] !== 73; // not I=[
}

/** Digits of an address and a dot or colon, up to the bracket. */
function looksLikeAddress(bytes: Uint8Array, from: number, end: number): boolean {
  const close = until(bytes, from, Math.min(end, from + 46), "]");
  let marks = 0;
  for (let i = from; i < close; i++) {
    const c = bytes[i]!;
    if (c === 46 || c === 58) marks++;
    else if (!((c >= 48 && c <= 57) || ((c | 32) >= 97 && (c | 32) <= 102))) return false;
  }
  return marks >= 2 && close < end;
}
