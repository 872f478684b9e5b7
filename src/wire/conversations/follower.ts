import type { Side } from "./conversation.ts";
import type { Talk } from "./talk.ts";

/** A protocol in which the server speaks first: reads on after the greeting (greetings.ts), as a `TalkDefinition` does. */
export interface Follower {
  /** The service that the greeting was named. */
  readonly service: string;
  hear(talk: Talk, side: Side, bytes: Uint8Array, start: number, end: number): number;
}
