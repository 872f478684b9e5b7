import { Batch } from "../observations/batch.ts";
import { Tally } from "../observations/tally.ts";
import { TlsSecrets } from "../wire/conversations/tls-secrets.ts";
import { rawIp } from "../wire/links/raw-ip.ts";
import { Wire, type WireLimits } from "../wire/wire.ts";
import { packetsOf } from "./packets.ts";
import type { Recording } from "./recording.ts";

/** One conversation at a time needs little. */
const limits: WireLimits = {
  flows: 16,
  exchanges: 16,
  bytesPerStream: 64 * 1024,
  segmentsPerStream: 32,
  bytes: 1024 * 1024,
  requests: 16,
};

/**
 * The observations in a recording, read by the same code as a capture of it would be: a greeting, header or certificate
 * means the same, whoever brought it.
 * @param port that the service usually has: some readers go by it, and here it is known what is asked
 */
export function observationsIn(recording: Recording, port: number, atMs: number): Batch {
  const secrets = new TlsSecrets();
  secrets.addKeyLog(Buffer.from(recording.keys.join("\n"), "latin1"));
  const wire = new Wire(new Tally(), limits, secrets);
  const batch = new Batch(64);
  wire.begin(batch);
  const usual = { ...recording, place: { ...recording.place, port } };
  for (const [i, packet] of packetsOf(usual).entries()) {
    const bytes = new Uint8Array(packet);
    wire.packet(rawIp, bytes, new DataView(bytes.buffer), 0, bytes.length, bytes.length, atMs, i + 1);
  }
  wire.settle();
  do wire.end(batch);
  while (wire.hasMore);
  return batch;
}
