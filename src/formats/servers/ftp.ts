import { Outcome } from "../../observations/vocabulary.ts";
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

const FTP_PORT = 21;
/** vsftpd logs a session from two processes, so its lines are joined by the client and this time. */
const ONE_SESSION_MS = 300_000;

/** vsftpd, through syslog or in its own file: `[pid 27245] CONNECT: Client "192.0.2.7"`. Source: vsftpd, logging.c. */
export const vsftpd: ServerProgram = {
  isCalled: (program) => program === "vsftpd",
  isOwnMessage: (bytes, start, end) =>
    startsWith(bytes, start, end, "[pid ") && after(bytes, start, end, 'Client "') >= 0,
  open: () => {
    const contact = new ContactRecord();
    const connections = new Connections();
    return (line, witness) => readVsftpd(line, witness, contact, connections);
  },
};

function readVsftpd(
  line: ServerLine,
  witness: Witness,
  contact: ContactRecord,
  known: Connections,
): string | undefined {
  const { bytes, start, end } = line;
  const at = after(bytes, start, end, 'Client "');
  if (at < 0) return tellNothing(witness);
  contact.begin(line.atMs);
  contact.targetPort = FTP_PORT;
  if (!contact.setSource(bytes, at, until(bytes, at, end, '"'))) return "client is not an address";
  const isConnect = afterLast(bytes, start, at, "CONNECT: ") >= 0;
  const isNew = known.isNew(contact.source, 0, line.atMs, ONE_SESSION_MS);
  if (!isConnect && !isNew) return tellNothing(witness);
  contact.tell(witness, Outcome.answered);
  return undefined;
}

/** ProFTPD, through syslog or in its own file: `host (name[192.0.2.7]): FTP session opened.` Source: ProFTPD, src/log.c. */
export const proftpd: ServerProgram = {
  isCalled: (program) => program === "proftpd",
  open: () => {
    const contact = new ContactRecord();
    const connections = new Connections();
    return (line, witness) => readProftpd(line, witness, contact, connections);
  },
};

function readProftpd(
  line: ServerLine,
  witness: Witness,
  contact: ContactRecord,
  known: Connections,
): string | undefined {
  const { bytes, start, end } = line;
  const name = after(bytes, start, end, " (");
  const at = name < 0 ? -1 : after(bytes, name, end, "[");
  if (at < 0) return tellNothing(witness);
  contact.begin(line.atMs);
  contact.targetPort = FTP_PORT;
  if (!contact.setSource(bytes, at, until(bytes, at, end, "]"))) return "client is not an address";
  const to = afterLast(bytes, at, end, "] to ");
  if (to >= 0) {
    const colon = afterLast(bytes, to, end, ":") - 1;
    contact.setTarget(bytes, to, colon);
    contact.targetPort = portAt(bytes, colon + 1, end) || FTP_PORT;
  }
  if (!known.isNew(contact.source, line.process, line.atMs)) return tellNothing(witness);
  contact.tell(witness, Outcome.answered);
  return undefined;
}
