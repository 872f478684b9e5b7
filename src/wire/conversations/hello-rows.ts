import type { Batch } from "../../observations/batch.ts";
import { fingerprintsOf } from "./ja4.ts";
import { hello } from "./tls-hello.ts";

/** Fills `row` with what `readClientHello` found in `bytes`: the name asked for, JA4, and JA3 as the agent. */
export function writeHello(batch: Batch, row: number, service: Uint8Array, bytes: Uint8Array): void {
  const { ja3, ja4 } = fingerprintsOf(hello.facts);
  const { texts } = batch;
  batch.host[row] = texts.add(bytes, hello.nameStart, hello.nameEnd);
  batch.service[row] = texts.add(service, 0, service.length);
  batch.detail[row] = texts.add(ja4, 0, ja4.length);
  batch.agent[row] = texts.add(ja3, 0, ja3.length);
}
