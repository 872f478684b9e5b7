import { TextDecoder } from "node:util";

/**
 * Passes bytes on as they are, but text in UTF-16 with its byte order mark (Windows: `>` of PowerShell, exported event logs) as UTF-8;
 * half a surrogate pair becomes U+FFFD.
 */
export async function* asUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let decoder: TextDecoder | undefined;
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst) decoder = decoderOf(chunk);
    isFirst = false;
    if (decoder === undefined) {
      yield chunk;
      continue;
    }
    const text = decoder.decode(chunk, { stream: true });
    if (text !== "") yield Buffer.from(text, "utf8");
  }
  const rest = decoder?.decode() ?? "";
  if (rest !== "") yield Buffer.from(rest, "utf8");
}

/** By the byte order mark that the first chunk starts with. Two zeros behind it are UTF-32's. */
function decoderOf(chunk: Uint8Array): TextDecoder | undefined {
  if (chunk[0] === 0xff && chunk[1] === 0xfe && (chunk[2] !== 0 || chunk[3] !== 0)) return new TextDecoder("utf-16le");
  return chunk[0] === 0xfe && chunk[1] === 0xff ? new TextDecoder("utf-16be") : undefined;
}
