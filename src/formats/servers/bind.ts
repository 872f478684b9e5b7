import { Outcome, Transport } from "../../observations/vocabulary.ts";
import { ContactRecord, portAt } from "../contact-record.ts";
import type { Witness } from "../define-line-format.ts";
import { after, afterLast, type ServerLine, type ServerProgram, tellNothing, until } from "./server-line.ts";

const DNS_PORT = 53;

/**
 * BIND's queries and what it denied, through syslog (`named`) or in a channel's own file: `client @0x7f… 192.0.2.7#53124
 * (version.bind): query: version.bind CH TXT + (198.51.100.53)`. Each is a contact; questions of class CHAOS, which ask
 * for the server itself, and zone transfers are hellos too. Source: BIND 9, ns/query.c, ns/client.c.
 */
export const bind: ServerProgram = {
  isCalled: (program) => program === "named",
  isOwnMessage: (bytes, start, end) => {
    const client = after(bytes, start, end, "client ");
    return client >= 0 && after(bytes, client, end, "#") >= 0 && after(bytes, client, end, "): ") >= 0;
  },
  open: () => {
    const contact = new ContactRecord();
    return (line, witness) => readClient(line, witness, contact);
  },
};

function readClient(line: ServerLine, witness: Witness, contact: ContactRecord): string | undefined {
  const { bytes, start, end } = line;
  const client = after(bytes, start, end, "client ");
  if (client < 0) return tellNothing(witness);
  // A query's name is the client's choice and stands behind its address.
  const at = bytes[client] === 64 ? until(bytes, client, end, " ") + 1 : client;
  const hash = until(bytes, at, end, "# ");
  const query = after(bytes, at, end, "): query: ");
  const isDenied = query < 0 && afterLast(bytes, at, end, " denied") >= 0;
  if (query < 0 && !isDenied) return tellNothing(witness);
  contact.begin(line.atMs);
  if (!contact.setSource(bytes, at, hash)) return "client is not an address";
  contact.sourcePort = portAt(bytes, hash + 1, end);
  contact.targetPort = DNS_PORT;
  contact.transport = Transport.udp;
  asksForServer = false;
  if (query >= 0) readQuery(bytes, query, end, contact);
  contact.tell(witness, Outcome.answered);
  if (asksForServer) contact.tellHello(witness, "dns", bytes, query, questionEnd);
  return undefined;
}

/** Whether the last query asks for the server itself or a whole zone, and where its name, class and type end. */
let asksForServer = false;
let questionEnd = 0;

/** `name CLASS TYPE +SE(0)TDC (198.51.100.53)`: `T` among the flags is TCP. */
function readQuery(bytes: Uint8Array, query: number, end: number, contact: ContactRecord): void {
  const nameEnd = until(bytes, query, end, " ");
  const classEnd = until(bytes, nameEnd + 1, end, " ");
  questionEnd = until(bytes, classEnd + 1, end, " ");
  asksForServer =
    (bytes[nameEnd + 1] === 67 && bytes[nameEnd + 2] === 72) ||
    after(bytes, classEnd, questionEnd, " AXFR") >= 0 ||
    after(bytes, classEnd, questionEnd, " IXFR") >= 0;
  const flagsEnd = until(bytes, questionEnd + 1, end, " ");
  if (until(bytes, questionEnd + 1, flagsEnd, "T") < flagsEnd) contact.transport = Transport.tcp;
  const own = afterLast(bytes, questionEnd, end, "(");
  if (own >= 0) contact.setTarget(bytes, own, until(bytes, own, end, ")#"));
}
