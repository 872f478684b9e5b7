import { Outcome, Transport } from "../../observations/vocabulary.ts";
import { ContactRecord, portAt } from "../contact-record.ts";
import type { Witness } from "../define-line-format.ts";
import { QuestionRecord, responseCode } from "../question-record.ts";
import {
  after,
  afterLast,
  type ServerLine,
  type ServerProgram,
  startsWith,
  tellNothing,
  until,
} from "./server-line.ts";

const DNS_PORT = 53;
const APOSTROPHE = 39;

/**
 * BIND's queries and what it denied, through syslog (`named`) or in a channel's own file: `client @0x7f… 192.0.2.7#53124
 * (version.bind): query: version.bind CH TXT + (198.51.100.53)`; answers where they are logged (`response:`). Each is a contact
 * and a question. Source: BIND 9, ns/query.c, ns/client.c.
 */
export const bind: ServerProgram = {
  isCalled: (program) => program === "named",
  isOwnMessage: (bytes, start, end) => {
    const client = after(bytes, start, end, "client ");
    const hash = client < 0 ? -1 : after(bytes, client, end, "#");
    return hash >= 0 && (after(bytes, hash, end, "): ") >= 0 || oldQueryAt(bytes, hash, end) >= 0);
  },
  open: () => {
    const contact = new ContactRecord();
    const question = new QuestionRecord();
    return (line, witness) => readClient(line, witness, contact, question);
  },
};

function readClient(
  line: ServerLine,
  witness: Witness,
  contact: ContactRecord,
  question: QuestionRecord,
): string | undefined {
  const { bytes, start, end } = line;
  const client = after(bytes, start, end, "client ");
  if (client < 0) return tellNothing(witness);
  // A query's name is the client's choice and stands behind its address.
  const at = bytes[client] === 64 ? until(bytes, client, end, " ") + 1 : client;
  const hash = until(bytes, at, end, "# ");
  const old = oldQueryAt(bytes, hash + 1, end);
  const asked = old >= 0 ? old : after(bytes, at, end, "): query: ");
  const response = asked < 0 ? after(bytes, at, end, "): response: ") : -1;
  const denied = asked < 0 && response < 0 ? afterLast(bytes, at, end, " denied") : -1;
  if (asked < 0 && response < 0 && denied < 0) return tellNothing(witness);
  contact.begin(line.atMs);
  if (!contact.setSource(bytes, at, hash)) return "client is not an address";
  contact.sourcePort = portAt(bytes, hash + 1, end);
  contact.targetPort = DNS_PORT;
  contact.transport = Transport.udp;
  question.begin();
  const isRead =
    denied < 0
      ? readQuestion(bytes, Math.max(asked, response), end, contact, question, response >= 0)
      : readDenied(bytes, hash, denied, question);
  contact.tell(witness, Outcome.answered);
  if (isRead) contact.tellQuestion(witness, question);
  return undefined;
}

/** Behind `53124: query: `, as versions before 9.9 wrote, without the name in parentheses; -1 when that is not there. */
function oldQueryAt(bytes: Uint8Array, portAt: number, end: number): number {
  const colon = until(bytes, portAt, end, " :");
  return startsWith(bytes, colon, end, ": query: ") ? colon + 9 : -1;
}

/** `name CLASS TYPE +SE(0)TDC (198.51.100.53)`: `T` among the flags is TCP; before them the code, of a response. */
function readQuestion(
  bytes: Uint8Array,
  at: number,
  end: number,
  contact: ContactRecord,
  question: QuestionRecord,
  isResponse: boolean,
): boolean {
  const nameEnd = until(bytes, at, end, " ");
  const classEnd = until(bytes, nameEnd + 1, end, " ");
  const typeEnd = until(bytes, classEnd + 1, end, " ");
  if (typeEnd <= classEnd + 1) return false;
  question.setName(bytes, at, nameEnd);
  question.setType(bytes, classEnd + 1, typeEnd, bytes[nameEnd + 1] === 67 && bytes[nameEnd + 2] === 72);
  const codeEnd = isResponse ? until(bytes, typeEnd + 1, end, " ") : typeEnd;
  if (isResponse) question.code = responseCode(latin1(bytes, typeEnd + 1, codeEnd));
  const flagsEnd = until(bytes, codeEnd + 1, end, " ");
  question.setFlags(
    flagsEnd > codeEnd + 1 && bytes[codeEnd + 1] === 43,
    isResponse && until(bytes, codeEnd + 1, flagsEnd, "A") < flagsEnd,
  );
  if (until(bytes, codeEnd + 1, flagsEnd, "T") < flagsEnd) contact.transport = Transport.tcp;
  const own = afterLast(bytes, codeEnd, end, "(");
  if (own >= 0) contact.setTarget(bytes, own, until(bytes, own, end, ")#"));
  return true;
}

/** `query (cache) 'isc.org/ANY/IN' denied`, `zone transfer 'example.org/AXFR/IN' denied`. */
function readDenied(bytes: Uint8Array, from: number, to: number, question: QuestionRecord): boolean {
  const close = to - " denied".length - 1;
  if (bytes[close] !== APOSTROPHE) return false;
  const name = after(bytes, from, close, " '");
  const inClass = name < 0 ? -1 : afterLast(bytes, name, close, "/");
  const type = inClass < 0 ? -1 : afterLast(bytes, name, inClass - 1, "/");
  if (type < 0) return false;
  question.setName(bytes, name, type - 1);
  question.setType(bytes, type, inClass - 1, bytes[inClass] === 67);
  question.code = responseCode("REFUSED");
  return true;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, Math.min(end - start, 16))).toString("latin1");
}
