import { parseFormatText } from "../access-format-text.ts";
import { formatOfLayout } from "../access-layout.ts";

/** Access logs of Nginx Proxy Manager. Source: its `docker/rootfs/etc/nginx/conf.d/include/log.conf`, `log_format proxy`. */
export const nginxProxyManager = formatOfLayout(
  "nginx-proxy-manager",
  "Nginx Proxy Manager access log",
  parseFormatText(
    '[$time_local] $upstream_cache_status $upstream_status $status - $request_method $scheme $host "$request_uri" ' +
      '[Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] [Sent-to $server] "$http_user_agent" "$http_referer"',
  ),
);
