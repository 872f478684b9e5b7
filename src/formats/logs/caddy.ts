import { defineJsonRequests } from "../json-requests.ts";
import { Part } from "../request-record.ts";

/**
 * Caddy's access log. `client_ip` is what Caddy itself found behind the proxies it was told to trust, so it counts before
 * `remote_ip`. Source: Caddy, JSON access log encoder, modules/caddyhttp/marshalers.go.
 */
export const caddy = defineJsonRequests("caddy", "Caddy access log", {
  time: ["ts"],
  marks: ["request/proto"],
  parts: [
    [Part.peer, ["request/client_ip", "request/remote_ip", "request/remote_addr"]],
    [Part.peerPort, ["request/remote_port"]],
    [Part.client, ["request/headers/Cf-Connecting-Ip", "request/headers/True-Client-Ip", "request/headers/X-Real-Ip"]],
    [Part.forwarded, ["request/headers/X-Forwarded-For"]],
    [Part.host, ["request/host"]],
    [Part.method, ["request/method"]],
    [Part.uri, ["request/uri"]],
    [Part.status, ["status"]],
    [Part.size, ["size"]],
    [Part.referer, ["request/headers/Referer"]],
    [Part.agent, ["request/headers/User-Agent"]],
  ],
});
