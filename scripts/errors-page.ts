import { type ProblemCode, problems } from "../src/bytes/problem.ts";
import { exitOf } from "../src/cli/exit.ts";

/** The text of docs/errors.md, from the one list of problems. */
export function formatErrorsPage(): string {
  const codes = Object.keys(problems) as ProblemCode[];
  const sections = codes.map(
    (code) => `## ${code}\n\n${problems[code].meaning} ${problems[code].advice}\n\nExit status ${exitOf(code)}.\n`,
  );
  return `${opening}\n${sections.join("\n")}`;
}

const opening = `# Errors

What can go wrong, by its code, and what to try. \`npm run docs\` writes this page from \`src/bytes/problem.ts\`.

| exit status | meaning |
| --- | --- |
| 0 | done |
| 1 | failed: an input or an output; what could be read is reported all the same |
| 2 | misused: the command line cannot be understood, and nothing was read |
| 3 | \`--fail-on\` matched, whether or not an input failed |
| 130, 143 | interrupted (Ctrl-C, SIGTERM); what had been read is reported |

An input that cannot be read does not keep the others from being reported: its problem is told on standard error and in
the report's \`inputs[].error\`. A message with a stack trace is a mistake of the program; please report it.

## node-too-old

This Node is older than the program needs. Install Node 24 or later, or run \`npm install node@24\` beside it.

Exit status 1.
`;
