import type { Command } from "commander";

/** Adds the options of every command that reads inputs. `settings.ts` checks their values. */
export function addReadingOptions(command: Command): Command {
  return command
    .option("--home <cidr>", "a network you defend; may be given several times (default: inferred)", collect)
    .option("--format <name>", "how all inputs are written (default: recognised by content; see vedette formats)")
    .option(
      "--log-format <text>",
      "how web logs are written: nginx's log_format, Apache's LogFormat, or the name of a common one such as main",
    )
    .option(
      "--pattern-file <file>",
      "patterns with named groups for logs that nothing else reads (see docs/formats.md)",
    )
    .option("--timezone <zone>", "of time stamps that state no zone: +01:00, -0500, Europe/Berlin (default: UTC)")
    .option("--keylog <file>", "session keys (SSLKEYLOGFILE) that open the TLS streams of captures")
    .option("--config <file>", "your own scanners, and other things set down for good (see docs/knowledge.md)")
    .option("--knowledge <folder>", "imported knowledge (default: VEDETTE_KNOWLEDGE, or the user's cache)")
    .option("--resolve", "look up the names of suspicious public addresses, which asks your name servers")
    .option("--attack-version <version>", "tell MITRE ATT&CK's ids as this version has them, with its facts")
    .option("--budget <n>", "wrong incidents a month that you accept; fewer is more cautious (default: 1)")
    .option("--threads <n>", "threads to use; large files are read beside the judging (default: the machine's)")
    .option("--since <time>", "leave out what happened before: 2026-11-20, 2026-11-20T08:00Z, or seconds since 1970")
    .option("--until <time>", "leave out what happened after");
}

function collect(value: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}
