import { defineJsonRequests } from "../json-requests.ts";
import { Part } from "../request-record.ts";

/**
 * Traefik's access log in JSON; what it writes as text is `combined`. Headers are there when they are kept
 * (`accessLog.fields.headers`). `ClientHost` is what proxies that Traefik was told to trust forwarded, else the peer. Source: Traefik, access logs, "Available Fields".
 */
export const traefikJson = defineJsonRequests("traefik-json", "Traefik access log in JSON", {
  time: ["StartUTC", "time", "StartLocal"],
  marks: ["DownstreamStatus", "RequestHost"],
  parts: [
    [Part.peer, ["ClientHost", "ClientAddr"]],
    [Part.peerPort, ["ClientPort"]],
    [Part.client, ["request_Cf-Connecting-Ip", "request_True-Client-Ip", "request_X-Real-Ip"]],
    [Part.forwarded, ["request_X-Forwarded-For"]],
    [Part.targetPort, ["RequestPort"]],
    [Part.host, ["RequestHost"]],
    [Part.method, ["RequestMethod"]],
    [Part.uri, ["RequestPath"]],
    [Part.status, ["DownstreamStatus"]],
    [Part.size, ["DownstreamContentSize"]],
    [Part.referer, ["request_Referer"]],
    [Part.agent, ["request_User-Agent"]],
  ],
});
