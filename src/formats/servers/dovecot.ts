import { Outcome } from "../../observations/vocabulary.ts";
import { ContactRecord } from "../contact-record.ts";
import type { Witness } from "../define-line-format.ts";
import { afterLast, type ServerLine, type ServerProgram, startsWith, tellNothing, until } from "./server-line.ts";

/** Login services, and their ports without and with TLS from the start (RFC 8314). */
const services: readonly (readonly [name: string, port: number, tlsPort: number])[] = [
  ["imap-login", 143, 993],
  ["pop3-login", 110, 995],
  ["submission-login", 587, 465],
  ["managesieve-login", 4190, 4190],
];

/**
 * Dovecot's login services, through syslog (`dovecot: imap-login: …`) or in its own file. A connection is one line when it
 * logs in or goes away: one contact. Which port it came to is not written; it is taken from the service and whether TLS
 * was used. Source: Dovecot, login-common/client-common.c.
 */
export const dovecot: ServerProgram = {
  isCalled: (program) => program === "dovecot" || program.endsWith("-login") || /^(?:imap|pop3|lmtp)\(/.test(program),
  open: () => {
    const contact = new ContactRecord();
    return (line, witness) => readLogin(line, witness, contact);
  },
};

function readLogin(line: ServerLine, witness: Witness, contact: ContactRecord): string | undefined {
  const { bytes, end, programAt, programEnd } = line;
  const service =
    services.find(([name]) => startsWith(bytes, line.start, end, name)) ??
    services.find(([name]) => startsWith(bytes, programAt, programEnd, name));
  // What the client chose (`user=<…>`) stands before the addresses.
  const rip = afterLast(bytes, line.start, end, "rip=");
  if (service === undefined || rip < 0) return tellNothing(witness);
  contact.begin(line.atMs);
  if (!contact.setSource(bytes, rip, until(bytes, rip, end, ", "))) return "rip is not an address";
  const lip = afterLast(bytes, rip, end, "lip=");
  if (lip >= 0) contact.setTarget(bytes, lip, until(bytes, lip, end, ", "));
  contact.targetPort = afterLast(bytes, rip, end, ", TLS") >= 0 ? service[2] : service[1];
  contact.tell(witness, Outcome.answered);
  return undefined;
}
