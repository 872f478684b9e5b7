// Hot: once per line; measured by bench/log-formats.ts.
import { IsoTime } from "../../bytes/iso-time.ts";
import { JsonScan } from "../../bytes/json-scan.ts";
import { Kind, Transport } from "../../observations/vocabulary.ts";
import { defineJsonFormat } from "../define-json-format.ts";
import type { Witness } from "../define-line-format.ts";
import { JsonPath } from "../json-path.ts";
import { Parties } from "../parties.ts";

const scan = new JsonScan();
const s = {
  start: scan.want("EdgeStartTimestamp"),
  end: scan.want("EdgeEndTimestamp"),
  at: scan.want("Datetime"),
  ray: scan.want("RayID"),
  client: scan.want("ClientIP"),
  clientPort: scan.want("ClientSrcPort"),
  origin: scan.want("OriginIP"),
  method: scan.want("ClientRequestMethod"),
  host: scan.want("ClientRequestHost"),
  uri: scan.want("ClientRequestURI"),
  path: scan.want("ClientRequestPath"),
  query: scan.want("ClientRequestQuery"),
  status: scan.want("EdgeResponseStatus"),
  sent: scan.want("EdgeResponseBytes"),
  agent: scan.want("ClientRequestUserAgent"),
  referer: scan.want("ClientRequestReferer"),
} as const;

/**
 * Cloudflare Logpush: HTTP requests and firewall events, with whatever fields the job was told to push. Source: Cloudflare
 * Logs documentation, "HTTP requests", "Firewall events".
 */
export const cloudflare = defineJsonFormat({
  id: "cloudflare",
  title: "Cloudflare Logpush (HTTP requests, firewall events)",
  scan,
  looksLike: (record) =>
    record.has(s.client) && (record.has(s.ray) || record.has(s.start) || record.has(s.at) || record.has(s.host)),
  open(context) {
    const reader = new LogpushReader(new IsoTime(context));
    return (_record, witness) => reader.read(witness);
  },
});

class LogpushReader {
  readonly #time: IsoTime;
  readonly #parties = new Parties();
  readonly #path = new JsonPath(scan);

  constructor(time: IsoTime) {
    this.#time = time;
  }

  read(witness: Witness): string | undefined {
    const parties = this.#parties;
    const at = scan.has(s.start) ? s.start : scan.has(s.at) ? s.at : s.end;
    const atMs = scan.time(at, this.#time);
    if (Number.isNaN(atMs)) return "no time of the request";
    if (!scan.address(s.client, parties.addresses, 0)) return "client is not an address";
    if (!scan.address(s.origin, parties.addresses, 4)) parties.clearTarget();
    parties.sourcePort = scan.port(s.clientPort);
    parties.targetPort = 0;
    parties.transport = Transport.tcp;
    const row = parties.addRow(witness, Kind.request, atMs);
    const { batch } = witness;
    const { texts } = batch;
    batch.method[row] = scan.text(s.method, texts);
    batch.host[row] = scan.text(s.host, texts);
    batch.path[row] = scan.has(s.uri) ? scan.text(s.uri, texts) : this.#path.add(texts, s.path, s.query);
    batch.status[row] = scan.port(s.status);
    batch.bytesSent[row] = scan.count(s.sent);
    batch.agent[row] = scan.text(s.agent, texts);
    batch.referer[row] = scan.text(s.referer, texts);
    return undefined;
  }
}
