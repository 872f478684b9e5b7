import { ethernet } from "./ethernet.ts";
import type { LinkLayer } from "./link-layer.ts";
import { linuxCooked, linuxCookedV2 } from "./linux-cooked.ts";
import { loopback } from "./loopback.ts";
import { rawIp } from "./raw-ip.ts";

/** Every link layer that is read. */
export const linkLayers: readonly LinkLayer[] = [ethernet, rawIp, linuxCooked, linuxCookedV2, loopback];

const layerByType = new Map(linkLayers.flatMap((layer) => layer.linkTypes.map((type) => [type, layer] as const)));

/** The link layer of a LINKTYPE_ number, or undefined when it is not read. */
export function linkLayerOf(linkType: number): LinkLayer | undefined {
  return layerByType.get(linkType);
}
