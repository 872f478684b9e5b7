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
  ["GMBU", "a Network Monitor capture; convert it with `editcap -F pcapng`"],
  ["RTSS", "a Network Monitor 1 capture; convert it with `editcap -F pcapng`"],
  ["TRSNIFF data", "a Sniffer capture; convert it with `editcap -F pcapng`"],
  ["XCP\0", "a NetXRay capture; convert it with `editcap -F pcapng`"],
  ["\x7fver", "an OmniPeek capture; convert it with `editcap -F pcapng`"],
  ["\xaa\xaa\xaa\xaa", "a 5View capture; convert it with `editcap -F pcapng`"],
  ["\x05VNF", "a Visual Networks capture; convert it with `editcap -F pcapng`"],
  ["NetScaler", "a NetScaler trace; convert it with `editcap -F pcapng`"],
  ["btsnoop\0", "a Bluetooth capture (btsnoop)"],
  ["BZh", "bzip2 data in an unknown form"],
  ["ElfFile\0", "a Windows event log"],
  ["LPKSHHRH", "a systemd journal; write it as text with `journalctl -o short-iso`"],
  ["\xff\xfe", "UTF-16 text; convert it to UTF-8"],
  ["\xfe\xff", "UTF-16 text; convert it to UTF-8"],
];

/** Offset of the magic of a tar archive (POSIX ustar). */
const TAR_MAGIC_AT = 257;

/** Names what `head` looks like, for a message to the user. Nothing of the input itself is repeated. */
export function describeForeign(head: Uint8Array): string {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 512)).toString("latin1");
  const known = signatures.find(([prefix]) => text.startsWith(prefix));
  if (known) return known[1];
  if (text.startsWith("ustar", TAR_MAGIC_AT)) return "a tar archive; unpack it first";
  if (!isText(head)) return "binary data";
  if (/^\s*[{[]/.test(text)) return "JSON";
  if (/^\s*<(?:!doctype|html)/i.test(text)) return "an HTML page";
  if (/^\s*<\?xml/i.test(text)) return "XML";
  return "text in an unknown form";
}

/** Text holds no control characters but tab, line feed, form feed, carriage return and escape. */
function isText(head: Uint8Array): boolean {
  return head.every((c) => c >= 32 || (c >= 9 && c <= 13) || c === 27);
}
