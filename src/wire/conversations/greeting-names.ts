import { ascii, startsWith } from "./ascii.ts";

/** Services by their registered port (IANA), for greetings that do not say what they are. */
const serviceByPort: Readonly<Record<number, string>> = {
  21: "ftp",
  23: "telnet",
  25: "smtp",
  110: "pop3",
  119: "nntp",
  143: "imap",
  220: "imap",
  465: "smtp",
  587: "smtp",
  2121: "ftp",
  2323: "telnet",
  2525: "smtp",
  3306: "mysql",
  5900: "vnc",
  6667: "irc",
  873: "rsync",
};

/** What a greeting begins with, and whose it then is. */
const serviceByBeginning: readonly (readonly [Uint8Array, string])[] = [
  [ascii("+OK"), "pop3"],
  [ascii("* OK"), "imap"],
  [ascii("* PREAUTH"), "imap"],
  [ascii("* BYE"), "imap"],
  [ascii("RFB 0"), "vnc"],
  [ascii("@RSYNCD:"), "rsync"],
];

/** The service whose greeting `bytes[start, end)` is, read from what it says, then from its port; `unknown` at worst. */
export function nameGreeting(bytes: Uint8Array, start: number, end: number, port: number): string {
  for (const [beginning, service] of serviceByBeginning) if (startsWith(bytes, start, end, beginning)) return service;
  if (isReplyCode(bytes, start, end)) {
    const words = new TextDecoder("latin1").decode(bytes.subarray(start, end)).toLowerCase();
    if (words.includes("ftp")) return "ftp";
    if (/smtp|postfix|exim|sendmail|mail/.test(words)) return "smtp";
    if (words.includes("nntp") || words.includes("news")) return "nntp";
  }
  return serviceByPort[port] ?? "unknown";
}

/** Three digits and a blank or dash, as SMTP, FTP and NNTP begin. */
export function isReplyCode(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 4) return false;
  for (let i = 0; i < 3; i++) if (bytes[start + i]! < 48 || bytes[start + i]! > 57) return false;
  return bytes[start + 3] === 32 || bytes[start + 3] === 45;
}
