import { Outcome } from "../../observations/vocabulary.ts";
import { ContactRecord, portAt } from "../contact-record.ts";
import type { Witness } from "../define-line-format.ts";
import { Connections } from "./connections.ts";
import { after, type ServerLine, type ServerProgram, startsWith, tellNothing, until } from "./server-line.ts";

/**
 * Postfix's smtpd and postscreen: `connect from` is one contact; what a client sent that is no SMTP is a hello. A service
 * named in master.cf shows in the program's name and tells the port. Source: Postfix, smtpd.c, postscreen.c.
 */
export const postfix: ServerProgram = {
  isCalled: (program) => program.startsWith("postfix"),
  open: () => {
    const reader = new PostfixReader();
    return (line, witness) => reader.read(line, witness);
  },
};

class PostfixReader {
  readonly #contact = new ContactRecord();
  readonly #connections = new Connections();

  read(line: ServerLine, witness: Witness): string | undefined {
    const { bytes, start, end, programAt, programEnd } = line;
    const isScreen = after(bytes, programAt, programEnd, "postscreen") >= 0;
    if (!isScreen && after(bytes, programAt, programEnd, "smtpd") < 0) return tellNothing(witness);
    const from = after(bytes, start, end, " from ");
    const isWarning = startsWith(bytes, start, end, "warning: ");
    const named = from >= 0 ? from : isWarning ? start + 9 : -1;
    const open = named < 0 ? end : until(bytes, named, end, "[ ");
    const close = until(bytes, open, end, "]");
    const contact = this.#contact;
    contact.begin(line.atMs);
    contact.targetPort = portOf(bytes, programAt, programEnd);
    if (close >= end || bytes[open] !== 91 || !contact.setSource(bytes, open + 1, close)) {
      return startsWith(bytes, start, end, "connect from ") ? "client is not an address" : tellNothing(witness);
    }
    if (bytes[close + 1] === 58) contact.sourcePort = portAt(bytes, close + 2, end);
    // Postfix writes `unknown` for a name that it could not confirm both ways (smtpd_peer.c).
    if (!isScreen && !startsWith(bytes, named, open, "unknown")) contact.setName(bytes, named, open);
    const isConnect = startsWith(bytes, start, end, "connect from ") || startsWith(bytes, start, end, "CONNECT from ");
    if (startsWith(bytes, start, end, "CONNECT from ")) this.#takeTarget(bytes, close, end);
    const number = isScreen ? contact.sourcePort : line.process;
    const isNew = this.#connections.isNew(contact.source, number, line.atMs);
    if (isConnect || isNew) contact.tell(witness, Outcome.answered);
    const textAt = this.#textAt(bytes, start, close, end);
    if (textAt >= 0) contact.tellHello(witness, "smtp", bytes, textAt, end);
    else if (!isConnect && !isNew) tellNothing(witness);
    return undefined;
  }

  /** Where that stands which a client sent in place of SMTP; -1 when the line is of something else. */
  #textAt(bytes: Uint8Array, start: number, close: number, end: number): number {
    const isForeign =
      startsWith(bytes, start, end, "warning: non-SMTP command") || startsWith(bytes, start, end, "PREGREET ");
    const colon = isForeign ? after(bytes, close, end, ": ") : -1;
    return colon >= 0 && colon < end ? colon : -1;
  }

  /** ` to [198.51.100.30]:25` */
  #takeTarget(bytes: Uint8Array, from: number, end: number): void {
    const at = after(bytes, from, end, " to [");
    if (at < 0) return;
    const close = until(bytes, at, end, "]");
    this.#contact.setTarget(bytes, at, close);
    if (bytes[close + 1] === 58) this.#contact.targetPort = portAt(bytes, close + 2, end);
  }
}

function portOf(bytes: Uint8Array, start: number, end: number): number {
  if (after(bytes, start, end, "submission") >= 0) return 587;
  return after(bytes, start, end, "smtps") >= 0 ? 465 : 25;
}
