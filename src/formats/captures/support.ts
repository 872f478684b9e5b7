import { datagramProtocols } from "../../wire/conversations/datagrams.ts";
import { followers } from "../../wire/conversations/followers.ts";
import { protocols } from "../../wire/conversations/index.ts";
import { openings } from "../../wire/conversations/openings.ts";
import { linkLayers } from "../../wire/links/index.ts";
import { tunnels } from "../../wire/tunnels/index.ts";

/** What is read inside captures: rows of a title and how it is announced. */
export interface CaptureSupport {
  readonly links: readonly (readonly [title: string, linkTypes: string])[];
  readonly tunnels: readonly (readonly [title: string, announcedBy: string])[];
  /** Names of the conversations that are read, of streams and of datagrams. */
  readonly streams: readonly string[];
  readonly datagrams: readonly string[];
}

/** The table of what is supported, made from the lists that the packets are read by. */
export function captureSupport(): CaptureSupport {
  const linkTypes = new Map<string, number[]>();
  for (const { title, linkTypes: numbers } of linkLayers)
    linkTypes.set(title, [...(linkTypes.get(title) ?? []), ...numbers]);
  const hex = (type: number) => `0x${type.toString(16).padStart(4, "0")}`;
  return {
    links: [...linkTypes].map(([title, numbers]) => [title, numbers.join(", ")]),
    tunnels: tunnels.map(({ title, etherTypes = [], protocols: numbers = [], ports = [] }) => [
      title,
      [
        ...etherTypes.map((type) => `EtherType ${hex(type)}`),
        ...numbers.map((number) => `IP protocol ${number}`),
        ...ports.map((port) => `UDP port ${port}`),
      ].join(", "),
    ]),
    // `opening` and `unknown` (greetings) stand for the services that they are named with.
    streams: [
      ...new Set([
        ...protocols.map(({ id }) => id).filter((id) => id !== "opening" && id !== "unknown"),
        ...[...followers, ...openings].map(({ service }) => service),
      ]),
    ],
    datagrams: [...new Set(["dns", ...datagramProtocols.map(({ id }) => id)])],
  };
}
