import { addressWords } from "../bytes/address.ts";
import type { Reader } from "../formats/read-input.ts";
import type { Judge } from "../judgement/judge.ts";
import { type Prefix, PrefixSet } from "../observations/prefix.ts";
import type { Skew } from "../observations/skew.ts";
import { listBlindServices, listDeniedOnly } from "./blind-services.ts";
import type { CoverageReport, Report } from "./report.ts";

/** Logs in whole seconds are behind a capture by half a second: less than this is no skew. */
const NOTABLE_SKEW_S = 2;

const homeWords = { inferred: "home networks were inferred", unknown: "home networks are not known" } as const;

/** What the inputs could not show, and what had to be forgotten, each with what follows from it. */
export function listCoverage(
  judge: Judge,
  readers: readonly Reader[],
  home: { readonly prefixes: readonly Prefix[]; readonly from: Report["homeFrom"]; readonly because: string },
  skews: readonly Skew[],
): CoverageReport[] {
  const list: CoverageReport[] = [];
  const tell = (count: number, what: string, effect: string) => {
    if (count > 0) list.push({ what: `${count.toLocaleString("en-US")} ${what}`, effect });
  };
  const own = home.prefixes.length === 0 ? undefined : new PrefixSet(home.prefixes);
  list.push(...listBlindServices(judge.sight, readers, (address) => own?.has(addressWords(address)!, 0) !== false));
  list.push(...listDeniedOnly(judge.sight, readers));
  tell(judge.sight.omitted, "observations of services left out of this list", "its ceiling is 8,192 services");
  if (home.from !== "given") list.push({ what: homeWords[home.from], effect: home.because });
  for (const reader of readers) {
    for (const [what, count] of reader.tally.gaps) {
      list.push({
        what: `${reader.name}: ${what}`,
        effect: count === 1 ? "met once" : `met ${count.toLocaleString("en-US")} times`,
      });
    }
  }
  tell(judge.outbound, "observations of the home networks' own traffic to outside", "not judged");
  tell(judge.actors.evicted, "actors forgotten", "the least suspicious; their scores start again when they return");
  tell(judge.dossiers.forgotten, "ledgers forgotten", "of the least suspicious actors; their scores were kept");
  tell(judge.test.memory.forgotten, "pairs of actor and resource forgotten", "asking again for the same counts as new");
  tell(
    judge.test.estate.forgotten,
    "resources forgotten",
    "the least used; what visitors use of them is learned again",
  );
  tell(judge.reveals.omitted, "reveals left out", "the list of what was learned, and by whom, is not complete");
  tell(judge.names.forgotten, "names of addresses forgotten", "an operator or a spoofed crawler may not be named");
  for (const { a, b, seconds, shared } of skews) {
    if (Math.abs(seconds) < NOTABLE_SKEW_S) continue;
    list.push({
      what: `the clock of ${readers[b]!.name} is ${describeSkew(seconds)} that of ${readers[a]!.name}`,
      effect: `measured on ${shared.toLocaleString("en-US")} observations that both tell; times were not corrected`,
    });
  }
  return list;
}

function describeSkew(seconds: number): string {
  return `${Math.abs(seconds).toFixed(1)} s ${seconds > 0 ? "ahead of" : "behind"}`;
}
