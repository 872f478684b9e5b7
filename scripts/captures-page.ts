import { captureSupport } from "../src/formats/captures/support.ts";
import { formats } from "../src/formats/index.ts";

/** docs/captures.md: made from the lists that packets are read by, and from what other programs were found to do otherwise. */
export function formatCapturesPage(): string {
  const { links, tunnels, streams, datagrams } = captureSupport();
  const containers = formats.filter(({ kind }) => kind === "capture");
  return `# Captures

Made by \`npm run docs\` from the code; \`vedette formats\` prints the tables too.

## Containers
${table(
  ["format", "what"],
  containers.map(({ id, title }) => [`\`${id}\``, title]),
)}

- pcap in both byte orders, with micro- or nanoseconds, Kuznetzov's and Ixia's variants. pcapng with any number of sections, in either byte order, and of
  interfaces, each with its resolution (powers of ten and of two) and offset; enhanced, simple and old packet blocks.
- The TLS keys of a pcapng decryption secrets block open the streams of the packets behind it, as those of \`--keylog\` do.
- gzip and zstd are read as what they hold; xz, bzip2 and lz4 through the system's tools. \`-\` is standard input. A file that grows is read to the length it
  has when its first length is reached.
- What comes after a length that cannot be, or after the end of a file cut short, is a reject with the number of the packet.

## Link layers
${table(["link layer", "numbers"], links)}

Any other is told once, with its number and name and how many packets it has. Of IEEE 802.11, what is encrypted is counted; of an aggregate the first
frame is read. A packet that pf passed is *admitted* when no answer is seen; one that it blocked is *denied*.

## Tunnels
${table(["tunnel", "announced by"], tunnels)}

What is inside counts; a tunnel that opens is no contact of its own. At most eight tunnels in one another are opened, and what is deeper is counted. What is
announced as a tunnel and is none (a probe, a keep-alive, an encrypted one) is a contact. LLC and SNAP are read wherever Ethernet is.

## Conversations
Streams: ${streams.join(", ")}. Datagrams: ${datagrams.join(", ")}.

## Compared with tshark 4.0
Of 1,699 captures among the samples \`capinfos\` reads 1,678, and counts as many packets in 1,677 (\`node scripts/compare-counts.ts CAPTURE|FOLDER...\` compares any). The others:

${table(["files", "capinfos", "here", "cause"], differences)}

Flows, compared by Community ID with the sessions that Arkime tells of 96 captures: 198 of 227 are the same. The others:

- **Groups** (18): what is sent to multicast and broadcast addresses, of IP or of the link, asks nobody in particular, and is no contact.
- **ICMPv6's neighbours and routers, ICMP's errors** (6): no contacts; errors are the outcome of what they quote.
- **Answers alone** (3), of flows that the capture does not show: nobody is said to have asked.
- **Authentication headers** (1) are passed over: the flow is that of what they protect.
- **ESP over IPv6** (1): told, and the number beside the sample is not that of its two addresses and protocol alone.
`;
}

/** Found with \`capinfos\` of Wireshark 4.0.17. */
const differences: readonly (readonly string[])[] = [
  ["1 whose last packet is cut", "without it", "with it", "what is cut is counted as a record, and rejected"],
  [
    "4 pcapng of versions 0.1, 1.1 and 2.0; 1 with an option too long",
    "refused, or up to there",
    "read",
    "blocks have not changed; options that do not fit are passed over",
  ],
  ["1 pcap of version 1", "refused", "read", "the layout is that of version 2"],
  ["1 pcap whose reserved bits are set", "refused", "read", "the bits are not looked at"],
  [
    "14 with tags of switches, of Juniper and multilink Frame Relay",
    "refused: unknown link type",
    "counted; switches' tags are read",
    "tshark of this version does not know these link types",
  ],
];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
