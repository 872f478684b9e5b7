import { Command, CommanderError } from "commander";
import { UserProblem } from "../bytes/problem.ts";
import { addAccount } from "./account.ts";
import { addAnalyze } from "./analyze.ts";
import { addBackup } from "./backup.ts";
import { Exit } from "./exit.ts";
import { addExplain } from "./explain.ts";
import { addExposure } from "./exposure.ts";
import { addFormats } from "./formats.ts";
import { addIntel } from "./intel.ts";
import { addServe } from "./serve.ts";
import { ownVersion } from "./version.ts";

const examples = `Examples:
  vedette analyze access.log firewall.log capture.pcap.zst   who scanned us, and does it matter
  vedette explain 203.0.113.7 access.log firewall.log        the evidence behind a verdict
  vedette formats                                            what can be read
`;

/**
 * Runs the command line without the program's own name and gives the exit status.
 * @throws UserProblem
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  let exit: number = Exit.done;
  const program = createProgram((status) => {
    exit = status;
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return exitOfParser(error);
  }
  return exit;
}

function createProgram(finish: (exit: number) => void): Command {
  const program = new Command("vedette")
    .description("Finds who scanned a network for vulnerabilities, in captures, firewall logs and web logs.")
    .version(ownVersion())
    .addHelpText("before", examples)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  addAnalyze(program, finish);
  addExplain(program, finish);
  addExposure(program, finish);
  addFormats(program);
  addIntel(program, finish);
  addServe(program, finish);
  addAccount(program, finish);
  addBackup(program, finish);
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

/** Help and version are answers; anything else that the parser ends with is a misuse. */
function exitOfParser(error: CommanderError): number {
  if (error.exitCode === 0) return Exit.done;
  if (error.code === "commander.help") return Exit.misused;
  const sentence = error.message.replace(/^error: /, "").replaceAll("\n", " ");
  throw new UserProblem("command-misused", sentence, { cause: error });
}
