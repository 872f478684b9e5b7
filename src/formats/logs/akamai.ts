import { defineJsonRequests } from "../json-requests.ts";
import { Part } from "../request-record.ts";

/**
 * Akamai's logs in JSON: DataStream 2, Cloud Monitor (the same under `message`) and security events (SIEM). Values are
 * percent-encoded, numbers are texts. Sources: Akamai TechDocs, "DataStream 2: Data set parameters"; "SIEM Integration: Event format".
 */
export const akamai = defineJsonRequests("akamai", "Akamai DataStream 2, Cloud Monitor and security events", {
  time: ["reqTimeSec", "start", "httpMessage/start"],
  marks: ["reqMethod", "message/reqMethod", "attackData/clientIP"],
  hasEncodedHeaders: true,
  parts: [
    [Part.peer, ["cliIP", "message/cliIP", "attackData/clientIP"]],
    [Part.forwarded, ["xForwardedFor"]],
    [Part.host, ["reqHost", "message/reqHost", "httpMessage/host"]],
    [Part.targetPort, ["reqPort", "message/reqPort", "httpMessage/port"]],
    [Part.method, ["reqMethod", "message/reqMethod", "httpMessage/method"]],
    [Part.uri, ["reqPath", "message/reqPath", "httpMessage/path"]],
    [Part.query, ["queryStr", "message/reqQuery", "httpMessage/query"]],
    [Part.status, ["statusCode", "message/status", "httpMessage/status"]],
    [Part.size, ["rspContentLen", "bytes", "message/bytes", "httpMessage/bytes"]],
    [Part.referer, ["referer", "reqHdr/referer"]],
    [Part.agent, ["UA", "message/UA"]],
  ],
});
