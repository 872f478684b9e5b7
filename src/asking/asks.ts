/** How a service is asked: what is said first, at most one thing, and when its answer is whole. */
export interface Ask {
  readonly id: string;
  /** Ports that are asked so when the configuration names no way. */
  readonly ports: readonly number[];
  readonly transport: "tcp" | "udp";
  /** Whether TLS comes first; of those, one without `ask` is the TLS hello alone. */
  readonly tls?: boolean;
  /** What is said to the service; absent where it speaks first. */
  readonly ask?: (facts: AskFacts) => Uint8Array;
  /** Said before leaving, where the protocol has words for it: a server logs a client that just leaves as an abuse. */
  readonly leave?: string;
  /** Whether `heard` is all that is to come: true, false to wait on, undefined when only silence tells. */
  readonly isWhole?: (heard: Buffer) => boolean | undefined;
}

export interface AskFacts {
  /** Name or address, with the port where it is not the usual one. */
  readonly host: string;
  /** Who asks, and how to reach the people behind it. */
  readonly agent: string;
}

const greeting = { transport: "tcp", isWhole: isWholeGreeting } as const;
const greetingInTls = { ...greeting, tls: true } as const;
const web = { transport: "tcp", ask: headRequest, isWhole: (heard: Buffer) => heard.includes("\r\n\r\n") } as const;

/**
 * Every way to ask. Each is what any client of the service begins with, or less: no log-in, no name or word is tried, and
 * nothing is asked twice. docs/exposure.md names them for users.
 */
export const asks: readonly Ask[] = [
  { id: "ftp", ports: [21], ...greeting, leave: "QUIT\r\n" },
  // RFC 4253, section 4.2: both sides name themselves; a comment may follow the name.
  { id: "ssh", ports: [22], ...greeting, ask: ({ agent }) => Buffer.from(`SSH-2.0-${sshName(agent)}\r\n`, "latin1") },
  { id: "telnet", ports: [23], transport: "tcp" },
  { id: "smtp", ports: [25, 587], ...greeting, leave: "QUIT\r\n" },
  { id: "dns", ports: [53], transport: "udp", ask: versionQuestion },
  { id: "http", ports: [80, 8080], ...web },
  { id: "pop3", ports: [110], ...greeting, leave: "QUIT\r\n" },
  { id: "imap", ports: [143], ...greeting, leave: "a LOGOUT\r\n" },
  { id: "snmp", ports: [161], transport: "udp", ask: engineQuestion },
  { id: "https", ports: [443, 8443], ...web, tls: true },
  { id: "smb", ports: [445], transport: "tcp", ask: negotiateRequest, isWhole: isWholeFrame },
  { id: "smtps", ports: [465], ...greetingInTls, leave: "QUIT\r\n" },
  { id: "tls", ports: [636], transport: "tcp", tls: true },
  { id: "rsync", ports: [873], ...greeting },
  { id: "ftps", ports: [990], ...greetingInTls, leave: "QUIT\r\n" },
  { id: "imaps", ports: [993], ...greetingInTls, leave: "a LOGOUT\r\n" },
  { id: "pop3s", ports: [995], ...greetingInTls, leave: "QUIT\r\n" },
  { id: "mysql", ports: [3306], transport: "tcp", isWhole: isWholeMysqlPacket },
  { id: "postgresql", ports: [5432], transport: "tcp", ask: encryptionRequest, isWhole: (heard) => heard.length > 0 },
  { id: "vnc", ports: [5900], ...greeting },
  { id: "redis", ports: [6379], transport: "tcp", ask: infoCommand, isWhole: isWholeRedisReply },
  { id: "banner", ports: [], transport: "tcp" },
];

/** Who asks: `Vedette/0.1.0 (exposure check of own hosts; contact: security@example.org)`. */
export function agentOf(version: string, contact: string): string {
  return `Vedette/${version} (exposure check of own hosts; contact: ${contact})`;
}

/** The name may hold no blank or dash, and the line is at most 255 octets (RFC 4253, section 4.2). */
function sshName(agent: string): string {
  return agent.replace("/", "_").slice(0, 200);
}

function headRequest({ host, agent }: AskFacts): Uint8Array {
  const lines = ["HEAD / HTTP/1.1", `Host: ${host}`, `User-Agent: ${agent}`, "Accept: */*"];
  return Buffer.from([...lines, "Accept-Encoding: identity", "Connection: close", "", ""].join("\r\n"), "latin1");
}

/** `version.bind`, class CHAOS, type TXT, no recursion (RFC 4892 describes it): what a name server calls itself. */
function versionQuestion(): Uint8Array {
  const header = [0x56, 0x44, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  return Buffer.concat([Buffer.from(header), Buffer.from("\x07version\x04bind\0\0\x10\0\x03", "latin1")]);
}

/** The discovery of RFC 3414, section 4: a request without user, security or variables. No community word is tried. */
function engineQuestion(): Uint8Array {
  const scoped = [0x30, 0x11, 4, 0, 4, 0, 0xa0, 0x0b, 2, 1, 1, 2, 1, 0, 2, 1, 0, 0x30, 0];
  const security = [0x30, 0x0e, 4, 0, 2, 1, 0, 2, 1, 0, 4, 0, 4, 0, 4, 0];
  const global = [0x30, 0x0e, 2, 1, 1, 2, 3, 0, 0xff, 0xe3, 4, 1, 4, 2, 1, 3];
  const body = [2, 1, 3, ...global, 4, security.length, ...security, ...scoped];
  return Uint8Array.from([0x30, body.length, ...body]);
}

/** An SMB2 NEGOTIATE ([MS-SMB2] 2.2.3) of dialects 2.0.2 to 3.0.2; what would come next, the session set-up, is a log-in. */
function negotiateRequest(): Uint8Array {
  const dialects = [0x0202, 0x0210, 0x0300, 0x0302];
  const message = Buffer.alloc(64 + 36 + 2 * dialects.length);
  message.writeUInt32BE(0xfe534d42, 0);
  message.writeUInt16LE(64, 4);
  message.writeUInt16LE(1, 14);
  message.writeUInt16LE(36, 64);
  message.writeUInt16LE(dialects.length, 66);
  message.writeUInt16LE(1, 68);
  for (const [i, dialect] of dialects.entries()) message.writeUInt16LE(dialect, 100 + 2 * i);
  return Buffer.concat([Uint8Array.of(0, 0, 0, message.length), message]);
}

/** SSLRequest (PostgreSQL documentation, section 55.7): answered by one byte, before any user is named. */
function encryptionRequest(): Uint8Array {
  return Uint8Array.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f);
}

function infoCommand(): Uint8Array {
  return Buffer.from("*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n");
}

/** A greeting ends with its line; of numbered replies, with the last (RFC 5321, section 4.2.1). */
function isWholeGreeting(heard: Buffer): boolean | undefined {
  if (heard.at(-1) !== 10) return undefined;
  const last = heard.lastIndexOf(10, heard.length - 2) + 1;
  return !/^\d{3}-/.test(heard.toString("latin1", last, last + 4));
}

function isWholeMysqlPacket(heard: Buffer): boolean {
  return heard.length >= 4 && heard.length >= 4 + heard.readUIntLE(0, 3);
}

function isWholeFrame(heard: Buffer): boolean {
  return heard.length >= 4 && heard.length >= 4 + heard.readUIntBE(1, 3);
}

function isWholeRedisReply(heard: Buffer): boolean {
  const line = heard.indexOf("\r\n");
  if (line < 0) return false;
  return heard[0] !== 36 || heard.length >= line + 4 + Number(heard.toString("latin1", 1, Math.min(line, 9)));
}
