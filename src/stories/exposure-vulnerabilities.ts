import { parseCpe } from "../knowledge/intel/cpe.ts";
import type { Intel } from "../knowledge/intel/intel.ts";
import type { Software } from "../knowledge/types.ts";
import type { ExposureReport } from "./report.ts";

/** Vulnerabilities told of one exposure; the others are counted. */
const MOST_TOLD = 25;

type Told = Pick<ExposureReport, "vulnerabilities" | "vulnerabilitiesOmitted" | "maintainedUntil">;

/**
 * What imported knowledge says of revealed software. Of vulnerabilities that cannot be tied to the version, only those that are known to be exploited are
 * told: a product's whole history is no finding.
 */
export function vulnerabilitiesIn(intel: Intel | undefined, software: Software | undefined): Told {
  const name = software?.cpe === undefined ? undefined : parseCpe(software.cpe);
  const known = name?.product ?? software?.cpeProduct;
  if (intel === undefined || software === undefined || known === undefined) return { vulnerabilities: [] };
  const [vendor = "", product = ""] = known.split(":");
  const { vulnerabilities } = intel.vulnerabilitiesOf({
    vendor,
    product,
    version: name?.version,
    update: name?.update,
    isRepackaged: /possibly fixed/.test(software.note ?? ""),
  });
  const fitting = vulnerabilities.filter(
    ({ certainty, knownExploited }) => certainty === "version" || certainty === "possibly-fixed" || knownExploited,
  );
  const told = fitting.slice(0, MOST_TOLD).map((each) => ({ ...each, sources: [...each.sources] }));
  const until = name?.version === undefined ? undefined : intel.maintenanceOf(vendor, product, name.version)?.until;
  return {
    vulnerabilities: told,
    ...(fitting.length > told.length && { vulnerabilitiesOmitted: fitting.length - told.length }),
    ...(typeof until === "string" && { maintainedUntil: until }),
  };
}
