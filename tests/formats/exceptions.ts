/** Lines that others' parsers tell of and ours do not, or otherwise. */
interface Exception {
  readonly format: string;
  readonly lines: string;
  readonly reason: string;
}

/** Why, for each kind of line; docs/formats.md shows them, and the tests with others' samples leave out no more. */
export const exceptions: readonly Exception[] = [
  {
    format: "suricata-eve",
    lines: "alerts from a well-known port",
    reason: "the packet is an answer; other parsers keep it as source",
  },
  {
    format: "aws-elb",
    lines: 'requests `"- - - "`',
    reason: "told as a request without method and path: the client sent none",
  },
  {
    format: "zeek",
    lines: "ICMP",
    reason: "Zeek writes type and code in place of ports; told as type and code of the target",
  },
  {
    format: "combined",
    lines: "a forwarded list with several public hops (Filebeat, 2 lines)",
    reason: "others take the left-most, which the client may forge; here the right-most",
  },
  {
    format: "combined",
    lines: "lines of Apache's and LiteSpeed's error logs among the requests (CrowdSec, 3 lines)",
    reason: "they repeat what the access log tells; counted as other programs'",
  },
  {
    format: "iis",
    lines: "lines of another length than their `#Fields` (Filebeat, 2 lines)",
    reason: "rejected: nobody knows which field is which",
  },
  {
    format: "haproxy",
    lines: "the client hidden, `-:22222` (Filebeat, 9 lines)",
    reason: "rejected: nobody can be told from them",
  },
  {
    format: "traefik-json",
    lines: "a list in `ClientHost` (CrowdSec, 1 line)",
    reason: "rejected: Traefik itself writes one address there",
  },
  { format: "server-log", lines: "later lines of one connection", reason: "one contact was told at the first" },
  {
    format: "fortigate",
    lines: "logins to the device's VPN (CrowdSec, 9 lines)",
    reason: "they tell of no connection; counted in the coverage",
  },
  {
    format: "cef",
    lines: "UniFi's records with one end, or an empty target (CrowdSec, 2 lines)",
    reason: "what was contacted is not told; counted in the coverage",
  },
  {
    format: "flow-export",
    lines: "two datagrams of version 5 that are broken on purpose (Logstash)",
    reason: "their counts of records are not possible",
  },
];
