// Hot: once per line; measured by bench/log-formats.ts.
import { IsoTime } from "../../bytes/iso-time.ts";
import { JsonScan } from "../../bytes/json-scan.ts";
import { Kind, Transport } from "../../observations/vocabulary.ts";
import { defineJsonFormat } from "../define-json-format.ts";
import type { Witness } from "../define-line-format.ts";
import { JsonPath } from "../json-path.ts";
import { Parties } from "../parties.ts";
import { addUrl } from "../url-parts.ts";

const scan = new JsonScan();
const own = (name: string) => scan.want(`properties/${name}`);
const s = {
  at: scan.want("time"),
  stamp: scan.want("timeStamp"),
  category: scan.want("category"),
  operation: scan.want("operationName"),
  client: own("clientIP"),
  clientLower: own("clientIp"),
  clientPort: own("clientPort"),
  server: own("serverRouted"),
  method: own("httpMethod"),
  original: own("originalRequestUriWithArgs"),
  uri: own("requestUri"),
  query: own("requestQuery"),
  status: own("httpStatus"),
  statusCode: own("httpStatusCode"),
  sent: own("sentBytes"),
  responseBytes: own("responseBytes"),
  agent: own("userAgent"),
  referer: own("referer"),
  originalHost: own("originalHost"),
  host: own("host"),
  hostname: own("hostname"),
  hostName: own("hostName"),
  action: own("action"),
} as const;

/** What the gateway answers to a request that its firewall blocks. */
const BLOCKED_STATUS = 403;

/**
 * Azure Application Gateway's access and firewall logs, and Front Door's. Source: Azure documentation, "Diagnostic logs for
 * Application Gateway", "Azure Front Door logs".
 */
export const azureAppGateway = defineJsonFormat({
  id: "azure-app-gateway",
  title: "Azure Application Gateway and Front Door logs (access, firewall)",
  scan,
  looksLike: (record) => record.has(s.client) || (record.has(s.clientLower) && record.has(s.category)),
  open(context) {
    const reader = new GatewayReader(new IsoTime(context));
    return (_record, witness) => reader.read(witness);
  },
});

class GatewayReader {
  readonly #time: IsoTime;
  readonly #parties = new Parties();
  readonly #path = new JsonPath(scan);

  constructor(time: IsoTime) {
    this.#time = time;
  }

  read(witness: Witness): string | undefined {
    const parties = this.#parties;
    if (!scan.has(s.client) && !scan.has(s.clientLower)) return witness.other();
    const atMs = scan.time(scan.has(s.stamp) ? s.stamp : s.at, this.#time);
    if (Number.isNaN(atMs)) return "no time of the request";
    if (!scan.address(scan.has(s.client) ? s.client : s.clientLower, parties.addresses, 0)) {
      return "client is not an address";
    }
    parties.targetPort = scan.addressAndPort(s.server, parties.addresses, 4);
    if (parties.targetPort < 0) parties.clearTarget();
    parties.sourcePort = scan.port(s.clientPort);
    parties.transport = Transport.tcp;
    this.#addRequest(parties.addRow(witness, Kind.request, atMs), witness);
    return undefined;
  }

  #addRequest(row: number, witness: Witness): void {
    const { batch } = witness;
    const { texts } = batch;
    batch.method[row] = scan.text(s.method, texts);
    if (scan.has(s.original)) batch.path[row] = scan.text(s.original, texts);
    else if (scan.has(s.query)) batch.path[row] = this.#path.add(texts, s.uri, s.query);
    else addUrl(batch, row, scan, s.uri);
    for (const host of [s.originalHost, s.host, s.hostname, s.hostName]) {
      if (batch.host[row] === 0) batch.host[row] = scan.text(host, texts);
    }
    const status = scan.port(scan.has(s.status) ? s.status : s.statusCode);
    const isBlocked = status === 0 && (scan.is(s.action, "Blocked") || scan.is(s.action, "Block"));
    batch.status[row] = isBlocked ? BLOCKED_STATUS : status;
    batch.bytesSent[row] = scan.count(scan.has(s.sent) ? s.sent : s.responseBytes);
    batch.agent[row] = scan.text(s.agent, texts);
    batch.referer[row] = scan.text(s.referer, texts);
  }
}
