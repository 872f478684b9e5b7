import type { Command } from "commander";
import { formatAddress } from "../bytes/address.ts";
import { UserProblem } from "../bytes/problem.ts";
import { formatPrefix, parsePrefix, prefixHas } from "../observations/prefix.ts";
import { escapeText } from "../presentation/escape.ts";
import { formatIncidentHead, formatLedger } from "../presentation/ledger.ts";
import { wrap } from "../presentation/width.ts";
import { formatPlural, listSome } from "../presentation/words.ts";
import type { Analysis } from "../stories/analyze.ts";
import type { Report } from "../stories/report.ts";
import { addReadingOptions } from "./reading-options.ts";
import { isNothingRead, runAnalysis } from "./run-analysis.ts";
import { readingSettings } from "./settings.ts";
import { terminalOptions, writeOut } from "./streams.ts";

const examples = `Examples:
  vedette explain 203.0.113.7 access.log firewall.log
  vedette explain 2001:db8::7 capture.pcap
  vedette explain incident-1 access.log firewall.log
`;

/** `vedette explain`: every row behind a verdict. */
export function addExplain(program: Command, finish: (exit: number) => void): void {
  addReadingOptions(program.command("explain"))
    .summary("show the evidence behind a verdict, row by row")
    .description("Show the evidence behind a verdict: each row, its weight, and where the decision fell.")
    .argument("<address|incident>", "an address, an IPv6 prefix, or an incident's id such as incident-1")
    .argument("[input...]", "the files that were analyzed; - is standard input")
    .addHelpText("before", examples)
    .action(async (subject: string, inputs: string[], options: Record<string, unknown>) =>
      finish(await runExplain(subject, inputs, options)),
    );
}

async function runExplain(
  subject: string,
  inputs: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<number> {
  const address = /^incident-\d+$/.test(subject) ? undefined : canonicalAddress(subject);
  const settings = readingSettings(inputs, options);
  const { analysis, exit } = await runAnalysis(settings, address);
  if (isNothingRead(analysis.report)) return exit;
  const text = address === undefined ? explainIncident(subject, analysis.report) : explainAddress(address, analysis);
  await writeOut(text);
  return exit;
}

/**
 * The address or prefix as reports write it, so that `2001:DB8:0:0::7` finds `2001:db8::7`.
 * @throws UserProblem
 */
function canonicalAddress(subject: string): string {
  const prefix = parsePrefix(subject);
  if (prefix !== undefined) return prefix.bits === 128 ? formatAddress(prefix.words) : formatPrefix(prefix);
  throw new UserProblem(
    "command-misused",
    `'${subject}' is neither an address nor an incident's id such as incident-1`,
  );
}

/** What is known of an address: its own ledger, or that of the prefix it was judged as part of. */
function explainAddress(address: string, { report, explained }: Analysis): string {
  const { threshold } = report;
  const actor = explained ?? report.actors.find((each) => each.address === address);
  const prefix = report.actors.find((each) => each !== actor && isInPrefix(address, each.address));
  const incidents = report.incidents.filter(({ members }) => members.includes(address));
  const parts = [
    ...incidents.map((incident) => formatIncidentHead(incident, terminalOptions())),
    ...(actor === undefined ? [] : [formatLedger({ actor, threshold }, terminalOptions())]),
    ...(prefix === undefined ? [] : [`${address} lies in ${prefix.address}, which is judged as one actor.\n`]),
    ...(prefix === undefined ? [] : [formatLedger({ actor: prefix, threshold }, terminalOptions())]),
  ];
  return parts.length > 0 ? parts.join("\n") : describeUnseen(address, report);
}

function describeUnseen(address: string, report: Report): string {
  const inputs = report.inputs.map(({ name }) => name);
  const text = `${address} was not judged: it does not act in ${listSome(inputs, 4)}, or is forgotten, or at home.`;
  return `${wrap(escapeText(text), terminalOptions().width ?? 80).join("\n")}\n`;
}

/** @throws UserProblem when there is no such incident */
function explainIncident(id: string, report: Report): string {
  const incident = report.incidents.find((each) => each.id === id);
  if (incident === undefined) {
    const found = report.incidents.length === 0 ? "no incident" : formatPlural(report.incidents.length, "incident");
    throw new UserProblem("incident-unknown", `there is no '${id}' in these inputs; they hold ${found}`);
  }
  const members = incident.members.flatMap((member) => report.actors.find((actor) => actor.address === member) ?? []);
  const ledgers = members
    .slice(0, MOST_LEDGERS)
    .map((actor) => formatLedger({ actor, threshold: report.threshold }, terminalOptions()));
  return [formatIncidentHead(incident, terminalOptions()), ...ledgers].join("\n");
}

/** Ledgers printed of one incident: a campaign's members have much the same. */
const MOST_LEDGERS = 20;

function isInPrefix(address: string, prefix: string): boolean {
  const wide = prefix.includes("/") ? parsePrefix(prefix) : undefined;
  const narrow = parsePrefix(address);
  return wide !== undefined && narrow !== undefined && narrow.bits >= wide.bits && prefixHas(wide, narrow.words);
}
