import { agentOf } from "./agents/agent-matcher.ts";
import { catalogue } from "./checks/catalogue/index.ts";
import { CheckMatcher } from "./checks/check-matcher.ts";
import { HeaderMemory } from "./checks/header-memory.ts";
import { listProgressOf } from "./lists/word-lists.ts";
import { checkOfPort } from "./ports/port-checks.ts";
import { checkOfWords } from "./ports/word-checks.ts";
import { signatureOf } from "./signatures/packet-signatures.ts";
import { toolOfHabit } from "./signatures/probe-habits.ts";
import { softwareOf } from "./software/software-of.ts";
import { toolOfHeaders, toolOfHello, toolOfPath } from "./tools/index.ts";
import type { Knowledge } from "./types.ts";

let matcher: CheckMatcher | undefined;
const headers = new HeaderMemory();

/** What the program knows without importing anything. The checks are compiled once, when the first request comes. */
export const knowledge: Knowledge = {
  checksOf: (batch, row) => {
    matcher ??= new CheckMatcher(catalogue);
    return matcher.checksOf(batch, row);
  },
  attackOf: (batch, row) => headers.attackOf(batch, row),
  agentOf,
  signatureOf,
  softwareOf,
  checkOfPort,
  checkOfWords,
  toolOfHeaders,
  toolOfHello,
  toolOfPath,
  toolOfHabit,
  listProgressOf,
};
