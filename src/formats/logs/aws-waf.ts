// Hot: once per line; measured by bench/log-formats.ts.
import { IsoTime } from "../../bytes/iso-time.ts";
import { JsonScan } from "../../bytes/json-scan.ts";
import { WordMap } from "../../bytes/word-map.ts";
import type { Batch } from "../../observations/batch.ts";
import { Kind, Transport } from "../../observations/vocabulary.ts";
import { defineJsonFormat } from "../define-json-format.ts";
import type { Witness } from "../define-line-format.ts";
import { JsonPath } from "../json-path.ts";
import { Parties } from "../parties.ts";

const scan = new JsonScan();
const s = {
  at: scan.want("timestamp"),
  acl: scan.want("webaclId"),
  action: scan.want("action"),
  responseCode: scan.want("responseCodeSent"),
  client: scan.want("httpRequest/clientIp"),
  method: scan.want("httpRequest/httpMethod"),
  uri: scan.want("httpRequest/uri"),
  args: scan.want("httpRequest/args"),
  headers: scan.want("httpRequest/headers"),
  host: scan.want("httpRequest/host"),
  ja4: scan.want("ja4Fingerprint"),
} as const;

const header = new JsonScan();
const headerName = header.want("name");
const headerValue = header.want("value");
const Header = { host: 1, agent: 2, referer: 3 } as const;
const headers = new WordMap({
  Host: Header.host,
  host: Header.host,
  ":authority": Header.host,
  "User-Agent": Header.agent,
  "user-agent": Header.agent,
  Referer: Header.referer,
  referer: Header.referer,
});

const COMMA = 44;
const stops = new WordMap({ BLOCK: 1, CAPTCHA: 1, CHALLENGE: 1 });
/** What AWS WAF answers to a request that it blocks, unless it was told otherwise. */
const BLOCKED_STATUS = 403;

/** Web requests that AWS WAF looked at. Source: AWS WAF Developer Guide, "Log fields". */
export const awsWaf = defineJsonFormat({
  id: "aws-waf",
  title: "AWS WAF log",
  scan,
  looksLike: (record) => record.has(s.acl) || (record.has(s.client) && record.has(s.uri)),
  open(context) {
    const time = new IsoTime(context);
    const parties = new Parties();
    return (record, witness) => {
      const atMs = record.time(s.at, time);
      if (Number.isNaN(atMs)) return "timestamp is not a time";
      if (!record.address(s.client, parties.addresses, 0)) return "client is not an address";
      parties.clearTarget();
      parties.sourcePort = 0;
      parties.transport = Transport.tcp;
      addRequest(parties.addRow(witness, Kind.request, atMs), witness);
      return undefined;
    };
  },
});

const path = new JsonPath(scan);

function addRequest(row: number, witness: Witness): void {
  const { batch } = witness;
  const { texts } = batch;
  batch.method[row] = scan.text(s.method, texts);
  batch.path[row] = path.add(texts, s.uri, s.args);
  batch.host[row] = scan.text(s.host, texts);
  const code = scan.port(s.responseCode);
  batch.status[row] = code > 0 ? code : scan.word(s.action, stops) > 0 ? BLOCKED_STATUS : 0;
  if (!scan.has(s.headers)) return;
  const { bytes } = scan;
  const end = scan.ends[s.headers]!;
  let at = header.scanFirst(bytes, scan.starts[s.headers]! + 1, end);
  while (at >= 0) {
    addHeader(row, batch);
    while (at < end && (bytes[at] === COMMA || bytes[at]! <= 32)) at++;
    at = header.scanFirst(bytes, at, end);
  }
}

function addHeader(row: number, batch: Batch): void {
  const name = header.word(headerName, headers);
  if (name === Header.host && batch.host[row] === 0) batch.host[row] = header.text(headerValue, batch.texts);
  else if (name === Header.agent) batch.agent[row] = header.text(headerValue, batch.texts);
  else if (name === Header.referer) batch.referer[row] = header.text(headerValue, batch.texts);
}
