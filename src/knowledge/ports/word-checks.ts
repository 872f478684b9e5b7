import type { WordCheck } from "../types.ts";
import { portChecks } from "./port-checks.ts";

/** How a check is known by what is asked. */
interface WordRule {
  /** The port check that asks so. */
  readonly id: string;
  /** Protocol of the words, as in an ask's `service`. */
  readonly service: string;
  /** Fits what `Kind.ask` tells; anchored wherever it can be, no repeated groups. */
  readonly says: RegExp;
  readonly note: string;
  /** With its reason beside it. */
  readonly weight: number;
  /** Words that must fit, and words of ordinary clients that must not. */
  readonly fits: readonly string[];
  readonly ignores: readonly string[];
}

/** Scanners and attackers only: no ordinary client has a reason to. */
const ONLY_SCANNERS = 4;
/** What administrators' tools ask, too, once in a while. */
const RATHER_SCANNERS = 1.5;

export const wordRules: readonly WordRule[] = [
  {
    id: "ntp-monlist",
    service: "ntp",
    says: /^mode 7 monlist$/,
    note: "asked a time server for the list of its clients",
    weight: ONLY_SCANNERS,
    fits: ["mode 7 monlist"],
    ignores: ["version 4 client"],
  },
  {
    id: "ntp-monlist",
    service: "ntp",
    says: /^mode [67] /,
    note: "asked a time server what it runs",
    weight: RATHER_SCANNERS,
    fits: ["mode 6 readvar", "mode 7 system info"],
    ignores: ["version 3 client"],
  },
  {
    id: "cisco-snmp",
    service: "snmp",
    // The words that SNMP scanners try first; a site that uses one of them for its own monitoring is what they look for.
    says: /^(?:get|getnext|getbulk) (?:public|private|cisco|community|admin|manager|snmpd?|default|0|1234)(?: |$)/,
    note: "asked with a community word that everybody knows",
    weight: 0.7,
    fits: ["get public 1.3.6.1.2.1.1.1.0", "getnext private 1.3.6.1.2.1"],
    ignores: ["get kX7ops 1.3.6.1.2.1.1.1.0", "v3"],
  },
];

const rulesByService = Map.groupBy(wordRules, ({ service }) => service);
const checkById = new Map(portChecks.map((check) => [check.id, check]));

/** See `Knowledge.checkOfWords`. */
export function checkOfWords(service: string, words: string): WordCheck | undefined {
  const rule = rulesByService.get(service)?.find(({ says }) => says.test(words));
  if (rule === undefined) return undefined;
  const check = checkById.get(rule.id)!;
  return { id: check.id, service, cves: check.cves, note: rule.note, weight: rule.weight };
}
