import type { WordCheck } from "../types.ts";
import { portChecks } from "./port-checks.ts";

/** How a check is known by what is asked. */
interface WordRule {
  /** The port check that asks so. */
  readonly id: string;
  /** Protocol of the words, as in an ask's `service`. */
  readonly service: string;
  /** Fits what `Kind.ask` tells; anchored wherever it can be, no repeated groups. */
  readonly says: RegExp;
  readonly note: string;
  /** With its reason beside it. */
  readonly weight: number;
  /** Words that must fit, and words of ordinary clients that must not. */
  readonly fits: readonly string[];
  readonly ignores: readonly string[];
}

/** Scanners and attackers only: no ordinary client has a reason to. */
const ONLY_SCANNERS = 4;
/** What administrators' tools ask, too, once in a while. */
const RATHER_SCANNERS = 1.5;
/** Many ordinary clients say it as well. */
const WEAK = 0.4;

export const wordRules: readonly WordRule[] = [
  {
    id: "ntp-monlist",
    service: "ntp",
    says: /^mode 7 monlist$/,
    note: "asked a time server for the list of its clients",
    weight: ONLY_SCANNERS,
    fits: ["mode 7 monlist"],
    ignores: ["version 4 client"],
  },
  {
    id: "ntp-monlist",
    service: "ntp",
    says: /^mode [67] /,
    note: "asked a time server what it runs",
    weight: RATHER_SCANNERS,
    fits: ["mode 6 readvar", "mode 7 system info"],
    ignores: ["version 3 client"],
  },
  {
    id: "cisco-snmp",
    service: "snmp",
    // Printers and their drivers use `public`, too.
    says: /^(?:get|getnext|getbulk) (?:public|private|cisco|community|admin|manager|snmpd?|default|0|1234)(?: |$)/,
    note: "asked with a community word that everybody knows",
    weight: WEAK,
    fits: ["get public 1.3.6.1.2.1.1.1.0", "getnext private 1.3.6.1.2.1"],
    ignores: ["get kX7ops 1.3.6.1.2.1.1.1.0", "v3"],
  },
  {
    id: "smb-ms17-010",
    service: "smb",
    says: /^transaction PeekNamedPipe file 0$/,
    note: "the question that tells whether a host has the hole of MS17-010",
    weight: ONLY_SCANNERS,
    fits: ["transaction PeekNamedPipe file 0"],
    ignores: ["SMB1 dialects NT LM 0.12"],
  },
  {
    id: "smb-ms17-010",
    service: "smb",
    says: /^transaction2 SESSION_SETUP$/,
    note: "a request that only an implant of MS17-010 answers",
    weight: ONLY_SCANNERS,
    fits: ["transaction2 SESSION_SETUP"],
    ignores: ["tree \\\\\\\\db1\\\\C$"],
  },
  {
    id: "bluekeep",
    service: "rdp",
    says: / channels(?: [\w]{1,8})*? MS_T120\b/,
    note: "asked for the channel of CVE-2019-0708",
    weight: ONLY_SCANNERS,
    fits: ["client SCANNER, channels rdpdr MS_T120"],
    ignores: ["client LAPTOP, channels rdpdr rdpsnd cliprdr drdynvc"],
  },
  {
    id: "rdp-ntlm-info",
    service: "rdp",
    says: /^connect Cookie: mstshash=(?:nmap|hello|test|administr|eltons|domain|a|x)?(?:,|$)/i,
    note: "a name that scanners of remote desktops send",
    weight: RATHER_SCANNERS,
    fits: ["connect Cookie: mstshash=nmap, security TLS", "connect Cookie: mstshash=Administr, security TLS"],
    ignores: ["connect Cookie: mstshash=JOHN-PC, security standard"],
  },
  {
    id: "telnetd-auth-bypass",
    service: "telnet",
    says: /^environment .{0,40}-f /,
    note: "a user name that passes as an option to the log-in (-f)",
    weight: ONLY_SCANNERS,
    fits: ["environment USER -f root"],
    ignores: ["environment USER bob"],
  },
  {
    id: "mirai-telnet",
    service: "telnet",
    // Administrators of routers type `enable`; several of these words come together.
    says: /^types (?:enable|system|shell|linuxshell|\/bin\/busybox [A-Z]|busybox [A-Z])/,
    note: "typed what malware types to get a shell",
    weight: RATHER_SCANNERS,
    fits: ["types /bin/busybox ECCHI", "types enable"],
    ignores: ["types wget http://example.org/a"],
  },
  {
    id: "ftp-anon",
    service: "ftp",
    // Open archives exist.
    says: /^USER (?:anonymous|ftp)$/i,
    note: "asked for anonymous access",
    weight: WEAK,
    fits: ["USER anonymous"],
    ignores: ["USER bob"],
  },
  {
    id: "ftp-anon",
    service: "ftp",
    says: /^SITE CP(?:FR|TO) /i,
    note: "asked to copy files without a log-in",
    weight: ONLY_SCANNERS,
    fits: ["SITE CPFR /etc/passwd"],
    ignores: ["SITE CHMOD 644 a"],
  },
  {
    id: "smtp-open-relay",
    service: "smtp",
    says: /^(?:VRFY|EXPN) /i,
    note: "asked which users exist",
    weight: RATHER_SCANNERS,
    fits: ["VRFY root", "EXPN postmaster"],
    ignores: ["EHLO mx.example.net", "RCPT TO:<b@example.com>"],
  },
  {
    id: "redis-unauth",
    service: "redis",
    says: /^(?:CONFIG SET (?:dir|dbfilename)|SLAVEOF \d|REPLICAOF \d|MODULE LOAD|SYSTEM\.EXEC)/i,
    note: "a command that writes files or code through the server",
    weight: ONLY_SCANNERS,
    fits: ["CONFIG SET dir /var/spool/cron", "SLAVEOF 192.0.2.7 6379", "MODULE LOAD /tmp/x.so"],
    ignores: ["CONFIG GET maxmemory", "SLAVEOF NO ONE", "CLIENT SETNAME web"],
  },
  {
    id: "redis-unauth",
    service: "redis",
    says: /^EVAL .{0,60}package\.loadlib/i,
    note: "left the script sandbox (CVE-2022-0543)",
    weight: ONLY_SCANNERS,
    fits: ['EVAL local io_l = package.loadlib("x","y") 0'],
    ignores: ["EVAL return redis.call('get','x') 0"],
  },
  {
    id: "redis-unauth",
    service: "redis",
    // Monitors ask, too.
    says: /^INFO\b/,
    note: "asked a database what it is",
    weight: WEAK,
    fits: ["INFO"],
    ignores: ["GET"],
  },
  {
    id: "memcached",
    service: "memcached",
    // Monitors ask, too.
    says: /^stats\b/i,
    note: "asked a cache what it is",
    weight: WEAK,
    fits: ["stats"],
    ignores: ["binary operation 1"],
  },
  {
    id: "mongodb-info",
    service: "mongodb",
    says: /^compressed message that claims /,
    note: "a compressed message that lies about its size (CVE-2025-14847)",
    weight: ONLY_SCANNERS,
    fits: ["compressed message that claims 65536 bytes and holds 42"],
    ignores: ["compressed message", "isMaster"],
  },
  {
    id: "mongodb-info",
    service: "mongodb",
    // Administrators' tools ask, too.
    says: /^(?:build[iI]nfo|listDatabases|serverStatus|hostInfo)$/,
    note: "asked a database what it is and holds",
    weight: WEAK,
    fits: ["buildInfo", "listDatabases"],
    ignores: ["isMaster", "find"],
  },
  {
    id: "postgres-probe",
    service: "postgresql",
    says: /^startup user=(?:postgres|nmap|test|root|admin) database=(?:template1|nmap|test)$/,
    note: "a log-in without a program's name, as scanners send",
    weight: WEAK,
    fits: ["startup user=postgres database=template1"],
    ignores: ["startup user=app database=shop application_name=psql"],
  },
  {
    id: "mssql-prelogin",
    service: "mssql",
    says: /^list of instances/,
    note: "asked which instances a database server has",
    weight: RATHER_SCANNERS,
    fits: ["list of instances"],
    ignores: ["instance SHOP"],
  },
  {
    id: "jdwp",
    service: "java debugger",
    says: /^JDWP-Handshake$/,
    note: "looked for an open Java debugger",
    weight: RATHER_SCANNERS,
    fits: ["JDWP-Handshake"],
    ignores: ["JDWP"],
  },
  {
    id: "java-rmi",
    service: "java rmi",
    says: /^JRMI$/,
    note: "looked for Java remote objects",
    weight: WEAK,
    fits: ["JRMI"],
    ignores: ["GIOP request"],
  },
  {
    id: "weblogic-t3",
    service: "weblogic",
    says: /^(?:t3 \d|GIOP request)/,
    note: "looked for WebLogic's own protocols",
    weight: RATHER_SCANNERS,
    fits: ["t3 12.2.1 AS:255 HL:19", "GIOP request"],
    ignores: ["t3s"],
  },
  {
    id: "ajp-ghostcat",
    service: "ajp",
    says: /include attributes$/,
    note: "a request that reads files (CVE-2020-1938)",
    weight: ONLY_SCANNERS,
    fits: ["forward request with include attributes"],
    ignores: ["forward request"],
  },
  {
    id: "activemq-openwire",
    service: "activemq",
    says: /ClassPathXmlApplicationContext$/,
    note: "an exception that loads code (CVE-2023-46604)",
    weight: ONLY_SCANNERS,
    fits: ["ExceptionResponse with ClassPathXmlApplicationContext"],
    ignores: ["message"],
  },
  {
    id: "rocketmq",
    service: "rocketmq",
    says: /^UPDATE_BROKER_CONFIG$/,
    note: "asked to change a broker's settings (CVE-2023-33246)",
    weight: ONLY_SCANNERS,
    fits: ["UPDATE_BROKER_CONFIG"],
    ignores: ["message"],
  },
  {
    id: "cisco-smart-install",
    service: "cisco smart install",
    says: /^message$/,
    note: "looked for Smart Install",
    weight: RATHER_SCANNERS,
    fits: ["message"],
    ignores: ["connect"],
  },
  {
    id: "android-adb",
    service: "android debug bridge",
    says: /^CNXN$/,
    note: "looked for an open Android debugger",
    weight: RATHER_SCANNERS,
    fits: ["CNXN"],
    ignores: ["OPEN"],
  },
  {
    id: "fgfm",
    service: "fortimanager",
    says: /^FGFM$/,
    note: "spoke FortiManager's protocol",
    weight: WEAK,
    fits: ["FGFM"],
    ignores: ["message"],
  },
  {
    id: "cleartext-socks",
    service: "socks",
    // Clients of a proxy say the same.
    says: /^SOCKS/,
    note: "looked for an open proxy",
    weight: WEAK,
    fits: ["SOCKS5 methods"],
    ignores: ["connect"],
  },
  {
    id: "x11-open",
    service: "x11",
    says: /^set-up request$/,
    note: "looked for an open display",
    weight: WEAK,
    fits: ["set-up request"],
    ignores: ["connect"],
  },
  {
    id: "sip-options",
    service: "sip",
    says: /friendly-scanner|sipvicious|sipcli|pplsip|sip-scan|sundayddr|VaxSIPUserAgent/i,
    note: "a client that scans telephone servers",
    weight: ONLY_SCANNERS,
    fits: [
      "OPTIONS sip:100@198.51.100.4 SIP/2.0 User-Agent: friendly-scanner",
      "REGISTER sip:example.org SIP/2.0 User-Agent: sipcli/v1.8",
    ],
    ignores: ["OPTIONS sip:pbx.example.org SIP/2.0 User-Agent: Asterisk PBX 18"],
  },
  {
    id: "ssdp-msearch",
    service: "ssdp",
    says: /ST: ?(?:ssdp:all|upnp:rootdevice)/i,
    note: "searched one host for all its services, which is asked of a group",
    weight: RATHER_SCANNERS,
    fits: ["M-SEARCH ST: ssdp:all"],
    ignores: ["M-SEARCH ST: urn:dial-multiscreen-org:service:dial:1"],
  },
  {
    id: "ike-probe",
    service: "ike",
    says: /^IKEv1 (?:main|aggressive) mode, (?:[89]|\d\d) transforms(?!.*, vendor)/,
    note: "proposed much and named no vendor, as ike-scan does",
    weight: RATHER_SCANNERS,
    fits: ["IKEv1 main mode, 8 transforms"],
    ignores: ["IKEv1 main mode, 8 transforms, vendor afcad71368a1f1c96b8696fc77570100", "IKEv2 SA_INIT, 4 transforms"],
  },
  {
    id: "ldap-rootdse",
    service: "ldap",
    // Clients ask first, too.
    says: /^search base "" scope 0$/,
    note: "asked a directory what it is",
    weight: WEAK,
    fits: ['search base "" scope 0'],
    ignores: ['search base "dc=example,dc=org" scope 2'],
  },
  {
    id: "ipmi-rmcp",
    service: "ipmi",
    says: /^get channel authentication capabilities$|^presence ping$/,
    note: "asked a management controller how it lets people in",
    weight: WEAK,
    fits: ["get channel authentication capabilities"],
    ignores: ["message"],
  },
  {
    id: "coap",
    service: "coap",
    says: /^GET \/\.well-known\/core$/,
    note: "asked for all resources",
    weight: WEAK,
    fits: ["GET /.well-known/core"],
    ignores: ["GET"],
  },
  {
    id: "modbus-id",
    service: "modbus",
    says: /^(?:read device identification|report server id|Unity function)$/,
    note: "asked a controller what it is",
    weight: RATHER_SCANNERS,
    fits: ["read device identification", "report server id"],
    ignores: ["read holding registers"],
  },
  {
    id: "s7-szl",
    service: "s7",
    says: /^read status list 0x0(?:011|01c)$/,
    note: "asked a controller what it is",
    weight: RATHER_SCANNERS,
    fits: ["read status list 0x0011", "read status list 0x001c"],
    ignores: ["read status list 0x0424", "read"],
  },
  {
    id: "bacnet",
    service: "bacnet",
    says: /^read (?:model|vendor|vendor id|firmware|application software|object name|description)$/,
    note: "asked a device what it is",
    weight: WEAK,
    fits: ["read model"],
    ignores: ["read property 85"],
  },
  {
    id: "enip-identity",
    service: "ethernet/ip",
    says: /^list identity$/,
    note: "asked a controller what it is",
    weight: RATHER_SCANNERS,
    fits: ["list identity"],
    ignores: ["register session"],
  },
  {
    id: "dnp3",
    service: "dnp3",
    says: /^request link status to /,
    note: "asked an outstation whether it is there",
    weight: WEAK,
    fits: ["request link status to 1"],
    ignores: ["data to 1, read"],
  },
  {
    id: "vnc-banner",
    service: "vnc",
    says: /^RFB 003\.00[37]$/,
    note: "spoke an old version, as scanners do",
    weight: WEAK,
    fits: ["RFB 003.003"],
    ignores: ["RFB 003.008"],
  },
  {
    id: "rsync-list",
    service: "rsync",
    says: /^#list$/,
    note: "asked which modules there are",
    weight: RATHER_SCANNERS,
    fits: ["#list"],
    ignores: ["@RSYNCD: 31.0"],
  },
];

/** Telling in any text (CVE-2021-44228): user names, greetings, agents. */
const JNDI = /\$\{jndi:/i;

const jndiRule = {
  id: "log4shell-any",
  note: "an attempt to load code through a log (Log4Shell)",
  weight: ONLY_SCANNERS,
};
const rulesByService = Map.groupBy(wordRules.entries(), ([, { service }]) => service);
const checkById = new Map(portChecks.map((check) => [check.id, check]));

/** See `Knowledge.checkOfWords`. */
export function checkOfWords(service: string, words: string): WordCheck | undefined {
  const found = rulesByService.get(service)?.find(([, { says }]) => says.test(words));
  const isJndi = JNDI.test(words);
  if (found === undefined && !isJndi) return undefined;
  const [number, { id, note, weight }] =
    isJndi || found === undefined ? ([wordRules.length, jndiRule] as const) : found;
  return { id, service, number, cves: checkById.get(id)!.cves, note, weight };
}
