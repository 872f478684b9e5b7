/**
 * The words every input is translated into. An observation is one fact in common terms; whatever reads an input says
 * only what it saw, never what to think of it.
 */

export const Kind = {
  /** A source tried target:port, and `outcome` says how that ended. */
  contact: 1,
  /** A source sent an HTTP request; `status` 0 means that no answer was seen. */
  request: 2,
  /** What a source's client said of itself in a handshake: TLS client hello, SSH ident. */
  hello: 3,
  /** What a server (the target) told the source about itself: a banner, a Server header. */
  reveal: 4,
  /**
   * A source asked a name server (the target) for a name. Columns: `host` the name, lower case, every octet but letters,
   * digits, `-`, `_`, `*` and `/` escaped (RFC 4343, section 2.1), cut after 255 bytes, without the last dot, `.` for the
   * root; `method` the type (`A`, `PTR`, `AXFR` …), with the class before it when that is not IN (`CH TXT`); `status` the
   * response code + 1, so that 0 means that no answer was seen (RFC 1035, section 4.1.1; IANA DNS RCODEs); `detail` the
   * zone that an answer without records says it speaks for (its SOA; RFC 2308, section 2.1); `known` bits of `Asked`; where the input
   * shows answers, `referer` the first name of a PTR answer, `sequence` the `addressTag` of the first address of an A or AAAA answer, or 0.
   */
  question: 5,
  /**
   * What a source asked of a service other than the web and name servers: `service` is the protocol, `detail` what it asked
   * for in that protocol's words (`USER anonymous`, `get public 1.3.6.1.2.1.1.1.0`). Never a password. Each wording is told
   * once per flow.
   */
  ask: 6,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** How a contact ended, as far as the input can tell. */
export const Outcome = {
  /** The input does not say (a flow seen from its middle, one direction only, a log without an action). */
  unknown: 0,
  /** The target took part: SYN-ACK, a UDP or ICMP reply. */
  answered: 1,
  /** The target said no: RST, ICMP port or protocol unreachable. */
  refused: 2,
  /** Nobody answered within the time that people would wait. */
  silent: 3,
  /** A router or host said it cannot be reached (ICMP unreachable, time exceeded). */
  unreachable: 4,
  /** A firewall let it pass; whether anything answered is not known. */
  admitted: 5,
  /** A firewall dropped or rejected it, by its log or by ICMP's "administratively prohibited". */
  denied: 6,
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** IP protocol numbers (IANA) that the code names. Any other number may stand in `transport` too. */
export const Transport = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const;

/** TCP flag bits (RFC 9293, section 3.1). */
export const TcpFlag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;

/** Which of a contact's packet facts the input showed; bits of the batch's `known` column. */
export const Known = {
  /** `tcpFlags` and `window` hold the first packet's. */
  tcp: 1,
  /** `ipId` and `ttl` hold the first packet's. */
  ip: 2,
  /** `sequence` holds the first packet's. */
  sequence: 4,
  /** `mss` and `synOptions` hold the first packet's (0: it had none). */
  options: 8,
  /** `host` holds the source's name, which the server that wrote the log had confirmed both ways. */
  name: 16,
  /** The server let the source in: it logged in with an account's password or key. */
  login: 32,
} as const;

/** Bits of a question's `known` column. */
export const Asked = {
  /**
   * The source wants the server to ask on for it (RD; RFC 1035, section 4.1.1): it is a client. A resolver, which asks for
   * its own clients, does not set it.
   */
  recursion: 1,
  /** The answer is the word of the zone's own server (AA). */
  authority: 2,
} as const;

/** DNS response codes (IANA DNS RCODEs) that the code names; a question's `status` is one more. */
export const ResponseCode = { noError: 0, noSuchName: 3 } as const;
