import type { CheckDefinition } from "../define-check.ts";
import { apacheAndJavaChecks } from "./apache-and-java.ts";
import { applications2020To2022Checks } from "./applications-2020-to-2022.ts";
import { applicationsSince2023Checks } from "./applications-since-2023.ts";
import { applicationsUntil2019Checks } from "./applications-until-2019.ts";
import { cmsAndPhpChecks } from "./cms-and-php.ts";
import { dataAndMonitoringChecks } from "./data-and-monitoring.ts";
import { devicesChecks } from "./devices.ts";
import { devopsChecks } from "./devops.ts";
import { enterpriseChecks } from "./enterprise.ts";
import { exposedFilesChecks } from "./exposed-files.ts";
import { fileTransferChecks } from "./file-transfer.ts";
import { microsoftChecks } from "./microsoft.ts";
import { morePanelsChecks } from "./more-panels.ts";
import { networkDevicesChecks } from "./network-devices.ts";
import { panelsChecks } from "./panels.ts";
import { toolsChecks } from "./tools.ts";
import { vpnAndEdgeChecks } from "./vpn-and-edge.ts";
import { wordpressPluginsChecks } from "./wordpress-plugins.ts";

/** Every authored check. A new area is one file and one line here. */
export const catalogue: readonly CheckDefinition[] = [
  ...vpnAndEdgeChecks,
  ...microsoftChecks,
  ...fileTransferChecks,
  ...devopsChecks,
  ...apacheAndJavaChecks,
  ...enterpriseChecks,
  ...cmsAndPhpChecks,
  ...dataAndMonitoringChecks,
  ...devicesChecks,
  ...exposedFilesChecks,
  ...panelsChecks,
  ...toolsChecks,
  ...wordpressPluginsChecks,
  ...networkDevicesChecks,
  ...applicationsUntil2019Checks,
  ...applications2020To2022Checks,
  ...applicationsSince2023Checks,
  ...morePanelsChecks,
];
