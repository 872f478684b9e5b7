/** What files that are no input of ours start with, so that a wrong file is told by name. */
const signatures: readonly (readonly [prefix: string, what: string])[] = [
  ["PK\x03\x04", "a zip archive or office document"],
  ["%PDF-", "a PDF document"],
  ["\x7fELF", "an ELF program"],
  ["MZ", "a Windows program"],
  ["\xd0\xcf\x11\xe0", "an old office document"],
  ["\x89PNG", "a PNG picture"],
  ["\xff\xd8\xff", "a JPEG picture"],
  ["GIF8", "a GIF picture"],
  ["7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"],
  ["Rar!", "a RAR archive; unpack it first"],
  ["SQLite format 3\0", "an SQLite database"],
  ["btsnoop\0", "a Bluetooth capture (btsnoop)"],
  ["BZh", "bzip2 data in an unknown form"],
  ["ElfFile\0", "a Windows event log"],
  ["LPKSHHRH", "a systemd journal; write it as text with `journalctl -o short-iso`"],
  ["\xff\xfe\0\0", "UTF-32 text; convert it to UTF-8"],
];

/** Captures that Wireshark's tools convert, by what they start with (the readers in its wiretap/). */
const convertible: readonly (readonly [prefix: string, what: string])[] = [
  ["GMBU", "a Network Monitor capture"],
  ["RTSS", "a Network Monitor 1 capture"],
  ["TRSNIFF data", "a Sniffer capture"],
  ["XCP\0", "a NetXRay capture"],
  ["VL\0\0", "a NetXRay 1 capture"],
  ["\x7fver", "an OmniPeek capture"],
  ["\xaa\xaa\xaa\xaa", "a 5View capture"],
  ["\x05VNF", "a Visual Networks capture"],
  ["NetScaler", "a NetScaler trace"],
  ["\0\0\x02\0\x12\x05\0\x10", "a Tektronix K12 capture"],
  ["+---------+---------------+----------+", "a Tektronix K12 capture as text"],
  ["Session Transcript", "a Catapult DCT2000 capture"],
  ["iptrace ", "an AIX iptrace capture"],
  ["ObserverPktBuffe", "a Network Instruments Observer capture"],
  ["TR\0d\0", "an HP-UX nettl trace"],
  ["\0\0\0\x01\0\0\0\0\0\x07\xd0\0", "an HP-UX nettl trace"],
  ["\x01\x10L\0\x01\x05", "a Novell LANalyzer capture"],
  ["ETHERWATCH ", "a DBS Etherwatch capture"],
];

/** Where a Windows event trace has the marker of its first event, behind the buffer's header; and its two words. */
const ETL_MARKER_AT = 72;
const etlMarkers = ["\x02\0\x01\xc0", "\x02\0\x02\xc0"];

/** Records of Endace's ERF: 8 bytes of time (seconds in the upper half, little-endian), type, flags, length, loss, length on the wire. */
const ERF_RECORD = 16;
const ERF_TYPES = 48;
const ERF_LONGEST_PAUSE = 7 * 86_400;

/** Lines that tcpdump and tshark print instead of writing packets. */
const printedPacket =
  /^(?:\d{4}-\d\d-\d\d )?(?:\d\d:\d\d:\d\d|\d{10})\.\d{6} (?:IP6? |ARP, |\S+ +(?:In|Out) +IP6? |[0-9a-f:]{17} > )/;
const printedFrame = /^Frame 1: \d+ bytes on wire/;
const hexDump = /^\s*(?:0x)?0000:?\s+(?:[0-9a-f]{2,4}\s+){4}/i;

/** Offset of the magic of a tar archive (POSIX ustar). */
const TAR_MAGIC_AT = 257;

/** Names what `head` looks like, for a message to the user. Nothing of the input itself is repeated. */
export function describeForeign(head: Uint8Array): string {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 512)).toString("latin1");
  const known = signatures.find(([prefix]) => text.startsWith(prefix));
  if (known) return known[1];
  const capture = convertible.find(([prefix]) => text.startsWith(prefix));
  if (capture) return `${capture[1]}; convert it with \`editcap -F pcapng\``;
  if (etlMarkers.includes(text.slice(ETL_MARKER_AT, ETL_MARKER_AT + 4)))
    return "a Windows event trace (ETL); convert it with `etl2pcapng`";
  if (text.startsWith("ustar", TAR_MAGIC_AT)) return "a tar archive; unpack it first";
  if (isErf(head)) return "an Endace ERF capture; convert it with `editcap -F pcapng`";
  if (!isText(head)) return "binary data";
  if (printedPacket.test(text) || printedFrame.test(text))
    return "packets as text; record them with `tcpdump -w FILE` instead";
  if (hexDump.test(text)) return "a hexadecimal dump; convert it with `text2pcap`";
  if (/^\s*[{[]/.test(text)) return "JSON";
  if (/^\s*<(?:!doctype|html)/i.test(text)) return "an HTML page";
  if (/^\s*<\?xml/i.test(text)) return "XML";
  return "text in an unknown form";
}

/** Two records, one soon after the other: ERF has no magic number. */
function isErf(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const next = head.length >= ERF_RECORD ? view.getUint16(10) : 0;
  if (next < ERF_RECORD || next + ERF_RECORD > head.length) return false;
  const first = view.getUint32(4, true);
  const pause = view.getUint32(next + 4, true) - first;
  const isRecord = (at: number) => {
    const type = head[at + 8]! & 0x7f;
    return type > 0 && type <= ERF_TYPES && view.getUint16(at + 10) >= ERF_RECORD && view.getUint16(at + 14) > 0;
  };
  // What describes the provenance comes first, with a time of its own or none.
  return ((pause >= 0 && pause < ERF_LONGEST_PAUSE) || first === 0) && isRecord(0) && isRecord(next);
}

/** Text holds no control characters but tab, line feed, form feed, carriage return and escape. */
function isText(head: Uint8Array): boolean {
  return head.every((c) => c >= 32 || (c >= 9 && c <= 13) || c === 27);
}
