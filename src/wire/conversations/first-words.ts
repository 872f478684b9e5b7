import { ascii, mayBecome, startsWith } from "./ascii.ts";
import { Recognition } from "./conversation.ts";

/** SSH, mail and FTP, POP3, IMAP, VNC, rsync. */
const greetings = ["SSH-", "220 ", "220-", "+OK ", "* OK", "RFB 0", "@RSYNCD:"].map(ascii);

/** MySQL's: a packet of length (3 bytes, little-endian), number 0, protocol version, and the server's version in digits. */
const mysqlGreeting: readonly ((byte: number) => boolean)[] = [
  (byte) => byte >= 8,
  (byte) => byte < 2,
  (byte) => byte === 0,
  (byte) => byte === 0,
  (byte) => byte === 10,
  (byte) => byte >= 48 && byte <= 57,
];

/** Whether a server's first words, `bytes[start, end)`, are those of one that says them in text whatever it is asked. */
export function recogniseGreeting(bytes: Uint8Array, start: number, end: number): Recognition {
  if (greetings.some((words) => startsWith(bytes, start, end, words))) return Recognition.yes;
  const mayBe = greetings.some((words) => mayBecome(bytes, start, end, words));
  return mayBe ? Recognition.moreBytesNeeded : Recognition.no;
}

/** The same of MySQL's servers. */
export function recogniseMysqlGreeting(bytes: Uint8Array, start: number, end: number): Recognition {
  const length = Math.min(mysqlGreeting.length, end - start);
  for (let i = 0; i < length; i++) if (!mysqlGreeting[i]!(bytes[start + i]!)) return Recognition.no;
  return length < mysqlGreeting.length ? Recognition.moreBytesNeeded : Recognition.yes;
}

/** Whether they are the first words of any of them. */
export function isGreeting(bytes: Uint8Array, start: number, end: number): boolean {
  return [recogniseGreeting, recogniseMysqlGreeting].some(
    (recognise) => recognise(bytes, start, end) === Recognition.yes,
  );
}
