import { formatAddress } from "../bytes/address.ts";
import { classes } from "../judgement/classes.ts";
import { type LedgerRow, TextRole } from "../judgement/ledger.ts";
import { knowledge } from "../knowledge/index.ts";
import { Kind, Outcome, ResponseCode, Transport } from "../observations/vocabulary.ts";

const decoder = new TextDecoder("utf-8");

const outcomeWords: Readonly<Record<number, string>> = {
  [Outcome.unknown]: "outcome not seen",
  [Outcome.answered]: "answered",
  [Outcome.refused]: "refused",
  [Outcome.silent]: "no answer",
  [Outcome.unreachable]: "unreachable",
  [Outcome.admitted]: "let through",
  [Outcome.denied]: "denied",
};

/** What one row of a ledger saw, in words. Input text in it is decoded but not escaped: whoever shows it does that. */
export function describeEvidence(row: LedgerRow): string {
  const seen = describeSeen(row);
  const meaning = [row.classIndex < 0 ? "" : classes[row.classIndex]!.words, row.note].filter(Boolean).join("; ");
  return meaning === "" ? seen : `${seen}: ${meaning}`;
}

function describeSeen(row: LedgerRow): string {
  if (row.kind === Kind.contact) return describeContact(row);
  if (row.textIs === TextRole.words) return describeAsk(row);
  return row.kind === Kind.question ? describeQuestion(row) : describeRequest(row);
}

function describeAsk(row: LedgerRow): string {
  return `sent ${describeService(row.transport, row.port)} on ${formatAddress(row.target)} "${decoder.decode(row.text)}"`;
}

function describeQuestion({ text, method, status }: LedgerRow): string {
  return `asked for the name ${decoder.decode(text)} (${method}), ${answerWords[status - 1] ?? (status === 0 ? "no answer seen" : `response code ${status - 1}`)}`;
}

/** By response code (RFC 1035, section 4.1.1; RFC 2136, section 2.2). */
const answerWords: Readonly<Record<number, string>> = {
  [ResponseCode.noError]: "answered",
  1: "not understood",
  2: "server failed",
  [ResponseCode.noSuchName]: "no such name",
  4: "not implemented",
  5: "refused",
  9: "not authorized",
};

function describeContact(row: LedgerRow): string {
  const looked = knowledge.checkOfPort(row.transport, row.port)?.service;
  const service = `${describeService(row.transport, row.port)}${looked === undefined ? "" : ` (${looked})`}`;
  return `${service} on ${formatAddress(row.target)}, ${outcomeWords[row.outcome] ?? ""}`;
}

/** `tcp/22`, `icmp echo request`, `ip protocol 47`. */
export function describeService(transport: number, port: number): string {
  switch (transport) {
    case Transport.tcp:
      return `tcp/${port}`;
    case Transport.udp:
      return `udp/${port}`;
    case Transport.sctp:
      return `sctp/${port}`;
    case Transport.icmp:
      return `icmp ${icmpWords[port >>> 8] ?? `type ${port >>> 8}`}`;
    case Transport.icmpv6:
      return `icmpv6 ${port >>> 8 === 128 ? "echo request" : `type ${port >>> 8}`}`;
    default:
      return `ip protocol ${transport}`;
  }
}

const icmpWords: Readonly<Record<number, string>> = {
  8: "echo request",
  13: "timestamp request",
  15: "information request",
  17: "address mask request",
};

function describeRequest(row: LedgerRow): string {
  const text = decoder.decode(row.text);
  if (row.textIs === TextRole.name) return `asked for the name ${text}`;
  if (row.textIs === TextRole.label) return text === "" ? "sent no user agent" : `said it is ${text}`;
  const status = row.status === 0 ? "answer not seen" : String(row.status);
  return `${row.method === "" ? "unreadable request" : row.method} ${text}, ${status}`;
}
