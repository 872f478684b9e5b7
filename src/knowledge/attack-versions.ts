import type { AttackTechnique } from "./intel/forms/attack-facts.ts";

/**
 * Facts of MITRE ATT&CK for Enterprise: techniques of the report as v8.2 (January 2021) and the current version have them. (c) The MITRE Corporation;
 * reproduced and distributed with the permission of The MITRE Corporation. See docs/knowledge.md.
 */
const CURRENT_ATTACK = "18.1";

type Row = readonly [id: string, name: string, tactic: string, dataSources: string, mitigations: string];

const PRE = "M1056 Pre-compromise";
const NETWORK_82 = "Network device logs; Packet capture";
const NETWORK = "Network Traffic Content; Network Traffic Flow";
const DISCOVERY =
  "M1030 Network Segmentation; M1031 Network Intrusion Prevention; M1042 Disable or Remove Feature or Program";

const REMOTE =
  "M1030 Network Segmentation; M1032 Multi-factor Authentication; M1035 Limit Access to Resource Over Network; " +
  "M1042 Disable or Remove Feature or Program";

const rows: Readonly<Record<string, readonly Row[]>> = {
  "8.2": [
    [
      "T1046",
      "Network Service Scanning",
      "discovery",
      "Netflow/Enclave netflow; Network protocol analysis; Packet capture; Process command-line parameters; Process use of network",
      DISCOVERY,
    ],
    ["T1110", "Brute Force", "credential-access", "Authentication logs; Office 365 account logs", ""],
    ["T1133", "External Remote Services", "initial-access", "Authentication logs", REMOTE],
    [
      "T1190",
      "Exploit Public-Facing Application",
      "initial-access",
      "AWS CloudTrail logs; Application logs; Azure activity logs; Packet capture; Stackdriver logs; Web application firewall logs; Web logs",
      "M1016 Vulnerability Scanning; M1026 Privileged Account Management; M1030 Network Segmentation; " +
        "M1048 Application Isolation and Sandboxing; M1050 Exploit Protection; M1051 Update Software",
    ],
    ["T1592", "Gather Victim Host Information", "reconnaissance", "", PRE],
    ["T1595", "Active Scanning", "reconnaissance", NETWORK_82, PRE],
    ["T1595.001", "Scanning IP Blocks", "reconnaissance", NETWORK_82, PRE],
    ["T1595.002", "Vulnerability Scanning", "reconnaissance", NETWORK_82, PRE],
    ["T1596.005", "Scan Databases", "reconnaissance", "", PRE],
  ],
  [CURRENT_ATTACK]: [
    [
      "T1046",
      "Network Service Discovery",
      "discovery",
      "Network Connection Creation; Network Traffic Content; Network Traffic Flow; Process Creation",
      DISCOVERY,
    ],
    ["T1110", "Brute Force", "credential-access", "Application Log Content; User Account Authentication", ""],
    [
      "T1133",
      "External Remote Services",
      "initial-access",
      "Application Log Content; Logon Session Metadata; Network Connection Creation; Network Traffic Content; Network Traffic Flow",
      REMOTE,
    ],
    [
      "T1190",
      "Exploit Public-Facing Application",
      "initial-access",
      "Application Log Content; Module Load; Network Connection Creation; Network Traffic Content; Network Traffic Flow; Process Creation",
      "M1016 Vulnerability Scanning; M1026 Privileged Account Management; M1030 Network Segmentation; M1035 Limit Access to Resource Over Network; " +
        "M1037 Filter Network Traffic; M1048 Application Isolation and Sandboxing; M1050 Exploit Protection; M1051 Update Software",
    ],
    ["T1592", "Gather Victim Host Information", "reconnaissance", "Response Content", PRE],
    ["T1595", "Active Scanning", "reconnaissance", NETWORK, PRE],
    ["T1595.001", "Scanning IP Blocks", "reconnaissance", NETWORK, PRE],
    ["T1595.002", "Vulnerability Scanning", "reconnaissance", NETWORK, PRE],
    [
      "T1595.003",
      "Wordlist Scanning",
      "reconnaissance",
      "Network Traffic Content",
      `M1042 Disable or Remove Feature or Program; ${PRE}`,
    ],
    ["T1596.005", "Scan Databases", "reconnaissance", "", PRE],
  ],
};

/** The versions that need no import. */
export const attackVersions: readonly string[] = Object.keys(rows);

/** Techniques of a version by their ids; undefined for a version that is not built in. */
export function attackFacts(version: string): ReadonlyMap<string, AttackTechnique> | undefined {
  if (!Object.hasOwn(rows, version)) return undefined;
  return new Map(rows[version]!.map((row) => [row[0], techniqueOf(row)]));
}

function techniqueOf([id, name, tactic, dataSources, mitigations]: Row): AttackTechnique {
  return {
    id,
    name,
    url: `https://attack.mitre.org/techniques/${id.replace(".", "/")}/`,
    tactics: [tactic],
    dataSources: listed(dataSources),
    mitigations: listed(mitigations).map((text) => ({ id: text.slice(0, 5), name: text.slice(6) })),
  };
}

function listed(text: string): string[] {
  return text === "" ? [] : text.split("; ");
}

/** The id by which a version knows a technique: its own, or that of its parent where the version is older than the sub-technique. */
export function techniqueIn(facts: ReadonlyMap<string, AttackTechnique>, id: string): string {
  return facts.has(id) ? id : id.replace(/\.\d+$/, "");
}
