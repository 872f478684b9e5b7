import { nameLinkType } from "./links/link-type-names.ts";

/** What a capture could not show, in the words that the report's coverage uses. */
export const Gap = {
  evictedFlows: "flows forgotten early because the flow table was full",
  evictedExchanges: "conversations forgotten early because too many were open",
  droppedStreams: "streams given up because the reassembly memory was full",
  droppedRequests: "requests not told because too many were waiting for their answers",
  wrongSums: "TCP segments with a wrong checksum that nobody acknowledged: damaged, or an attempt to hide what is said",
  holes: "holes in streams: packets that the capture lost or cut short",
  unasked: "connections of which only the answer was captured: one direction is missing",
  fragments: "fragmented datagrams of which a part is missing",
  contradictions: "fragments that contradict others of their datagram: an attempt to hide what it says",
  cutPackets: "packets of which the capture kept only the beginning",
  shortHeaders: "packets whose headers the capture cut off",
  encrypted: "encrypted conversations (TLS), readable only in their opening",
  linkType: (linkType: number) => `packets of ${nameLinkType(linkType)}, which is not read`,
  snoopLink: (dataLink: number) => `packets of snoop's data link type ${dataLink}, which is not read`,
  tunnels: "tunnelled packets that could not be opened",
  nesting: "packets in more layers of tunnels than are opened",
  encryptedFrames: "wireless frames that are encrypted",
} as const;
