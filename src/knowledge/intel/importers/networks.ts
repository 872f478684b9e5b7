import { writeFileSync } from "node:fs";
import { UserProblem } from "../../../bytes/problem.ts";
import { readWhole } from "../files/source.ts";
import { Networks, networksPath } from "../forms/networks.ts";
import type { Importer } from "../importer.ts";
import { titleOf } from "./byte-text.ts";

const LARGEST_DATABASE = 256 * 1024 * 1024;

/** An ASN or country database (MMDB): it is made for look-ups, and is kept as it is. */
export const importNetworks: Importer = async (source, { folder, tally }) => {
  const path = networksPath(folder);
  for await (const file of source.files((name) => name.endsWith(".mmdb"))) {
    writeFileSync(path, await readWhole(file, LARGEST_DATABASE));
    const networks = new Networks(path);
    tally.count("nodes", networks.nodes);
    const dataDate = networks.builtDate;
    return { title: titleOf(networks.type), ...(dataDate !== undefined && { dataDate }) };
  }
  throw new UserProblem("knowledge-refused", `'${source.name}' holds no MMDB database`);
};
