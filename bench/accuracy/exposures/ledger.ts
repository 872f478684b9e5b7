import { BlockList, isIPv6 } from "node:net";
import type { ExposureReport, Report } from "../../../src/stories/report.ts";
import { plain, softwareNamedIn } from "./named-software.ts";
import type { Reply } from "./replies.ts";

/** How the disclosure ledger of a report stands against what was really said. */
export interface LedgerScore {
  /** Distinct things told to distinct receivers, and those of them that the ledger has. */
  readonly told: number;
  readonly known: number;
  readonly missed: readonly string[];
  /** Exposures that name software, and those that name it as the words do. */
  readonly named: number;
  readonly agreed: number;
  readonly different: readonly string[];
  /** Tellings of the ledger, and those whose packet went from somewhere else, or to somebody else. */
  readonly tellings: number;
  readonly wrong: readonly string[];
}

type Place = Pick<Reply, "server" | "port" | "receiver">;

/**
 * @param replies what servers told, by another reader of the same capture
 * @param places who sent which packet to whom, by its number
 */
export function scoreLedger(
  { exposures, home }: Pick<Report, "exposures" | "home">,
  replies: readonly Reply[],
  places: ReadonlyMap<number, Place>,
): LedgerScore {
  const isHome = membership(home);
  const ours = replies.filter(({ server, receiver }) => isHome(server) || !isHome(receiver));
  const byPlace = Map.groupBy(
    exposures.flatMap((exposure) => exposure.learnedBy.map((to) => ({ exposure, to }))),
    ({ exposure, to }) => key({ server: exposure.target, port: exposure.port, receiver: to }),
  );
  const saidBy = new Map<ExposureReport, Reply>();
  const told = new Map(ours.map((reply) => [`${key(reply)} ${reply.text}`, reply]));
  const missed: string[] = [];
  let due = 0;
  for (const reply of told.values()) {
    const fitting = (byPlace.get(key(reply)) ?? []).find(({ exposure }) => holds(exposure.text, reply.text));
    if (fitting !== undefined) saidBy.set(fitting.exposure, reply);
    if (!reply.isTelling) continue;
    due++;
    if (fitting === undefined) missed.push(`${key(reply)} packet ${reply.frame}, ${reply.where}: ${reply.text}`);
  }
  const named = [...saidBy].filter(([{ product }]) => product !== null);
  const different = named.filter(([exposure, reply]) => !agrees(exposure, reply));
  const tellings = exposures.flatMap((exposure) => (exposure.told ?? []).map((telling) => ({ exposure, ...telling })));
  const wrong = tellings.filter(({ exposure: { target: server, port }, to: receiver, position }) => {
    const place = places.get(position);
    return place === undefined || key(place) !== key({ server, port, receiver });
  });
  return {
    told: due,
    known: due - missed.length,
    missed,
    named: named.length,
    agreed: named.length - different.length,
    different: different.map(
      ([{ vendor, product, version }, { text }]) => `${vendor} ${product} ${version ?? "-"}, of: ${text}`,
    ),
    tellings: tellings.length,
    wrong: wrong.map(({ exposure, to, position }) => `${exposure.target} ${exposure.port} ${to} packet ${position}`),
  };
}

/** Whether an exposure names what the words name: by the grammar of such texts, or else by a word and a number that stand in them. */
function agrees({ vendor, product, version }: ExposureReport, { where, text }: Pick<Reply, "where" | "text">): boolean {
  const names = [product, vendor].flatMap((name) => (name === null ? [] : plain(name)));
  const isSame = (name: string) => names.some((own) => own.includes(name) || name.includes(own));
  const said = softwareNamedIn(text).filter(({ name }) => isSame(name));
  const versions = new Set(said.map((each) => each.version).filter(Boolean));
  if (versions.size > 0) return version !== null && versions.has(version);
  // Of the question alone it is known whose version this is.
  const isNamed = where === "version.bind" || names.some((own) => plain(text).includes(own));
  return isNamed && (version === null || standsIn(version, text));
}

function standsIn(version: string, text: string): boolean {
  const at = text.indexOf(version);
  return at >= 0 && !/[\d.]/.test(text.charAt(at - 1)) && !/\d/.test(text.charAt(at + version.length));
}

/** Texts of the ledger are cut, and have blanks for control characters. */
function holds(ledger: string, said: string): boolean {
  const even = (text: string) => text.replace(/[\s\x00-\x1f]+/g, " ").trim();
  return even(ledger).includes(even(said).slice(0, LONGEST_COMPARED));
}

const LONGEST_COMPARED = 200;

function key({ server, port, receiver }: Place): string {
  return `${server} ${port} to ${receiver}`;
}

function membership(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits = isIPv6(address) ? "128" : "32"] = network.split("/");
    list.addSubnet(address, Number(bits), isIPv6(address) ? "ipv6" : "ipv4");
  }
  return (address) => list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
