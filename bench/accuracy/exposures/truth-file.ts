import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ExposureReport } from "../../../src/stories/report.ts";
import { plain } from "./named-software.ts";

/** What a server really is. `host` is an address; `version` is absent where the server does not say it. */
const TrueServer = z.object({
  host: z.string(),
  port: z.int(),
  protocol: z.string().optional(),
  product: z.string(),
  version: z.string().optional(),
});
type TrueServer = z.infer<typeof TrueServer>;

const names = ["exposures.json", "truth.json"];

/** The servers of a labelled folder, from the list in `exposures.json` or `truth.json`; undefined when there is none. */
export function readTruth(folder: string): TrueServer[] | undefined {
  const file = names.map((name) => join(folder, name)).find((path) => existsSync(path));
  return file === undefined ? undefined : z.array(TrueServer).parse(JSON.parse(readFileSync(file, "utf8")));
}

/** Servers whose exposures name other software, or none; and exposures that name what is not there. */
export function compareTruth(exposures: readonly ExposureReport[], truth: readonly TrueServer[]): string[] {
  const named = exposures.filter(({ product }) => product !== null);
  const at = (server: TrueServer) => named.filter((each) => each.target === server.host && each.port === server.port);
  const silent = truth.filter((server) => !at(server).some((exposure) => isSame(exposure, server)));
  const strange = named.filter((exposure) => {
    const known = truth.filter((server) => exposure.target === server.host && exposure.port === server.port);
    return known.length > 0 && !known.some((server) => isSame(exposure, server));
  });
  return [
    ...silent.map(({ host, port, product, version }) => `not told: ${host} ${port} ${product} ${version ?? ""}`),
    ...strange.map((each) => `otherwise: ${each.target} ${each.port} ${each.product} ${each.version ?? ""}`),
  ];
}

function isSame({ vendor, product, version }: ExposureReport, server: TrueServer): boolean {
  const expected = plain(server.product);
  const isNamed = [product, vendor, `${vendor}${product}`].some((name) => name !== null && plain(name) === expected);
  return isNamed && (version === null || server.version === undefined || version === server.version);
}
