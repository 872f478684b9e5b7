import { gather, startingWith } from "../bytes/read-bytes.ts";
import { type Envelope, envelopeOf, looseEnvelopeOf, unwrapped } from "./envelopes.ts";
import type { Format } from "./format.ts";
import { framesAsLines, isOctetCounted } from "./octet-frames.ts";
import { HEAD_BYTES } from "./recognise.ts";

/** What formats are shown of an input: its bytes, or what is in the envelopes that its lines are in. */
export interface InputBody {
  /** The first bytes, at least `HEAD_BYTES` when there are so many. */
  readonly head: Uint8Array;
  /** All bytes, those of `head` too. */
  readonly chunks: AsyncGenerator<Uint8Array, void, void>;
  /** What was taken off, if anything. */
  readonly envelope: Envelope | undefined;
}

/** Looks at the start of `chunks`. `candidates` are the formats that the input may be in: what one of them knows has no envelope. */
export async function openBody(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  candidates: readonly Format[],
): Promise<InputBody> {
  const head = await gather(chunks, HEAD_BYTES);
  const whole = startingWith(head, chunks);
  if (isOctetCounted(head)) return openBody(framesAsLines(whole), candidates);
  const start = head.subarray(0, HEAD_BYTES);
  const loose = looseEnvelopeOf(start);
  const envelope = envelopeOf(start) ?? (loose !== undefined && !isKnown(start, candidates) ? loose : undefined);
  if (envelope === undefined) return { head, chunks: whole, envelope };
  const inner = unwrapped(whole, envelope);
  const innerHead = Uint8Array.from(await gather(inner, HEAD_BYTES));
  return { head: innerHead, chunks: startingWith(innerHead, inner), envelope };
}

function isKnown(start: Uint8Array, candidates: readonly Format[]): boolean {
  return candidates.some((format) => format.looksLike(start) > 0);
}
