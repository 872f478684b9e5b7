// Hot: once per request of logs that write whole URLs.
import { type JsonScan, unescapedJson, unescapeJson } from "../bytes/json-scan.ts";
import type { Batch } from "../observations/batch.ts";

const SLASH = 47;
const COLON = 58;
const QUESTION = 63;

/**
 * Sets host, path and target port of a request from a URL that a load balancer put together, `https://host:port/path?query`;
 * the port of its scheme when it names none. A path alone is a path.
 */
export function addUrl(batch: Batch, row: number, scan: JsonScan, slot: number): void {
  if (!scan.has(slot)) return;
  const length = unescapeJson(scan.bytes, scan.starts[slot]!, scan.ends[slot]!);
  const url = unescapedJson();
  const { texts } = batch;
  const hostAt = afterScheme(url, length);
  if (hostAt < 0) {
    batch.path[row] = texts.add(url, 0, length);
    return;
  }
  let pathAt = hostAt;
  let colon = -1;
  for (; pathAt < length && url[pathAt] !== SLASH && url[pathAt] !== QUESTION; pathAt++) {
    if (url[pathAt] === 93) colon = -1;
    else if (url[pathAt] === COLON) colon = pathAt;
  }
  const hostEnd = colon < 0 ? pathAt : colon;
  batch.host[row] = texts.add(url, hostAt, hostEnd);
  batch.path[row] = pathAt < length ? texts.add(url, pathAt, length) : texts.addText("/");
  if (batch.targetPort[row] !== 0) return;
  let port = 0;
  for (let i = hostEnd + 1; colon >= 0 && i < pathAt && port <= 65_535; i++) port = port * 10 + url[i]! - 48;
  batch.targetPort[row] = port > 0 && port <= 65_535 ? port : url[4] === 115 ? 443 : 80;
}

/** What follows `http://` or `https://`, or -1. */
function afterScheme(url: Uint8Array, length: number): number {
  const isHttp = length > 8 && url[0] === 104 && url[1] === 116 && url[2] === 116 && url[3] === 112;
  const at = url[4] === 115 ? 5 : 4;
  return isHttp && url[at] === COLON && url[at + 1] === SLASH && url[at + 2] === SLASH ? at + 3 : -1;
}
