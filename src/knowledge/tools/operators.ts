/** Who an address belongs to, by its forward-confirmed name. */
export interface Operator {
  readonly name: string;
  readonly kind: "research" | "crawler";
  /** Domains whose names the operator gives to its hosts. */
  readonly domains: readonly string[];
  /** Crawlers: the tokens of user agents that only such hosts may send. */
  readonly agents?: readonly string[];
  /** Crawlers: names of the files in which the operator publishes their networks, without `.json`. */
  readonly files?: readonly string[];
}

const research = (name: string, ...domains: string[]): Operator => ({ name, kind: "research", domains });
const crawler = (name: string, agents: string[], files: string[], ...domains: string[]): Operator => ({
  name,
  kind: "crawler",
  domains,
  agents,
  files,
});

/**
 * Research scanners by the domains that they name on their own pages as those of their hosts, and search engines by the domains that their help pages tell
 * to verify crawlers with (Google, "Verifying Googlebot"; Bing, "Verify Bingbot"; Yandex, Baidu, Apple, Seznam and Petal likewise).
 */
const operators: readonly Operator[] = [
  research("Censys", "censys-scanner.com"),
  research("Shodan", "census.shodan.io"),
  research("Shadowserver", "shadowserver.org"),
  research("BinaryEdge", "binaryedge.ninja"),
  research("Stretchoid", "stretchoid.com"),
  research("ONYPHE", "probe.onyphe.net"),
  research("LeakIX", "leakix.org", "leakix.net"),
  research("Internet Measurement", "internet-measurement.com"),
  research("Internet Census Group", "internet-census.org"),
  research("NetSystems Research", "netsystemsresearch.com"),
  research("Rapid7 Project Sonar", "sonar.labs.rapid7.com"),
  research("Alpha Strike Labs", "alphastrike.io"),
  research("Cortex Xpanse", "expanse.co"),
  research("RWTH Aachen", "comsys.rwth-aachen.de"),
  research("University of Michigan", "eecs.umich.edu"),
  crawler(
    "Google",
    ["googlebot", "google-inspectiontool", "googleother", "adsbot-google"],
    ["googlebot", "special-crawlers", "user-triggered-fetchers", "user-triggered-fetchers-google"],
    "googlebot.com",
    "google.com",
    "googleusercontent.com",
  ),
  crawler("Bing", ["bingbot", "bingpreview", "msnbot", "adidxbot"], ["bingbot"], "search.msn.com"),
  crawler("Yandex", ["yandexbot"], [], "yandex.ru", "yandex.net", "yandex.com"),
  crawler("Baidu", ["baiduspider"], [], "baidu.com", "baidu.jp"),
  crawler("Apple", ["applebot"], ["applebot"], "applebot.apple.com"),
  crawler("Seznam", ["seznambot"], ["seznambot"], "seznam.cz"),
  crawler("Petal Search", ["petalbot"], [], "petalsearch.com"),
];

/** Labels with which a host says in its own name that it scans for research, whoever runs it. */
const declaring =
  /(?:^|[.-])(?:research-?scan(?:ner|ning)?|scanner-research|internet-(?:census|measurement))\d*(?:[.-]|$)/;

/** The operator of a host with this forward-confirmed name, lower case; undefined when it is none that is known. */
export function operatorOfName(name: string): Operator | undefined {
  const known = operators.find(({ domains }) =>
    domains.some((domain) => name === domain || name.endsWith(`.${domain}`)),
  );
  if (known !== undefined) return known;
  return declaring.test(name) ? { name: "a host that calls itself so", kind: "research", domains: [name] } : undefined;
}

/** The operator that publishes its crawlers' networks in a file of this name, with or without folder and `.json`. */
export function operatorOfRangesFile(file: string): Operator | undefined {
  const name = file
    .slice(file.lastIndexOf("/") + 1)
    .replace(/\.json$/, "")
    .toLowerCase();
  return operators.find(({ files }) => files?.includes(name));
}

/** The operator whose hosts alone may send an agent of this tool. */
export function operatorOfAgent(tool: string): Operator | undefined {
  return operators.find(({ agents }) => agents?.includes(tool));
}
