/** Secrets of one session, by the labels of the key log; what is absent is not known. */
export interface SessionSecrets {
  /** TLS 1.2 and before: the master secret, 48 bytes (`CLIENT_RANDOM`). */
  master?: Uint8Array;
  /** TLS 1.3, each of a hash's length. */
  clientEarly?: Uint8Array;
  clientHandshake?: Uint8Array;
  serverHandshake?: Uint8Array;
  clientTraffic?: Uint8Array;
  serverTraffic?: Uint8Array;
}

const members: Readonly<Record<string, keyof SessionSecrets>> = {
  CLIENT_RANDOM: "master",
  CLIENT_EARLY_TRAFFIC_SECRET: "clientEarly",
  CLIENT_HANDSHAKE_TRAFFIC_SECRET: "clientHandshake",
  SERVER_HANDSHAKE_TRAFFIC_SECRET: "serverHandshake",
  CLIENT_TRAFFIC_SECRET_0: "clientTraffic",
  SERVER_TRAFFIC_SECRET_0: "serverTraffic",
};

/** Sessions beyond these are not kept: some 700 bytes each. */
const MOST_SESSIONS = 1 << 17;
/** A label, a client random and a secret of at most 64 bytes. */
const LONGEST_LINE = 512;
const RANDOM_DIGITS = 64;

/**
 * Session keys that the user gave, by client random: the lines of a key log as browsers, curl and OpenSSL write them when
 * SSLKEYLOGFILE is set (RFC 9850; the same text stands in pcapng decryption secrets blocks).
 */
export class TlsSecrets {
  /** Lines that hold no secret, comments and labels of no use aside. */
  rejected = 0;
  /** Sessions not kept because there were too many. */
  omitted = 0;
  readonly #sessions = new Map<string, SessionSecrets>();
  readonly #shared: TlsSecrets | undefined;

  /** @param shared what all inputs know; it is asked, never added to */
  constructor(shared?: TlsSecrets) {
    this.#shared = shared;
  }

  /** Sessions known. */
  get size(): number {
    return this.#sessions.size + (this.#shared?.size ?? 0);
  }

  /** Takes the lines of a key log. */
  addKeyLog(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const found = bytes.indexOf(10, at);
      const end = found < 0 ? bytes.length : found;
      if (end - at > LONGEST_LINE) this.rejected++;
      else
        this.#addLine(
          Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at)
            .toString("latin1")
            .trim(),
        );
      at = end + 1;
    }
  }

  /** Secrets of the session whose client random is the 32 bytes from `at`. */
  find(bytes: Uint8Array, at: number): SessionSecrets | undefined {
    if (this.size === 0) return undefined;
    const random = Buffer.from(bytes.buffer, bytes.byteOffset + at, 32).toString("hex");
    return this.#sessions.get(random) ?? this.#shared?.find(bytes, at);
  }

  #addLine(line: string): void {
    if (line === "" || line.startsWith("#")) return;
    const parts = line.split(" ");
    const [label, random, secret] = parts;
    if (parts.length !== 3 || !isHex(random!) || random!.length !== RANDOM_DIGITS || !isHex(secret!)) {
      this.rejected++;
      return;
    }
    const member = Object.hasOwn(members, label!) ? members[label!] : undefined;
    if (member !== undefined) this.#keep(random!.toLowerCase(), member, new Uint8Array(Buffer.from(secret!, "hex")));
  }

  #keep(random: string, member: keyof SessionSecrets, secret: Uint8Array): void {
    let session = this.#sessions.get(random);
    if (session === undefined) {
      if (this.#sessions.size >= MOST_SESSIONS) {
        this.omitted++;
        return;
      }
      session = {};
      this.#sessions.set(random, session);
    }
    session[member] = secret;
  }
}

function isHex(text: string): boolean {
  return text.length > 0 && text.length % 2 === 0 && /^[0-9A-Fa-f]+$/.test(text);
}
