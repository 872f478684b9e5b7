/**
 * The few facts of MITRE ATT&CK that the report needs: ids and names of techniques, as in ATT&CK for Enterprise v18.1.
 * (c) The MITRE Corporation; reproduced and distributed with the permission of The MITRE Corporation. See docs/knowledge.md.
 */
export const techniques = {
  T1595: "Active Scanning",
  "T1595.001": "Active Scanning: Scanning IP Blocks",
  "T1595.002": "Active Scanning: Vulnerability Scanning",
  "T1595.003": "Active Scanning: Wordlist Scanning",
  "T1596.005": "Search Open Technical Databases: Scan Databases",
  T1592: "Gather Victim Host Information",
  T1190: "Exploit Public-Facing Application",
  T1133: "External Remote Services",
  T1110: "Brute Force",
  T1046: "Network Service Discovery",
} as const;

export type TechniqueId = keyof typeof techniques;

/** The page of a technique or sub-technique. */
export function techniqueUrl(id: TechniqueId): string {
  return `https://attack.mitre.org/techniques/${id.replace(".", "/")}/`;
}
