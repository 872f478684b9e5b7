/**
 * A protocol of datagrams: one file, its samples beside its test, one line in conversations/datagrams.ts. Each datagram is
 * read by itself; what it says goes into `said`, or nothing.
 */
export interface DatagramProtocol {
  /** The protocol, and the `service` of its rows. */
  readonly id: string;
  /** Bytes that one of its datagrams may begin with: only then is it asked. */
  readonly beginnings: readonly number[];
  /**
   * Whether the first datagram of a flow is of this protocol. Goes by content; `port`, the one of the two that is more
   * likely a service's, only tells apart what looks the same.
   */
  recognise(bytes: Uint8Array, start: number, end: number, port: number): boolean;
  /** Says what the client asks in `bytes[start, end)`. */
  ask(bytes: Uint8Array, start: number, end: number): void;
  /** Says what the server tells of itself in `bytes[start, end)`. */
  reveal(bytes: Uint8Array, start: number, end: number): void;
}
