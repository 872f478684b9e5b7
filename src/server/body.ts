import type { Context } from "hono";
import { Refusal } from "./refusal.ts";

const MOST_BYTES = 64 * 1024;

/** Refuses a request that says itself that its body is too large, before anything of it is read. */
export function checkLength(context: Context): void {
  if (Number(context.req.header("content-length") ?? 0) > MOST_BYTES) throw tooLarge();
}

/** The text of a body, read no further than to its limit. */
export async function textOfBody(context: Context): Promise<string> {
  const body = context.req.raw.body;
  if (body === null) return "";
  const parts: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the stream.
  for await (const part of body) {
    length += part.byteLength;
    if (length > MOST_BYTES) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** What a JSON body holds. Only `application/json` is read, which no form of another site can send. */
export async function jsonOfBody(context: Context): Promise<unknown> {
  if (!/^application\/json\b/.test(context.req.header("content-type") ?? "")) {
    throw new Refusal(415, "body-invalid", "the body is not application/json");
  }
  const text = await textOfBody(context);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refusal(400, "body-invalid", "the body is not JSON");
  }
}

function tooLarge(): Refusal {
  return new Refusal(413, "too-large", "the body is above 64 KiB");
}
