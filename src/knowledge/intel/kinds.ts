import { type Limits, largeLimits, ordinaryLimits } from "./files/limits.ts";
import type { Importer } from "./importer.ts";

/** One kind of knowledge that can be imported: what it is, under which licence its publisher gives it, where that is, when it is old. */
export interface Kind {
  readonly id: string;
  readonly title: string;
  /** As the publisher states it; `unknown` where that depends on the file. */
  readonly licence: string;
  /** What the licence asks to be shown. */
  readonly notice?: string;
  /** The publisher's addresses; empty where there is no one publisher. `{YEAR}` stands for every year from `since` on. */
  readonly addresses: readonly string[];
  readonly since?: number;
  /** Days after which the data is called old: a few times as long as its publisher takes to renew it. */
  readonly staleAfterDays: number;
  /** Whether its sets are versions of one thing, kept side by side. */
  readonly hasVersions?: boolean;
  readonly limits: Limits;
  load(): Promise<Importer>;
}

const github = (repository: string, branch: string): string[] => [
  `https://github.com/${repository}/archive/refs/heads/${branch}.tar.gz`,
];

/** All kinds, in the order in which they are shown. */
export const kinds: readonly Kind[] = [
  {
    id: "nuclei",
    title: "Templates of the scanner nuclei: what it asks to check for a vulnerability",
    licence: "MIT",
    addresses: github("projectdiscovery/nuclei-templates", "main"),
    staleAfterDays: 60,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/nuclei.ts")).importNuclei,
  },
  {
    id: "crowdsec",
    title: "CrowdSec's virtual patches: requests that exploit a vulnerability",
    licence: "MIT",
    addresses: github("crowdsecurity/hub", "master"),
    staleAfterDays: 90,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/crowdsec.ts")).importCrowdsec,
  },
  {
    id: "suricata",
    title: "Suricata's rules over HTTP requests, such as Emerging Threats Open",
    licence: "BSD-3-Clause (ids 2000000-2099999 and 2300000-2799999); others only with --licensed",
    addresses: ["https://rules.emergingthreats.net/open/suricata-7.0.3/emerging.rules.tar.gz"],
    staleAfterDays: 30,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/suricata.ts")).importSuricata,
  },
  {
    id: "sigma",
    title: "Sigma's rules over web server logs",
    licence: "DRL-1.1",
    notice: "Detection Rule License: each finding names the rule's author.",
    addresses: github("SigmaHQ/sigma", "master"),
    staleAfterDays: 120,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/sigma.ts")).importSigma,
  },
  {
    id: "own",
    title: "Your own checks, as a table (TSV) or YAML",
    licence: "yours",
    addresses: [],
    staleAfterDays: 3650,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/own.ts")).importOwn,
  },
  {
    id: "recog",
    title: "Recog's fingerprints: which software a banner names",
    licence: "BSD-2-Clause",
    addresses: github("rapid7/recog", "main"),
    staleAfterDays: 365,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/recog.ts")).importRecog,
  },
  {
    id: "kev",
    title: "CISA's catalogue of known exploited vulnerabilities",
    licence: "CC0-1.0",
    addresses: ["https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"],
    staleAfterDays: 14,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/kev.ts")).importKev,
  },
  {
    id: "epss",
    title: "FIRST's EPSS: how likely a vulnerability is exploited within 30 days",
    licence: "free with attribution",
    notice: "EPSS scores: FIRST.org, https://www.first.org/epss/.",
    addresses: ["https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"],
    staleAfterDays: 7,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/epss.ts")).importEpss,
  },
  {
    id: "nvd",
    title: "NVD: affected versions of products",
    licence: "public domain",
    notice: "This product uses NVD data but is not endorsed or certified by the NVD.",
    addresses: ["https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-{YEAR}.json.gz"],
    since: 2002,
    staleAfterDays: 30,
    limits: largeLimits,
    load: async () => (await import("./importers/nvd.ts")).importNvd,
  },
  {
    id: "cvelist",
    title: "CVE List v5: affected versions as their vendors state them",
    licence: "CVE terms of use",
    notice: "CVE records: copyright The MITRE Corporation, https://www.cve.org/Legal/TermsOfUse.",
    addresses: ["https://github.com/CVEProject/cvelistV5/archive/refs/heads/main.zip"],
    staleAfterDays: 30,
    limits: largeLimits,
    load: async () => (await import("./importers/cve-records.ts")).importCveRecords,
  },
  {
    id: "vulnrichment",
    title: "CISA's Vulnrichment: affected versions and exploitation of newer vulnerabilities",
    licence: "CC0-1.0",
    addresses: github("cisagov/vulnrichment", "develop"),
    staleAfterDays: 30,
    limits: largeLimits,
    load: async () => (await import("./importers/cve-records.ts")).importCveRecords,
  },
  {
    id: "endoflife",
    title: "endoflife.date: until when a release is maintained",
    licence: "MIT",
    addresses: github("endoflife-date/endoflife.date", "master"),
    staleAfterDays: 90,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/endoflife.ts")).importEndoflife,
  },
  {
    id: "warninglists",
    title: "MISP's warning lists: networks of scanner operators, clouds and crawlers",
    licence: "CC0-1.0",
    addresses: github("MISP/misp-warninglists", "main"),
    staleAfterDays: 90,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/warninglists.ts")).importWarninglists,
  },
  {
    id: "crawlers",
    title: "Networks that search engines publish for their crawlers (Google's JSON)",
    licence: "unknown",
    addresses: [
      "https://developers.google.com/static/search/apis/ipranges/googlebot.json",
      "https://developers.google.com/static/search/apis/ipranges/special-crawlers.json",
      "https://www.bing.com/toolbox/bingbot.json",
      "https://search.developer.apple.com/applebot.json",
    ],
    staleAfterDays: 30,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/crawlers.ts")).importCrawlers,
  },
  {
    id: "list",
    title: "A list of addresses or networks: plain, CIDR, ipset or netset",
    licence: "unknown",
    addresses: [],
    staleAfterDays: 7,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/address-lists.ts")).importAddressList,
  },
  {
    id: "wordlist",
    title: "A word list of a scanner, one entry a line: how far somebody got in it",
    licence: "unknown",
    addresses: [],
    staleAfterDays: 3650,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/word-lists.ts")).importWordList,
  },
  {
    id: "asn",
    title: "Networks and their operators (MMDB)",
    licence: "unknown",
    addresses: [],
    staleAfterDays: 60,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/networks.ts")).importNetworks,
  },
  {
    id: "country",
    title: "Networks and their countries (MMDB)",
    licence: "unknown",
    addresses: [],
    staleAfterDays: 60,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/networks.ts")).importNetworks,
  },
  {
    id: "attack",
    title: "MITRE ATT&CK (STIX bundle): techniques, data sources, mitigations",
    licence: "MITRE ATT&CK terms of use",
    notice:
      "© The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.",
    addresses: [
      "https://raw.githubusercontent.com/mitre-attack/attack-stix-data/master/enterprise-attack/enterprise-attack.json",
    ],
    staleAfterDays: 365,
    hasVersions: true,
    limits: ordinaryLimits,
    load: async () => (await import("./importers/attack.ts")).importAttack,
  },
];

export function kindOf(id: string): Kind | undefined {
  return kinds.find((kind) => kind.id === id);
}
