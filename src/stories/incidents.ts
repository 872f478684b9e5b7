import { Class } from "../judgement/classes.ts";
import type { CheckCount, Dossier, StageId } from "../judgement/dossier.ts";
import type { LetIn } from "../judgement/logins.ts";
import type { Call } from "../judgement/out-of-band.ts";
import type { Knowledge, Software } from "../knowledge/types.ts";
import type { IncidentReport, Priority } from "./report.ts";
import { plural, someOf, timeSpan } from "./story-words.ts";

/** What an incident is made from: one actor, its dossier, and what it was told. */
export interface IncidentFacts {
  readonly name: string;
  readonly guesses: number;
  readonly dossier: Dossier | undefined;
  readonly firstMs: number;
  readonly lastMs: number;
  /** What an attacked host did after the actor's attempt. */
  readonly call: Call | undefined;
  /** When a server let the actor in, as far as a log tells. */
  readonly letIn: LetIn | undefined;
  /** Software that the actor was told of. */
  readonly learned: readonly Software[];
  /** Products that the estate reveals to anybody, lower case. */
  readonly estateProducts: ReadonlySet<string>;
  /** Tells which word list was followed. */
  readonly knowledge: Pick<Knowledge, "listProgressOf">;
}

export interface Ranking {
  readonly priority: Priority;
  /** The rule that gave the priority, in words. */
  readonly because: string;
}

/**
 * The priority of an actor. `act`: an exploit attempt or a question for secrets was answered with content, by a server that
 * does not answer everything, or the attacked server itself went somewhere new; or it was let in after its scan, or used what that found. `notable`: it attempts exploits, or looks for products that are really run here. `noise`: the
 * rest.
 */
export function rank(facts: IncidentFacts): Ranking {
  const checks = [...(facts.dossier?.checks.values() ?? [])];
  const answered = checks.find(({ answered, share }) => answered > 0 && share === 1);
  if (answered && !answersAnything(checks)) {
    const what = `${answered.check.id} (${answered.check.product})`;
    return { priority: "act", because: `the server answered its request for ${what} with content` };
  }
  if (facts.call !== undefined) {
    const { host, to, port, afterMs } = facts.call;
    const because = `${timeSpan(afterMs)} after its attempt, ${host} itself went to ${to} port ${port}, where it had never gone`;
    return { priority: "act", because };
  }
  const login = loginOf(facts);
  if (login !== undefined) {
    const { port, firstMs, scannedMs } = login;
    return {
      priority: "act",
      because: `it was let in to port ${port}, ${timeSpan(firstMs - scannedMs)} after its scan began`,
    };
  }
  const used = usedFinding(facts, checks);
  if (used !== undefined) return { priority: "act", because: used };
  const attempt = checks.find(({ check }) => check.intent === "exploit");
  const aimed = checks.find(({ check }) => facts.estateProducts.has(productOf(check.cpe, check.product)));
  if (attempt && aimed) {
    return {
      priority: "notable",
      because: `it tried ${attempt.check.id}, and asks for ${aimed.check.product}, which is run here`,
    };
  }
  if (attempt)
    return { priority: "notable", because: `it tried ${attempt.check.id}; nothing shows that it was answered` };
  if (aimed)
    return {
      priority: "notable",
      because: `it asks for ${aimed.check.id} in ${aimed.check.product}, which is run here`,
    };
  return { priority: "noise", because: "it asked for nothing that is run here and was not answered" };
}

/** Its log-in after its scan had begun. */
function loginOf({ letIn, dossier }: IncidentFacts): (LetIn & { readonly scannedMs: number }) | undefined {
  const scans = (dossier?.stages ?? []).filter(({ technique }) => technique.startsWith("T1595"));
  const scannedMs = Math.min(...scans.map(({ span }) => span.firstMs));
  if (letIn === undefined || !(letIn.lastMs > scannedMs)) return undefined;
  return { ...letIn, firstMs: letIn.firstMs > scannedMs ? letIn.firstMs : letIn.lastMs, scannedMs };
}

/** Guesses of somebody who looked round before, and exploits of somebody who knows what to use. */
const LOOKED_ROUND = 4;
const FEW_EXPLOITS = 3;

/** It scanned, was told what is run here, and then tried just the exploits of that. Mass scans try everything, or nothing else. */
function usedFinding(facts: IncidentFacts, checks: readonly CheckCount[]): string | undefined {
  const exploits = checks.filter(({ check, share }) => check.intent === "exploit" && share === 1 && !check.isShape);
  if (facts.guesses < LOOKED_ROUND || exploits.length === 0 || exploits.length > FEW_EXPLOITS) return undefined;
  const stages = facts.dossier?.stages ?? [];
  const attempt = stages.find(({ technique }) => technique === "T1190");
  const scan = stages.filter(({ technique }) => technique !== "T1190").map(({ span }) => span.firstMs);
  if (attempt === undefined || !(Math.min(...scan) < attempt.span.firstMs)) return undefined;
  const told = new Set(facts.learned.map(({ product }) => product.toLowerCase()));
  const aimed = exploits.find(({ check }) => told.has(productOf(check.cpe, check.product)));
  if (aimed === undefined) return undefined;
  return `it scanned, was told that ${aimed.check.product} is run here, and then tried ${aimed.check.id} on it`;
}

/** Distinct products that answer, from which on it is the server's habit: nobody runs so many of those one asks for. */
const FEWEST_ANYTHING = 4;

/** Whether most of what was asked for was answered, product after product: a server with one page for every path. */
function answersAnything(checks: readonly CheckCount[]): boolean {
  const sure = checks.filter(({ share }) => share === 1);
  const answering = sure.filter(({ answered }) => answered > 0);
  const products = new Set(answering.map(({ check }) => check.product));
  return products.size >= FEWEST_ANYTHING && answering.length * 2 > sure.length;
}

function productOf(cpe: string | undefined, product: string): string {
  return (cpe?.split(":")[1] ?? product).toLowerCase();
}

/** Ids of the techniques an actor used, in the order of ATT&CK's list. */
export function techniquesOf(facts: IncidentFacts): TechniqueId[] {
  const used: TechniqueId[] = (facts.dossier?.stages ?? []).map(({ technique }) => technique);
  if (facts.learned.length > 0) used.push("T1592");
  if (loginOf(facts) !== undefined) used.push("T1133");
  return used.sort((a, b) => order.indexOf(a) - order.indexOf(b));
}

/** The stages an actor went through, in the order of ATT&CK's list, each with its summary. */
export function listStages(facts: IncidentFacts): IncidentReport["stages"] {
  const stages: (IncidentReport["stages"][number] & { technique: TechniqueId })[] = (facts.dossier?.stages ?? []).map(
    ({ technique, span }) => ({
      technique,
      first: new Date(span.firstMs).toISOString(),
      last: new Date(span.lastMs).toISOString(),
      summary: summarizeStage(technique, facts),
    }),
  );
  if (facts.learned.length > 0) {
    stages.push({
      technique: "T1592",
      first: new Date(facts.firstMs).toISOString(),
      last: new Date(facts.lastMs).toISOString(),
      summary: summarizeStage("T1592", facts),
    });
  }
  const login = loginOf(facts);
  if (login !== undefined) {
    stages.push({
      technique: "T1133",
      first: new Date(login.firstMs).toISOString(),
      last: new Date(login.lastMs).toISOString(),
      summary: `was let in to port ${login.port}`,
    });
  }
  return stages.sort((a, b) => order.indexOf(a.technique) - order.indexOf(b.technique));
}

/** What an actor's stages are called. */
type TechniqueId = StageId | "T1133";
const order: readonly TechniqueId[] = ["T1595.001", "T1595.002", "T1595.003", "T1592", "T1190", "T1133"];

function summarizeStage(technique: StageId, facts: IncidentFacts): string {
  const { dossier } = facts;
  if (technique === "T1592" || dossier === undefined)
    return `was told of ${someOf([...new Set(facts.learned.map(softwareWords))])}`;
  const checks = dossier.likelyChecks;
  switch (technique) {
    case "T1595.001":
      if (contactsOf(dossier) === 0) return "sent the packets of a port scanner";
      return `tried ${plural(contactsOf(dossier), "service")} on ${plural(dossier.targets, "address", "addresses")}`;
    case "T1595.002":
      return checks.length > 0
        ? `asked for ${plural(checks.length, "known check")}: ${someOf(checks.map(({ check }) => check.id))}`
        : (ofNameServers(dossier) ?? "asked as a vulnerability scanner does");
    case "T1595.003":
      return `guessed ${guessedOf(dossier)}`;
    case "T1190":
      return `sent ${someOf(checks.filter(({ check }) => check.intent === "exploit").map(({ check }) => check.id))}${callWords(facts)}`;
  }
}

/** What an attacked host did by itself after the attempt. */
function callWords({ call }: IncidentFacts): string {
  return call === undefined
    ? ""
    : `; ${timeSpan(call.afterMs)} later ${call.host} itself went to ${call.to} port ${call.port}`;
}

/** What it was after, in a few words. */
export function objectiveOf(facts: IncidentFacts): string {
  const dossier = facts.dossier;
  if (dossier === undefined) return "not known";
  const products = [
    ...new Set([...dossier.checks.values()].filter((c) => c.share === 1).map(({ check }) => check.product)),
  ];
  if (products.length > 0) return `weaknesses in ${someOf(products)}`;
  if (namesOf(dossier) > Math.max(pathsOf(dossier), contactsOf(dossier))) return "hosts that the name servers know";
  if (pathsOf(dossier) > contactsOf(dossier)) return "hidden paths of the web site";
  return dossier.targets > 1 ? "open services on many addresses" : "open services";
}

/** One sentence that tells the whole incident. */
export function summarize(facts: IncidentFacts, stages: IncidentReport["stages"]): string {
  const done = stages.map(({ summary }) => summary).join("; ");
  return `${facts.name} ${done === "" ? "kept guessing" : done}.`;
}

function contactsOf(dossier: Dossier): number {
  let count = 0;
  for (let index = Class.popularService; index <= Class.dark; index++) count += dossier.countOf(index);
  return count;
}

function pathsOf(dossier: Dossier): number {
  let count = 0;
  for (let index = Class.popularPath; index <= Class.missingTitle; index++) count += dossier.countOf(index);
  return count;
}

/** What it asked name servers for that nobody else does. */
function ofNameServers(dossier: Dossier): string | undefined {
  const wanted = [
    ...(dossier.countOf(Class.transferAttempt) ? ["a whole zone"] : []),
    ...(dossier.countOf(Class.serverQuestion) ? ["what they run"] : []),
  ];
  return wanted.length === 0 ? undefined : `asked name servers for ${wanted.join(" and for ")}`;
}

/** Names asked of name servers. */
function namesOf(dossier: Dossier): number {
  let count = 0;
  for (let index = Class.popularQuestion; index <= Class.relayedQuestion; index++) count += dossier.countOf(index);
  return count;
}

function guessedOf(dossier: Dossier): string {
  const paths = pathsOf(dossier);
  const names = namesOf(dossier);
  const namesWords = `${plural(names, "name")} in the DNS`;
  if (names === 0) return plural(paths, "path");
  return paths === 0 ? namesWords : `${plural(paths, "path")} and ${namesWords}`;
}

function softwareWords({ product, version }: Software): string {
  return version === undefined ? product : `${product} ${version}`;
}
