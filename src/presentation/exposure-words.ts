import type { ExposureReport, Report } from "../stories/report.ts";
import { formatPlural, listSome } from "./words.ts";

/** `198.51.100.10:443/tcp`, brackets around IPv6. */
export function describePlace({
  target,
  port,
  transport,
}: Pick<ExposureReport, "target" | "port" | "transport">): string {
  const host = target === "" ? "this site" : target.includes(":") ? `[${target}]` : target;
  return port === 0 ? host : `${host}:${port}/${transport}`;
}

/** The software named, or else what the server said. */
export function describeSoftware(exposure: ExposureReport): string {
  const { vendor, product, version, text } = exposure;
  if (product === null) return text;
  const name = vendor === null || vendor === product ? product : `${vendor} ${product}`;
  return version === null ? name : `${name} ${version}`;
}

/** `2 known vulnerabilities, 1 of them exploited in the wild`; empty when none is known. */
export function describeVulnerabilities(exposure: ExposureReport): string {
  const all = exposure.vulnerabilities.length;
  const exploited = exposure.vulnerabilities.filter((vulnerability) => vulnerability.knownExploited).length;
  if (all === 0) return "";
  const known = formatPlural(all, "known vulnerability", "known vulnerabilities");
  return exploited === 0 ? known : `${known}, ${exploited} exploited in the wild`;
}

/** What an actor learned, one entry for each software: `apache http_server 2.4.49 at 198.51.100.10:443/tcp and 3 more`. */
export function describeLearned(learned: readonly string[], report: Report): string[] {
  const ids = new Set(learned);
  const exposures = report.exposures.filter(({ id }) => ids.has(id));
  return [...Map.groupBy(exposures, describeSoftware)].map(
    ([software, alike]) => `${software} at ${listSome(alike.map(describePlace), 2)}`,
  );
}
