import { parseFormatText } from "../access-format-text.ts";
import { formatOfLayout } from "../access-layout.ts";

/**
 * The log of requests over TLS that Apache's default configuration writes beside the access log (`ssl_request_log`). It holds
 * no status. Source: Apache HTTP Server, conf/extra/httpd-ssl.conf.
 */
export const apacheSslRequest = formatOfLayout(
  "apache-ssl-request",
  "Apache ssl_request_log",
  parseFormatText('%t %h %{SSL_PROTOCOL}x %{SSL_CIPHER}x "%r" %b'),
  [" TLSv", " SSLv", ' - - "'],
);
