import { Part } from "./request-record.ts";

/** What a field of a log format means: a part of the request, its time, or nothing that we read. */
export type Meaning = Part | "time" | "skip";

/** Headers that name the client, by their name in lower case with dashes. */
const headers: Readonly<Record<string, Meaning>> = {
  host: Part.host,
  ":authority": Part.host,
  referer: Part.referer,
  referrer: Part.referer,
  "user-agent": Part.agent,
  "x-forwarded-for": Part.forwarded,
  "x-original-forwarded-for": Part.forwarded,
  forwarded: Part.forwarded,
  "cf-connecting-ip": Part.client,
  "cf-connecting-ipv6": Part.client,
  "true-client-ip": Part.client,
  "fastly-client-ip": Part.client,
  "x-real-ip": Part.client,
  "x-client-ip": Part.client,
  "x-cluster-client-ip": Part.client,
  "x-envoy-external-address": Part.client,
  ":method": Part.method,
  ":path": Part.uri,
  "x-envoy-original-path": Part.uri,
};

/** What a request header means, its name in any case. */
export function headerMeaning(name: string): Meaning {
  return headers[name.toLowerCase().replaceAll("_", "-")] ?? "skip";
}

/** Variables of nginx (ngx_http_core_module, ngx_http_log_module, ngx_http_realip_module). */
const nginx: Readonly<Record<string, Meaning>> = {
  remote_addr: Part.peer,
  remote_port: Part.peerPort,
  proxy_protocol_addr: Part.client,
  proxy_add_x_forwarded_for: Part.forwarded,
  server_addr: Part.target,
  server_port: Part.targetPort,
  time_local: "time",
  time_iso8601: "time",
  msec: "time",
  request: Part.request,
  request_method: Part.method,
  request_uri: Part.uri,
  uri: Part.uri,
  document_uri: Part.uri,
  args: Part.query,
  query_string: Part.query,
  status: Part.status,
  body_bytes_sent: Part.size,
  bytes_sent: Part.size,
  host: Part.host,
  server_name: Part.host,
};

/** The meaning of nginx's `$name`. */
export function nginxMeaning(name: string): Meaning {
  return name.startsWith("http_") ? headerMeaning(name.slice(5)) : (nginx[name] ?? "skip");
}

/** Directives of Apache's mod_log_config, which Tomcat, Jetty, lighttpd and Varnish follow. */
const apache: Readonly<Record<string, Meaning>> = {
  h: Part.peer,
  a: Part.peer,
  A: Part.target,
  p: Part.targetPort,
  t: "time",
  r: Part.request,
  m: Part.method,
  U: Part.uri,
  q: Part.query,
  s: Part.status,
  b: Part.size,
  B: Part.size,
  O: Part.size,
  S: "skip",
  v: Part.host,
  V: Part.host,
};

/** The meaning of Apache's `%{argument}letter`. */
export function apacheMeaning(letter: string, argument: string): Meaning {
  if (letter === "i") return headerMeaning(argument);
  if (argument === "") return apache[letter] ?? "skip";
  if (letter === "t") return "time";
  if (letter === "a" || letter === "h")
    return argument === "c" || argument === "client" || argument === "remote" ? Part.peer : "skip";
  if (letter === "p") return argument === "remote" || argument === "client" ? Part.peerPort : Part.targetPort;
  return "skip";
}

/** The meaning of Envoy's `%OPERATOR(argument)%` (Envoy, access logging). */
export function envoyMeaning(operator: string, argument: string): Meaning {
  switch (operator) {
    case "START_TIME":
      return "time";
    case "REQ":
      return headerMeaning(argument.split("?").at(-1)!);
    case "RESPONSE_CODE":
      return Part.status;
    case "BYTES_SENT":
      return Part.size;
    case "DOWNSTREAM_REMOTE_ADDRESS":
    case "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT":
    case "DOWNSTREAM_DIRECT_REMOTE_ADDRESS":
    case "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT":
      return Part.peer;
    case "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT":
      return Part.target;
    case "DOWNSTREAM_LOCAL_PORT":
      return Part.targetPort;
    default:
      return "skip";
  }
}

/** Variables of HAProxy's `log-format` (HAProxy, section 8.2.6). */
const haproxy: Readonly<Record<string, Meaning>> = {
  ci: Part.peer,
  cp: Part.peerPort,
  fi: Part.target,
  fp: Part.targetPort,
  t: "time",
  tr: "time",
  T: "time",
  Tl: "time",
  trg: "time",
  Ts: "time",
  r: Part.request,
  HM: Part.method,
  HU: Part.uri,
  HP: Part.uri,
  HQ: Part.query,
  ST: Part.status,
  B: Part.size,
};

/** The meaning of HAProxy's `%name`. */
export function haproxyMeaning(name: string): Meaning {
  return haproxy[name] ?? "skip";
}
