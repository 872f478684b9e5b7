import { defineJsonRequests } from "../json-requests.ts";
import { Part } from "../request-record.ts";

/**
 * Audit logs of ModSecurity 2 and 3 and of Coraza in JSON, one transaction a line. Sources: ModSecurity v2,
 * apache2/msc_logging.c; libModSecurity, src/transaction.cc; Coraza, internal/auditlog.
 */
export const modsecurityJson = defineJsonRequests("modsecurity-json", "ModSecurity and Coraza audit log in JSON", {
  time: ["transaction/unix_timestamp", "transaction/time", "transaction/time_stamp", "transaction/timestamp"],
  marks: ["transaction/client_ip", "transaction/remote_address"],
  parts: [
    [Part.peer, ["transaction/client_ip", "transaction/remote_address"]],
    [Part.peerPort, ["transaction/client_port", "transaction/remote_port"]],
    [Part.client, headerPaths("CF-Connecting-IP", "X-Real-IP")],
    [Part.forwarded, headerPaths("X-Forwarded-For")],
    [Part.target, ["transaction/host_ip", "transaction/local_address"]],
    [Part.targetPort, ["transaction/host_port", "transaction/local_port"]],
    [Part.host, headerPaths("Host")],
    [Part.request, ["request/request_line"]],
    [Part.method, ["transaction/request/method"]],
    [Part.uri, ["transaction/request/uri"]],
    [Part.status, ["response/status", "transaction/response/http_code", "transaction/response/status"]],
    [Part.referer, headerPaths("Referer")],
    [Part.agent, headerPaths("User-Agent")],
  ],
});

/** Headers as HTTP/1 clients mostly write them, and in lower case as HTTP/2 and Coraza have them. */
function headerPaths(...names: readonly string[]): string[] {
  return names.flatMap((name) =>
    ["request/headers", "transaction/request/headers"].flatMap((at) => [
      `${at}/${name}`,
      `${at}/${name.toLowerCase()}`,
    ]),
  );
}
