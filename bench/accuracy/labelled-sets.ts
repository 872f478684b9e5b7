import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";

/** One actor of a recording, as its maker labelled it. Fields that scoring does not read are left out. */
export interface LabelledActor {
  readonly kind: string;
  readonly tool: string;
  readonly sources: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly note?: string;
  readonly technique?: string;
  /** The source whose scan it used. */
  readonly handover_from?: string;
  /** Spoofed by the actor's tool: must not be blamed with confidence, so never scored. */
  readonly decoys?: readonly string[];
  /** How much of the actor each input shows; absent means that it was not counted, and is taken as visible. */
  readonly packets?: number;
  readonly fw_lines?: number;
  readonly access_lines?: number;
}

/** What `labels.json` holds. Times are seconds since the Unix epoch. */
export interface Labels {
  readonly protected?: readonly string[];
  readonly actors: readonly LabelledActor[];
}

export type InputKind = "capture" | "firewall" | "web";

/** A recording with its labels: what was seen at once by each kind of input. */
export interface LabelledSet {
  readonly name: string;
  readonly labels: Labels;
  readonly inputs: Readonly<Record<InputKind, readonly string[]>>;
}

/** The labelled sets in a folder and below it, by name. */
export function labelledSetsBelow(folder: string): LabelledSet[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|[/\\])labels(-of-[^/\\]+)?\.json$/.test(file))
    .sort()
    .map((file) => readSet(folder, join(folder, file)));
}

/**
 * All sets as one estate's day: a real day mixes visitors and scanners. An address that is several actors keeps all its
 * labels, and how much an input shows of it is added up.
 */
export function mergedSet(name: string, sets: readonly LabelledSet[]): LabelledSet {
  const all = (kind: InputKind) => sets.flatMap((set) => set.inputs[kind]);
  return {
    name,
    labels: {
      protected: [...new Set(sets.flatMap((set) => set.labels.protected ?? []))],
      actors: sets.flatMap((set) => set.labels.actors),
    },
    inputs: { capture: all("capture"), firewall: all("firewall"), web: all("web") },
  };
}

function readSet(root: string, labelsPath: string): LabelledSet {
  const folder = join(labelsPath, "..");
  const only = /^labels-of-(.+)\.json$/.exec(basename(labelsPath))?.[1];
  const files = readdirSync(folder)
    .filter((file) => only === undefined || file.startsWith(`${only}.`))
    .sort();
  const ofKind = (kind: InputKind) => files.filter((file) => kindOf(file) === kind).map((file) => join(folder, file));
  const firewall = ofKind("firewall");
  return {
    name: [basename(root), relative(root, folder), only].filter(Boolean).join("/"),
    labels: JSON.parse(readFileSync(labelsPath, "utf8")) as Labels,
    inputs: {
      // One recording in several containers is one recording.
      capture: only === undefined ? ofKind("capture") : ofKind("capture").slice(0, 1),
      // A rate-limited copy of the same drops (ufw.log beside fw.log) says nothing new.
      firewall: firewall.length > 1 ? firewall.filter((file) => !basename(file).startsWith("ufw")) : firewall,
      web: ofKind("web"),
    },
  };
}

function kindOf(file: string): InputKind | undefined {
  if (/\.(pcap|pcapng|cap)(\.gz|\.zst)?$/.test(file)) return "capture";
  if (/^(fw|firewall|ufw|kern)[^/]*\.log(\.gz|\.zst)?$/.test(file)) return "firewall";
  if (/access[^/]*\.log(\.gz|\.zst)?$/.test(file)) return "web";
  return undefined;
}
