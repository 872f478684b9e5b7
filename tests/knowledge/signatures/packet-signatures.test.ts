import { expect, test } from "vitest";
import { addressWords } from "../../../src/bytes/address.ts";
import { signatureOf } from "../../../src/knowledge/signatures/packet-signatures.ts";
import { Batch } from "../../../src/observations/batch.ts";
import { Kind, Known, TcpFlag, Transport } from "../../../src/observations/vocabulary.ts";

interface Packet {
  flags?: number;
  window?: number;
  options?: number;
  mss?: number;
  ipId?: number;
  ttl?: number;
  sequence?: number;
  port?: number;
  target?: string;
  transport?: number;
  known?: number;
}

const TARGET = "198.51.100.80";
const target = addressWords(TARGET)![3]!;
const { fin, syn, rst, psh, ack, urg, ece, cwr } = TcpFlag;
const inCapture = Known.tcp | Known.ip | Known.sequence | Known.options;
const inFirewallLog = Known.tcp | Known.ip;
const linux = { window: 64_240, options: 0x2481_3000, mss: 1460, ttl: 64 };

function toolOf(packet: Packet): string | undefined {
  const batch = new Batch(1);
  const row = batch.add(Kind.contact, 0, 1);
  batch.target.set(addressWords(packet.target ?? TARGET)!, row * 4);
  batch.transport[row] = packet.transport ?? Transport.tcp;
  batch.targetPort[row] = packet.port ?? 443;
  batch.known[row] = packet.known ?? inCapture;
  batch.tcpFlags[row] = packet.flags ?? syn;
  batch.window[row] = packet.window ?? 0;
  batch.synOptions[row] = packet.options ?? 0;
  batch.mss[row] = packet.mss ?? 0;
  batch.ipId[row] = packet.ipId ?? 1;
  batch.ttl[row] = packet.ttl ?? 64;
  batch.sequence[row] = packet.sequence ?? 0x1234_5678;
  const signature = signatureOf(batch, row);
  return signature && `${signature.tool} ${signature.weight}`;
}

const sequence = 0x89ab_cdef;
const masscanId = (target ^ 443 ^ sequence) & 0xffff;

test.each<[string, Packet, string]>([
  ["hping3's window with FIN", { flags: fin, window: 512 }, "hping3 5"],
  ["hping3's window with all but ACK", { flags: fin | psh | urg, window: 512 }, "hping3 5"],
  [
    "nmap's SYN with flags of the user's",
    { flags: syn | psh, window: 1024, options: 0x2000_0000, mss: 1460 },
    "nmap 6.5",
  ],
  ["masscan's relation", { window: 1024, ipId: masscanId, sequence }, "masscan 7"],
  ["the relation with another window", { ...linux, ipId: masscanId, sequence }, "masscan 5"],
  ["masscan's newer template", { window: 1025, options: 0x2000_0000, mss: 1460 }, "masscan 6"],
  ["old ZMap", { window: 65_535, ipId: 54_321 }, "zmap 7"],
  ["old ZMap in a firewall log", { window: 65_535, ipId: 54_321, known: inFirewallLog }, "zmap 6"],
  ["ZMap's constant on UDP", { transport: Transport.udp, ipId: 54_321, known: Known.ip }, "zmap 3"],
  ["new ZMap", { window: 65_535, options: 0x2131_1400, mss: 1460, ttl: 243 }, "zmap 4.5"],
  ["nmap's SYN", { window: 1024, options: 0x2000_0000, mss: 1460 }, "nmap 6.5"],
  ["nmap's SYN over IPv6", { window: 1024, options: 0x2000_0000, mss: 1460, target: "2001:db8:5100::10" }, "nmap 6.5"],
  ["nmap's SYN in a firewall log", { window: 1024, known: inFirewallLog }, "nmap 4"],
  ["an older nmap's SYN", { window: 3072, options: 0x2000_0000, mss: 1460 }, "nmap 2.5"],
  ["nmap's operating-system probe", { window: 1, options: 0x3128_4000, mss: 1460 }, "nmap 7"],
  ["nmap's second probe, without flags", { flags: 0, window: 128, options: 0x3128_4000, mss: 265 }, "nmap 7"],
  ["hping3", { window: 512 }, "hping3 5"],
  ["Mirai", { window: 12_345, sequence: target }, "mirai 8"],
  ["a null scan", { flags: 0, window: 2048 }, "tcp-null-probe 4.5"],
  ["a Xmas scan", { flags: fin | psh | urg, window: 2048 }, "tcp-xmas-probe 6"],
  ["a FIN scan", { flags: fin, window: 2048 }, "tcp-fin-probe 4"],
  ["SYN and FIN", { flags: syn | fin }, "tcp-syn-fin-probe 5"],
  ["SYN and RST", { flags: syn | rst }, "tcp-syn-rst-probe 2.5"],
  ["a Maimon scan, or a late end", { flags: fin | ack, window: 2048 }, "tcp-fin-ack 0.3"],
  ["an ACK scan, or a late beginning", { flags: ack, window: 2048 }, "tcp-lone-ack 0.2"],
  ["nmap's null scan", { flags: 0, window: 1024 }, "nmap 6.5"],
  ["nmap's FIN scan", { flags: fin, window: 1024 }, "nmap 6.5"],
  ["nmap's Maimon scan", { flags: fin | ack, window: 1024 }, "nmap 0.5"],
  ["nmap's ACK scan", { flags: ack, window: 1024 }, "nmap 0.5"],
])("%s", (_name, packet, expected) => {
  expect(toolOf(packet)).toBe(expected);
});

test.each<[string, Packet]>([
  ["Linux", linux],
  ["Linux with ECN", { ...linux, flags: syn | ece | cwr }],
  ["Linux without time stamps", { window: 64_240, options: 0x2114_1300, mss: 1460 }],
  ["Windows 10", { window: 64_240, options: 0x2131_1400, mss: 1460, ttl: 128 }],
  ["Windows with a window of 65535", { window: 65_535, options: 0x2131_1400, mss: 1460, ttl: 121 }],
  ["Windows XP", { window: 65_535, options: 0x2114_0000, mss: 1460, ttl: 128 }],
  ["macOS", { window: 65_535, options: 0x2131_1840, mss: 1460, ttl: 64 }],
  ["Android behind a carrier", { window: 65_535, options: 0x2481_3000, mss: 1400, ttl: 52 }],
  ["a printer with an MSS alone", { window: 8192, options: 0x2000_0000, mss: 1460, ttl: 255 }],
  ["lwIP", { window: 2144, options: 0x2000_0000, mss: 536, ttl: 255 }],
  ["lwIP with nmap's window and its own MSS", { window: 2048, options: 0x2000_0000, mss: 512 }],
  ["a tiny stack without options", { window: 5840, options: 0 }],
  ["a Solaris host", { window: 49_640, options: 0x2131_1400, mss: 1460, ttl: 255 }],
  ["a backup agent with window 65535 in a log", { window: 65_535, known: inFirewallLog }],
  ["an input that shows no flags", { window: 1024, known: 0 }],
  ["UDP", { transport: Transport.udp, known: Known.ip }],
  ["an answer", { flags: syn | ack, window: 1024 }],
  ["a reset", { flags: rst }],
  ["masscan's relation over IPv6 by chance", { ...linux, ipId: masscanId, sequence, target: "2001:db8::1" }],
])("%s bears no mark", (_name, packet) => {
  expect(toolOf(packet)).toBeUndefined();
});
