import { Known, Outcome } from "../../observations/vocabulary.ts";
import { ContactRecord, portAt } from "../contact-record.ts";
import type { Witness } from "../define-line-format.ts";
import { Connections } from "./connections.ts";
import {
  after,
  afterLast,
  type ServerLine,
  type ServerProgram,
  startsWith,
  tellNothing,
  until,
} from "./server-line.ts";

const SSH_PORT = 22;

/**
 * What sshd says of a connection, and on which side of the address stands what the client chose (a user name, a text): a
 * user called `x from 198.51.100.1 port 1` must not lead away from the address that sshd itself wrote. Source: OpenSSH,
 * sshd.c, auth.c, packet.c, kex.c.
 */
const sayings: readonly (readonly [start: string, marker: string, which: "first" | "last"])[] = [
  ["Connection from ", "Connection from ", "first"],
  ["Unable to negotiate with ", "Unable to negotiate with ", "first"],
  ["banner exchange: Connection from ", "Connection from ", "first"],
  ["ssh_dispatch_run_fatal: Connection from ", "Connection from ", "first"],
  ["Received disconnect from ", "Received disconnect from ", "first"],
  ["Did not receive identification string from ", "string from ", "first"],
  ["Timeout before authentication for connection from ", "connection from ", "first"],
  ["Timeout before authentication for ", "authentication for ", "first"],
  ["drop connection #", " from [", "first"],
  ["Bad protocol version identification '", "' from ", "last"],
  ["Invalid user ", " from ", "last"],
  ["Failed ", " from ", "last"],
  ["Accepted ", " from ", "last"],
  ["Postponed ", " from ", "last"],
  ["maximum authentication attempts exceeded for ", " from ", "last"],
  ["Illegal user ", " from ", "last"],
  ["Connection closed by ", " port ", "last"],
  ["Connection reset by ", " port ", "last"],
  ["Disconnected from ", " port ", "last"],
  ["Disconnecting ", " port ", "last"],
  ["User ", " from ", "last"],
  ["pam_unix(sshd:auth): ", " rhost=", "last"],
];

/** OpenSSH's server. Each connection is one contact, and so is being let in; what a client sent in place of an SSH greeting is a hello. */
export const sshd: ServerProgram = {
  isCalled: (program) => program === "sshd" || program === "sshd-session" || program === "sshd-auth",
  isOwnMessage: (bytes, start, end) => sayings.slice(0, 9).some(([saying]) => startsWith(bytes, start, end, saying)),
  open: () => {
    const reader = new SshdReader();
    return (line, witness) => reader.read(line, witness);
  },
};

class SshdReader {
  readonly #contact = new ContactRecord();
  readonly #connections = new Connections();

  read(line: ServerLine, witness: Witness): string | undefined {
    const { bytes, end } = line;
    const start = afterSeverity(bytes, line.start, end);
    const saying = sayings.find(([text]) => startsWith(bytes, start, end, text));
    if (saying === undefined) return tellNothing(witness);
    const contact = this.#contact;
    contact.begin(line.atMs);
    contact.targetPort = SSH_PORT;
    const [, marker, which] = saying;
    const at = which === "first" ? after(bytes, start, end, marker) : afterLast(bytes, start, end, marker);
    if (at < 0) return tellNothing(witness);
    if (!this.#takeAddress(bytes, marker === " port " ? wordBefore(bytes, start, at - 6) : at, end)) {
      return startsWith(bytes, start, end, "User ") ? tellNothing(witness) : "sshd names no address";
    }
    const greeting = startsWith(bytes, start, end, "Bad protocol") ? start + sayings[9]![0].length : -1;
    // Who is dropped meets the process that listens, not one of his own.
    const isDropped = startsWith(bytes, start, end, "drop ");
    const number = isDropped ? contact.sourcePort : line.process || contact.sourcePort;
    const isNew = number === 0 || this.#connections.isNew(contact.source, number, line.atMs);
    const isLogin = startsWith(bytes, start, end, "Accepted ");
    if (isNew || isLogin) contact.tell(witness, Outcome.answered, isLogin ? Known.login : 0);
    if (greeting >= 0) contact.tellHello(witness, "ssh", bytes, greeting, at - marker.length);
    else if (!isNew && !isLogin) tellNothing(witness);
    return undefined;
  }

  /** `192.0.2.7 port 51234 on 198.51.100.4 port 22`, or less; sshd's `[…]:port` too. */
  #takeAddress(bytes: Uint8Array, from: number, end: number): boolean {
    const contact = this.#contact;
    const at = bytes[from] === 91 ? from + 1 : from;
    let stop = until(bytes, at, end, " ,];");
    // `from 192.0.2.7: 11: …` of older versions ends in a colon, which addresses do not.
    if (bytes[stop - 1] === 58) stop--;
    if (!contact.setSource(bytes, at, stop)) return false;
    if (startsWith(bytes, stop, end, " port ")) {
      contact.sourcePort = portAt(bytes, stop + 6, end);
      const on = until(bytes, stop + 6, end, " :");
      if (startsWith(bytes, on, end, " on ")) this.#takeTarget(bytes, on + 4, end);
    } else if (startsWith(bytes, stop, end, "]:")) contact.sourcePort = portAt(bytes, stop + 2, end);
    else if (startsWith(bytes, stop, end, " to ")) this.#takeTarget(bytes, stop + 4, end);
    return true;
  }

  #takeTarget(bytes: Uint8Array, at: number, end: number): void {
    const stop = until(bytes, at, end, " ,");
    this.#contact.setTarget(bytes, at, stop);
    if (startsWith(bytes, stop, end, " port ")) this.#contact.targetPort = portAt(bytes, stop + 6, end);
  }
}

/** Behind `error: ` and `fatal: `. */
function afterSeverity(bytes: Uint8Array, start: number, end: number): number {
  for (const text of ["error: ", "fatal: ", "debug1: "])
    if (startsWith(bytes, start, end, text)) return start + text.length;
  return start;
}

/** Where the word starts that ends at `end`. */
function wordBefore(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && bytes[at - 1] !== 32) at--;
  return at;
}
