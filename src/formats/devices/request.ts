import { Kind, Transport } from "../../observations/vocabulary.ts";
import type { Witness } from "../define-line-format.ts";
import { contact } from "./contact.ts";

/** What one line tells of an HTTP request, besides the two ends in `contact`: ids of texts, 0 is absent. One reused object. */
class RequestDraft {
  host = 0;
  path = 0;
  method = 0;
  agent = 0;
  referer = 0;
  status = 0;

  clear(): void {
    this.host = 0;
    this.path = 0;
    this.method = 0;
    this.agent = 0;
    this.referer = 0;
    this.status = 0;
  }
}

/** The line's request. */
export const request = new RequestDraft();

/** Adds `request` between the two ends of `contact` to the batch. Most devices on the way see no answer: the status is 0. */
export function addRequest(witness: Witness, atMs: number): undefined {
  const { batch } = witness;
  const row = batch.add(Kind.request, atMs, witness.position);
  for (let i = 0; i < 4; i++) {
    batch.source[row * 4 + i] = contact.addresses[i]!;
    batch.target[row * 4 + i] = contact.addresses[4 + i]!;
  }
  batch.sourcePort[row] = contact.sourcePort <= 65535 ? contact.sourcePort : 0;
  batch.targetPort[row] = contact.targetPort <= 65535 ? contact.targetPort : 0;
  batch.transport[row] = Transport.tcp;
  batch.host[row] = request.host;
  batch.path[row] = request.path;
  batch.method[row] = request.method;
  batch.agent[row] = request.agent;
  batch.referer[row] = request.referer;
  batch.status[row] = request.status;
  batch.bytesSent[row] = 0;
  batch.detail[row] = 0;
  witness.tally.sawTime(atMs);
}
