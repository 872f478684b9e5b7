/** Why a service was seen without readable replies, or an input shows only a part. */
export type GapReason =
  | "encrypted"
  | "one-sided"
  | "truncated"
  | "sampled"
  | "flows-only"
  | "firewall-only"
  | "denied-only";

/** What to log or capture so that a gap is closed, in the words of one product. */
export interface GapCloser {
  readonly reasons: readonly GapReason[];
  /** Services that it is about; all when absent. */
  readonly ports?: readonly number[];
  /** Formats (ids) of the input that has the gap; all when absent. */
  readonly formats?: readonly string[];
  readonly product: string;
  readonly do: string;
  readonly source: string;
}

/** Ports that web servers usually listen on. */
export const portsOfWeb: readonly number[] = [80, 443, 8000, 8008, 8080, 8081, 8088, 8443, 8888, 3000, 5000, 9000];
const mail = [25, 110, 143, 465, 587, 993, 995];
const unread: readonly GapReason[] = ["encrypted", "one-sided", "sampled", "flows-only", "firewall-only"];

/** What closes which gap (`ADDRESS` and `PORT` stand for the service's); of several, those that show most for least stand first. */
export const gapClosers: readonly GapCloser[] = [
  {
    reasons: ["truncated"],
    product: "tcpdump",
    do: "tcpdump -s 0 -w capture.pcap; in dumpcap, tshark and Wireshark no snap length (-s 0)",
    source: "tcpdump(1), -s",
  },
  {
    reasons: ["one-sided"],
    product: "switch or tap",
    do: "mirror both directions (`monitor session 1 source interface … both`), and every path that the traffic may take",
    source: "Cisco IOS, SPAN configuration guide",
  },
  {
    reasons: unread,
    ports: portsOfWeb,
    product: "nginx",
    do: 'log_format vhost_combined \'$host:$server_port $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"\'; access_log /var/log/nginx/access.log vhost_combined; then give that log as an input, too',
    source: "https://nginx.org/en/docs/http/ngx_http_log_module.html",
  },
  {
    reasons: unread,
    ports: portsOfWeb,
    product: "Apache httpd",
    do: 'LogFormat "%v:%p %h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" vhost_combined and CustomLog /var/log/apache2/access.log vhost_combined; then give that log as an input, too',
    source: "https://httpd.apache.org/docs/2.4/mod/mod_log_config.html",
  },
  {
    reasons: unread,
    ports: [22],
    product: "OpenSSH",
    do: "LogLevel VERBOSE in sshd_config; then give the log (journalctl -u ssh) as an input, too",
    source: "sshd_config(5), LogLevel",
  },
  {
    reasons: unread,
    ports: mail,
    product: "Postfix and Dovecot",
    do: "give /var/log/mail.log as an input, too; in Dovecot auth_verbose = yes",
    source: "postconf(5), maillog_file; Dovecot's auth_verbose",
  },
  {
    reasons: ["encrypted"],
    product: "key log",
    do: "have the end of TLS write its session keys (SSLKEYLOGFILE=/run/keys.log for what is built on OpenSSL's, NSS's or BoringSSL's key log), and run with --keylog /run/keys.log",
    source: "RFC 9850, SSLKEYLOGFILE",
  },
  {
    reasons: ["encrypted"],
    ports: portsOfWeb,
    product: "reverse proxy",
    do: "where TLS ends at a proxy, capture between the proxy and the server behind it: tcpdump -s 0 -w capture.pcap port 8080",
    source: "tcpdump(1)",
  },
  {
    reasons: ["encrypted"],
    product: "vedette",
    do: "declare the host under assets, and `vedette exposure check` tells what it reveals, TLS included",
    source: "docs/exposure.md",
  },
  {
    reasons: ["sampled"],
    product: "exporter",
    do: "export every packet's flow (sampling rate 1), or capture at the service: tcpdump -s 0 -w capture.pcap",
    source: "RFC 5476; sFlow version 5",
  },
  {
    reasons: ["one-sided", "sampled", "flows-only", "firewall-only"],
    product: "tcpdump",
    do: "tcpdump -i eth0 -s 0 -w capture.pcap host ADDRESS and port PORT, where both directions pass",
    source: "tcpdump(1)",
  },
  {
    reasons: ["denied-only"],
    formats: ["netfilter"],
    product: "iptables and nftables",
    do: 'iptables -I FORWARD -m conntrack --ctstate NEW -j LOG --log-prefix "FW-NEW " (the same for INPUT); in nftables: ct state new log prefix "FW-NEW "',
    source: "iptables-extensions(8), LOG; nft(8), log",
  },
  {
    reasons: ["denied-only"],
    formats: ["filterlog", "pflog"],
    product: "pfSense, OPNsense and pf",
    do: 'tick "Log packets that are handled by this rule" in the pass rules; in pf.conf: pass log',
    source: "pfSense documentation, firewall rules; pf.conf(5), log",
  },
  {
    reasons: ["denied-only"],
    formats: ["cisco-asa"],
    product: "Cisco ASA",
    do: "logging trap informational, so that 302013 and 302015 (Built connection) are sent",
    source: "Cisco ASA syslog messages, 302013",
  },
  {
    reasons: ["denied-only"],
    formats: ["fortigate"],
    product: "FortiGate",
    do: "set logtraffic all in the policies that accept",
    source: "FortiOS CLI reference, config firewall policy",
  },
  {
    reasons: ["denied-only"],
    formats: ["pan-os"],
    product: "PAN-OS",
    do: "Log at Session End in the rules that allow, with a log forwarding profile",
    source: "PAN-OS administrator's guide, security policy rule",
  },
  {
    reasons: ["denied-only"],
    formats: ["windows-firewall"],
    product: "Windows firewall",
    do: "netsh advfirewall set allprofiles logging allowedconnections enable",
    source: "Windows firewall, configure logging",
  },
  {
    reasons: ["denied-only"],
    product: "any firewall",
    do: "log new connections that are let through, too",
    source: "the product's manual",
  },
];
