// Hot: once per DNS question; measured by bench/captures.ts.
import type { Batch } from "../../observations/batch.ts";
import { message, typeText } from "../dns-message.ts";
import { ascii } from "./ascii.ts";

const SERVICE = ascii("dns");

/**
 * Writes what was asked for into a row of kind question whose addresses are set; as if it had no answer. The name is
 * `bytes[start, end)`, and its hash.
 */
export function writeQuestion(
  batch: Batch,
  row: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  low: number,
  high: number,
  type: number,
  inClass: number,
): void {
  const { texts } = batch;
  const method = typeText(type, inClass);
  batch.host[row] = texts.addHashed(bytes, start, end, low, high);
  batch.method[row] = texts.addHashed(method.bytes, 0, method.bytes.length, method.low, method.high);
  batch.status[row] = 0;
  batch.detail[row] = 0;
  batch.known[row] = 0;
  batch.referer[row] = 0;
  batch.sequence[row] = 0;
}

/** Adds what the answer in `message` says. */
export function writeAnswer(batch: Batch, row: number): void {
  const { zone, code, asked, pointer } = message;
  batch.status[row] = code + 1;
  batch.detail[row] = zone.length === 0 ? 0 : batch.texts.add(zone.bytes, 0, zone.length);
  batch.known[row] = asked;
  batch.sequence[row] = message.address;
  if (pointer.length > 0) batch.referer[row] = batch.texts.add(pointer.bytes, 0, pointer.length);
}

/** Writes what a name server says of itself, the text in `message`, into a row of kind reveal. */
export function revealVersion(batch: Batch, row: number, bytes: Uint8Array): void {
  batch.service[row] = batch.texts.add(SERVICE, 0, SERVICE.length);
  batch.detail[row] = batch.texts.add(bytes, message.textStart, message.textEnd);
}
