import type { Advice } from "./advice.ts";

const everything = "everything, from networks that are not named";

/** What holds for a service whatever program offers it. */
export const serviceAdvice: readonly Advice[] = [
  {
    services: ["tls"],
    mitigation: "M1056",
    short: "replace the certificate that came with the product by one that names only the host",
    hides: "the product's name, and often its serial number or inner names",
    leaves:
      "the cipher suites and extensions by which TLS libraries are told; public certificates are listed by their authorities",
    source: "the product's manual, on its certificate; Certificate Transparency (RFC 9162)",
  },
  {
    services: ["telnet"],
    mitigation: "M1042",
    short: "turn Telnet off, and offer SSH to the management network",
    hides: "the greeting, and every password that would be typed in clear",
    leaves: "nothing",
    source: "RFC 4949, Telnet; the product's manual",
  },
  {
    services: ["vnc"],
    mitigation: "M1042",
    short: "listen on localhost and reach it through SSH or a VPN",
    hides: "everything, from other hosts",
    leaves: "nothing outside",
    source: "the product's manual, on -localhost",
  },
  {
    services: ["rsync"],
    mitigation: "M1042",
    short: "hosts allow = the networks that need it, and list = no",
    change: {
      file: "/etc/rsyncd.conf",
      before: "",
      after: "hosts allow = 192.0.2.0/24\nlist = no",
      apply: "at the next connection",
    },
    hides: "the modules; and to other networks they are refused",
    leaves: "the protocol's number, which stands in the greeting",
    source: "rsyncd.conf(5)",
  },
  {
    services: ["smb"],
    mitigation: "M1042",
    short: "keep ports 445 and 139 inside with a firewall",
    hides: everything,
    leaves: "the dialects, and names of host and domain (NTLM), to those who may connect",
    source: "https://learn.microsoft.com/en-us/windows-server/storage/file-server/smb-secure-traffic",
  },
];
