import { defineJsonRequests } from "../json-requests.ts";
import { Part } from "../request-record.ts";

/**
 * Access logs in JSON under the key names that people commonly give them: nginx's `log_format … escape=json` with its
 * variables' names, Apache's and HAProxy's with names of one's own, Envoy's JSON format, Fastly's, and the Elastic Common Schema.
 * Keys that are not here can be read with `--log-format` and the text of the server's own format.
 * Sources: nginx, ngx_http_log_module; Apache HTTP Server, mod_log_config; Envoy, "Access logging"; Elastic, "ECS Field Reference".
 */
export const jsonAccess = defineJsonRequests(
  "json-access",
  "Web access log in JSON (nginx, Apache, Envoy, HAProxy; common key names)",
  {
    time: [
      "msec",
      "time_iso8601",
      "time_local",
      "@timestamp",
      "timestamp",
      "start_time",
      "time",
      "datetime",
      "date_time",
      "date",
      "ts",
    ],
    parts: [
      [
        Part.peer,
        [
          ...["remote_addr", "remote_ip", "remoteip", "remote_host", "remote_address", "remoteAddr", "remoteAddress"],
          ...["remoteIp", "remoteIP", "client_ip", "clientip", "clientIp", "clientIP", "client_addr", "client_address"],
          ...["client", "ip", "ip_address", "downstream_remote_address", "downstream_remote_address_without_port"],
          ...[
            "downstream_direct_remote_address",
            "ci",
            "h",
            "source/ip",
            "source/address",
            "client/ip",
            "client/address",
          ],
        ],
      ],
      [Part.peerPort, ["remote_port", "client_port", "clientport", "cp", "source/port", "client/port"]],
      [
        Part.client,
        [
          ...["http_cf_connecting_ip", "cf_connecting_ip", "cf-connecting-ip", "http_true_client_ip", "true_client_ip"],
          ...["http_x_real_ip", "x_real_ip", "x-real-ip", "proxy_protocol_addr", "x-envoy-external-address"],
        ],
      ],
      [
        Part.forwarded,
        [
          ...["http_x_forwarded_for", "x_forwarded_for", "x-forwarded-for", "X-Forwarded-For", "forwarded_for"],
          ...["xForwardedFor", "xff", "proxy_add_x_forwarded_for", "http_forwarded"],
        ],
      ],
      [Part.target, ["server_addr", "server_ip", "local_address", "upstream_local_address", "destination/ip"]],
      [Part.targetPort, ["server_port", "local_port", "frontend_port", "destination/port"]],
      [
        Part.host,
        [
          "http_host",
          "host",
          "server_name",
          "vhost",
          "virtual_host",
          "request_host",
          "authority",
          ":authority",
          "domain",
          "url/domain",
        ],
      ],
      [Part.request, ["request", "request_line", "requestline", "http_request", "req", "r"]],
      [
        Part.method,
        [
          "request_method",
          "method",
          "http_method",
          "verb",
          "requestMethod",
          "httpMethod",
          ":method",
          "http/request/method",
        ],
      ],
      [
        Part.uri,
        [
          ...["request_uri", "requestUri", "requestURI", "uri", "url", "path", "request_path", "http_path", ":path"],
          ...["x-envoy-original-path", "x-envoy-origin-path", "x_envoy_original_path", "url/original", "url/path"],
        ],
      ],
      [Part.query, ["args", "query_string", "query", "queryString", "request_query", "url/query"]],
      [
        Part.status,
        [
          ...[
            "status",
            "response_code",
            "status_code",
            "statusCode",
            "responseCode",
            "http_status",
            "http_status_code",
          ],
          ...["response", "code", "response_status", "http/response/status_code"],
        ],
      ],
      [
        Part.size,
        [
          ...[
            "body_bytes_sent",
            "bytes_sent",
            "bytesSent",
            "response_size",
            "response_body_size",
            "response_length",
            "bytes",
            "size",
            "bytes_out",
          ],
          ...["bytes_read", "http/response/body/bytes", "http/response/bytes"],
        ],
      ],
      [
        Part.referer,
        ["http_referer", "http_referrer", "referer", "referrer", "Referer", "request_referer", "http/request/referrer"],
      ],
      [
        Part.agent,
        [
          ...[
            "http_user_agent",
            "user_agent",
            "user-agent",
            "userAgent",
            "useragent",
            "User-Agent",
            "http_useragent",
            "agent",
          ],
          "user_agent/original",
          "request_user_agent",
        ],
      ],
    ],
  },
);
