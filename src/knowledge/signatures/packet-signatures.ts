// Hot: once per contact; measured by bench/knowledge.ts.
import { isIpv4 } from "../../bytes/address.ts";
import type { Batch } from "../../observations/batch.ts";
import { Known, TcpFlag, Transport } from "../../observations/vocabulary.ts";
import type { PacketSignature } from "../types.ts";

/**
 * Tools that build their own packets leave their own marks on them. A weight is ln P(mark | scanner) - ln P(mark | visitor),
 * where about one scanner in ten uses the tool and the other probability is what chance or an odd honest stack gives; the
 * reason stands beside each. Measured on 6,078 SYNs of ordinary clients: none bears any of these marks.
 */
const mirai = signature("mirai", "SYN whose sequence number is the target's address", 8);
// Source: Mirai's published scanner.c; by chance one SYN in 2^32.
const masscan = signature("masscan", "IP identification is target xor port xor sequence, as masscan computes it", 7);
// Source: masscan src/templ-pkt.c (`ip_id = ip ^ port ^ seqno`), and 6,072 of 6,072 SYNs in laboratory scans. By chance one SYN
// in 65,536, but a busy network sees that many a day, so another window than masscan's takes some of the weight away.
const masscanIdOnly = signature("masscan", "IP identification is target xor port xor sequence", 5);
const masscanWindow = signature("masscan", "SYN with window 1025 and nothing but an MSS of 1460", 6);
// Source: the template of masscan since 2021 (`\x04\x01` is 1025, options `\x02\x04\x05\xb4`). No stack announces 1025 bytes.
const masscanWindowOnly = signature("masscan", "SYN with window 1025", 4);
const zmap = signature("zmap", "SYN with IP identification 54321, window 65535 and no options", 7);
// Source: ZMap src/probe_modules/packet.c before 4.0, and 1,536 of 1,536 SYNs in laboratory scans.
const zmapUnseenOptions = signature("zmap", "SYN with IP identification 54321 and window 65535", 6);
const zmapId = signature("zmap", "IP identification 54321, ZMap's constant", 3);
// A host that counts its packets passes 54321 once in 65,536; so do 1.5 of 100,000 random ones.
const zmapWindows = signature(
  "zmap",
  "options in the order of Windows, window 65535, but a time to live above 128",
  4.5,
);
// Source: ZMap 4.x module_tcp_synscan.c defaults to Windows-style options, packet.c to a TTL of 255; Windows begins at 128.
const nmapSyn = signature("nmap", "SYN with window 1024 and nothing but an MSS of 1460, as nmap's raw scans send", 6.5);
// Source: nmap scan_engine_raw.cc, and 99,000 of 99,000 SYNs of laboratory scans. Small embedded stacks send an MSS alone
// too, with windows of their own, hence not more.
const nmapOldSyn = signature("nmap", "SYN with window 2048, 3072 or 4096 and nothing but an MSS of 1460", 2.5);
// Older versions picked one of four windows; so do some printers and real-time stacks.
const nmapWindow = signature("nmap", "SYN with window 1024; its options are not in this input", 4);
// No desktop or server stack announces so little in a SYN (none of the 6,078), some embedded ones do: hence less than with options.
const rawSyn = signature("raw-syn", "SYN with window 1024 and no options at all", 4);
const hping = signature("hping3", "SYN with window 512 and no options, hping3's default", 5);
// Source: hping3 manual (-w, default 64 in some builds) and 719 of 719 SYNs of the laboratory's hping3 scans: 512.
const hpingWindow = signature("hping3", "SYN with window 512; its options are not in this input", 3);
const hpingProbe = signature("hping3", "flags that no connection has, with hping3's window of 512 and no options", 5);
// hping3 3.a2 with -F, -X, -Y and the like, 60 of 60 probes: the window is its default whatever the flags.
const nmapSystem = signature("nmap", "the odd options and tiny window of nmap's operating-system probes", 7);
// Source: nmap book, "TCP/IP fingerprinting methods": window scale first, then MSS 1460 or 265; windows 1 … 512.
const nullProbe = signature("tcp-null-probe", "TCP without any flag", 4.5);
const xmasProbe = signature("tcp-xmas-probe", "TCP with FIN, PSH and URG alone", 6);
const finProbe = signature("tcp-fin-probe", "FIN without ACK, outside any connection", 4);
const synFinProbe = signature("tcp-syn-fin-probe", "SYN and FIN together", 5);
// RFC 9293 lets no host send these three; broken middleboxes make a few.
const synRstProbe = signature("tcp-syn-rst-probe", "SYN and RST together", 2.5);
const nmapProbe = signature("nmap", "flags that no connection has, with nmap's window of 1024 and no options", 6.5);
// nmap 7.93 -sN, -sF and -sX, 100 % of 1,200 probes in laboratory scans; the same flags from broken middleboxes bear windows of connections.
const nmapAck = signature("nmap", "ACK or FIN without a connection, with nmap's window of 1024 and no options", 0.5);
// nmap 7.93 -sA, -sW and -sM. What is left of an ordinary connection mostly has time stamps, and another window.
const finAck = signature(
  "tcp-fin-ack",
  "FIN and ACK without a connection: a Maimon scan, or one that ended unseen",
  0.3,
);
const loneAck = signature("tcp-lone-ack", "ACK without a connection: an ACK scan, or one that began unseen", 0.2);

function signature(tool: string, because: string, weight: number): PacketSignature {
  return { tool, because, weight };
}

/** TCP option kinds in order, a nibble each from the highest, as in `Batch.synOptions`. */
const MSS_ONLY = 0x2000_0000;
/** MSS, no-op, window scale, no-op, no-op, SACK permitted. */
const AS_WINDOWS = 0x2131_1400;
/** Window scale, no-op, MSS: how nmap's operating-system probes begin, and nothing else. */
const AS_NMAP_SYSTEM = 0x312;
const ZMAP_ID = 54_321;
const { fin, syn, rst, psh, ack, urg } = TcpFlag;
const CONTROL = fin | syn | rst | psh | ack | urg;

/** See `Knowledge.signatureOf`. */
export function signatureOf(batch: Batch, row: number): PacketSignature | undefined {
  const known = batch.known[row]!;
  if (batch.transport[row] !== Transport.tcp) return ofOther(batch, row, known);
  if ((known & Known.tcp) === 0) return undefined;
  const flags = batch.tcpFlags[row]! & CONTROL;
  if (flags === syn) return ofSyn(batch, row, known);
  return ofFlags(flags, batch, row, known);
}

function ofOther(batch: Batch, row: number, known: number): PacketSignature | undefined {
  return (known & Known.ip) !== 0 && batch.ipId[row] === ZMAP_ID ? zmapId : undefined;
}

function ofSyn(batch: Batch, row: number, known: number): PacketSignature | undefined {
  const window = batch.window[row]!;
  const byAddress = ofAddress(batch, row, known, window);
  if (byAddress !== undefined) return byAddress;
  if ((known & Known.ip) !== 0 && batch.ipId[row] === ZMAP_ID) return ofZmapId(batch, row, known, window);
  return (known & Known.options) === 0 ? ofWindow(window) : ofOptions(batch, row, known, window);
}

/** Marks that are computed from the target. */
function ofAddress(batch: Batch, row: number, known: number, window: number): PacketSignature | undefined {
  if ((known & Known.sequence) === 0 || !isIpv4(batch.target, row * 4)) return undefined;
  const target = batch.target[row * 4 + 3]!;
  const sequence = batch.sequence[row]!;
  if (sequence === target) return mirai;
  if ((known & Known.ip) === 0) return undefined;
  if (batch.ipId[row] !== ((target ^ batch.targetPort[row]! ^ sequence) & 0xffff)) return undefined;
  return window === 1024 || window === 1025 ? masscan : masscanIdOnly;
}

function ofZmapId(batch: Batch, row: number, known: number, window: number): PacketSignature {
  if (window !== 65_535) return zmapId;
  if ((known & Known.options) === 0) return zmapUnseenOptions;
  return batch.synOptions[row] === 0 || batch.synOptions[row] === MSS_ONLY ? zmap : zmapId;
}

/** A firewall log seldom shows options: the window alone must tell, and tells less. */
function ofWindow(window: number): PacketSignature | undefined {
  switch (window) {
    case 512:
      return hpingWindow;
    case 1024:
      return nmapWindow;
    case 1025:
      return masscanWindowOnly;
    default:
      return undefined;
  }
}

function ofOptions(batch: Batch, row: number, known: number, window: number): PacketSignature | undefined {
  const options = batch.synOptions[row]!;
  const mss = batch.mss[row]!;
  if (options === 0) return window === 512 ? hping : window === 1024 ? rawSyn : undefined;
  if (options === MSS_ONLY) return mss === 1460 ? ofMssOnly(window) : undefined;
  if (options >>> 20 === AS_NMAP_SYSTEM && window <= 512) return nmapSystem;
  if (options === AS_WINDOWS && window === 65_535 && (known & Known.ip) !== 0 && batch.ttl[row]! > 128)
    return zmapWindows;
  return undefined;
}

function ofMssOnly(window: number): PacketSignature | undefined {
  switch (window) {
    case 1024:
      return nmapSyn;
    case 1025:
      return masscanWindow;
    case 2048:
    case 3072:
    case 4096:
      return nmapOldSyn;
    default:
      return undefined;
  }
}

function ofFlags(flags: number, batch: Batch, row: number, known: number): PacketSignature | undefined {
  if ((known & Known.options) !== 0 && batch.synOptions[row]! >>> 20 === AS_NMAP_SYSTEM && batch.mss[row] === 265) {
    return nmapSystem;
  }
  if ((flags & (syn | fin)) === (syn | fin)) return synFinProbe;
  if ((flags & (syn | rst)) === (syn | rst)) return synRstProbe;
  const isMssOnly = (known & Known.options) !== 0 && batch.synOptions[row] === MSS_ONLY && batch.mss[row] === 1460;
  // Whatever flags the user has it add to its SYN (--scanflags).
  if (isMssOnly && batch.window[row] === 1024) return nmapSyn;
  if ((known & Known.options) !== 0 && batch.synOptions[row] === 0) {
    if (batch.window[row] === 1024) return ofNmap(flags);
    if (batch.window[row] === 512 && (flags & ack) === 0) return hpingProbe;
  }
  switch (flags) {
    case 0:
      return nullProbe;
    case fin | psh | urg:
      return xmasProbe;
    case fin:
      return finProbe;
    case fin | ack:
      return finAck;
    case ack:
      return loneAck;
    default:
      return undefined;
  }
}

function ofNmap(flags: number): PacketSignature | undefined {
  if (flags === 0 || flags === fin || flags === (fin | psh | urg)) return nmapProbe;
  return flags === ack || flags === (fin | ack) ? nmapAck : undefined;
}
