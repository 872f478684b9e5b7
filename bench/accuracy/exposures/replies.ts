import { X509Certificate } from "node:crypto";
import { softwareNamedIn } from "./named-software.ts";
import { type DissectedPacket, dissect } from "./tshark.ts";

/** What one packet of a server told one receiver. */
export interface Reply {
  readonly server: string;
  readonly port: number;
  readonly receiver: string;
  /** The packet's number in the capture. */
  readonly frame: number;
  /** The dissector's field, or a header's name. */
  readonly where: string;
  /** A name that the ledger's words must hold. */
  readonly text: string;
  /** Whether it names software or a certificate: then the ledger must have it. */
  readonly isTelling: boolean;
}

/** Fields that servers alone fill, and speak of themselves in. */
const bannerFields = [
  "ssh.protocol",
  "mysql.version",
  "smtp.response",
  "ftp.response.arg",
  "pop.response.description",
  "imap.line",
  "telnet.data",
  "smb.native_lanman",
  "sip.Server",
  "rtsp.response",
  "resp.bulk_string.value",
  "memcache.version",
  "pgsql.parameter_value",
] as const;

const places = [
  ...["frame.number", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst"],
  ...["tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport"],
];

/** Headers of a reply that say what it carries, not who sent it. */
const ofContent =
  /^(?:content-|date|etag|last-modified|expires|location|set-cookie|link|age|vary|cache-control|accept-)/i;

/** What a server says before it is asked anything. */
const STARTS = "tcp.seq == 1 && tcp.ack == 1 && tcp.len > 0";
const BIND = "version.bind";
const SYSTEM_DESCRIPTION = "1.3.6.1.2.1.1.1.0";

/** Every reply of a capture in which a server may tell what it is, as Wireshark reads it. */
export async function repliesIn(file: string): Promise<Reply[]> {
  const replies: Reply[] = [];
  const servers = await serversIn(file);
  const filter = [
    "http.response",
    "tls.handshake.certificate",
    "(dns.flags.response == 1 && dns.txt)",
    "snmp.value.octets",
    ...bannerFields,
  ].join(" || ");
  const fields = [
    ...[...places, "tcp.stream", "http.response.line", "tls.handshake.certificate", "dns.qry.name", "dns.txt"],
    ...["snmp.name", "snmp.value.octets", ...bannerFields],
  ];
  for await (const packet of dissect(file, filter, fields)) {
    const place = placeOf(packet);
    if (place === undefined) continue;
    const isServer = servers.get(packet["tcp.stream"]![0] ?? "") === endpoint(place.server, place.port);
    const tell = (where: string, text: string, isTelling: boolean) => {
      if (/^[\t\x20-\xff]{2,}$/.test(text)) replies.push({ ...place, where, text, isTelling });
    };
    for (const line of packet["http.response.line"]!) {
      const [, name = "", value = ""] = /^([^:]{1,60}): ?(.*)$/.exec(unquote(line)) ?? [];
      if (!ofContent.test(name)) tell(name, value, softwareNamedIn(value).length > 0);
    }
    if (packet["dns.qry.name"]!.includes(BIND)) tell(BIND, packet["dns.txt"]![0] ?? "", true);
    const described = packet["snmp.name"]!.indexOf(SYSTEM_DESCRIPTION);
    if (described >= 0) tell("sysDescr", textOfHex(packet["snmp.value.octets"]![described] ?? ""), true);
    if (!isServer && packet["tcp.stream"]!.length > 0) continue;
    const [certificate] = packet["tls.handshake.certificate"]!;
    if (certificate !== undefined) tell("certificate", commonNameOf(certificate), true);
    for (const field of bannerFields)
      for (const value of packet[field]!) tell(field, unquote(value), softwareNamedIn(unquote(value)).length > 0);
  }
  return [...replies, ...(await greetingsIn(file, servers))];
}

/** Which side of each TCP stream is the server: who sent SYN and ACK. */
async function serversIn(file: string): Promise<ReadonlyMap<string, string>> {
  const servers = new Map<string, string>();
  const isAnswer = "tcp.flags.syn == 1 && tcp.flags.ack == 1";
  for await (const packet of dissect(file, isAnswer, [...places, "tcp.stream"])) {
    const place = placeOf(packet);
    if (place !== undefined) servers.set(packet["tcp.stream"]![0]!, endpoint(place.server, place.port));
  }
  return servers;
}

/** The first words of servers that speak first, on any port. */
async function greetingsIn(file: string, servers: ReadonlyMap<string, string>): Promise<Reply[]> {
  const greetings: Reply[] = [];
  for await (const packet of dissect(file, STARTS, [...places, "tcp.stream", "tcp.payload"])) {
    const place = placeOf(packet);
    if (place === undefined) continue;
    if (servers.get(packet["tcp.stream"]![0]!) !== endpoint(place.server, place.port)) continue;
    const [line = ""] = textOfHex(packet["tcp.payload"]![0] ?? "").split(/\r?\n/);
    const isText = /^[\t\x20-\x7e]{4,}$/.test(line) && !line.startsWith("HTTP/");
    if (isText)
      greetings.push({ ...place, where: "greeting", text: line, isTelling: softwareNamedIn(line).length > 0 });
  }
  return greetings;
}

/** Where a packet came from and went to; of one that quotes another the outer addresses. */
function placeOf(packet: DissectedPacket): Pick<Reply, "server" | "port" | "receiver" | "frame"> | undefined {
  const server = packet["ip.src"]![0] ?? packet["ipv6.src"]![0];
  const receiver = packet["ip.dst"]![0] ?? packet["ipv6.dst"]![0];
  const port = packet["tcp.srcport"]![0] ?? packet["udp.srcport"]![0];
  if (server === undefined || receiver === undefined || port === undefined) return undefined;
  return { server, receiver, port: Number(port), frame: Number(packet["frame.number"]![0]) };
}

/** Who sent each packet of a capture to whom, by its number. */
export async function placesIn(
  file: string,
): Promise<ReadonlyMap<number, Pick<Reply, "server" | "port" | "receiver">>> {
  const found = new Map<number, Pick<Reply, "server" | "port" | "receiver">>();
  for await (const packet of dissect(file, "tcp.len > 0 || udp", places)) {
    const place = placeOf(packet);
    if (place !== undefined) found.set(place.frame, place);
  }
  return found;
}

function endpoint(address: string, port: number): string {
  return `${address} ${port}`;
}

function textOfHex(hex: string): string {
  return Buffer.from(hex.replaceAll(":", ""), "hex").toString("latin1");
}

/** tshark writes line ends and quotes as C does. */
function unquote(text: string): string {
  return text.replace(/(?:\\r|\\n)+$/, "").replaceAll("\\\\", "\\");
}

function commonNameOf(hex: string): string {
  try {
    return (
      /(?:^|\n)(CN=[^\n]+)/.exec(new X509Certificate(Buffer.from(hex.replaceAll(":", ""), "hex")).subject)?.[1] ?? ""
    );
  } catch {
    return "";
  }
}
