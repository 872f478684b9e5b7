import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { UserProblem } from "../bytes/problem.ts";
import { roles } from "../stores/records.ts";
import { Exit } from "./exit.ts";
import { checkedChoice } from "./settings.ts";
import { openExistingStore } from "./store-file.ts";
import { writeOut } from "./streams.ts";

const examples = `Examples:
  vedette account add ada --store incidents.db              asks for a password on standard input
  vedette account add watcher --token --role reader --store incidents.db
  vedette account remove ada --store incidents.db
`;

const SHORTEST_PASSWORD = 12;
type Options = Readonly<Record<string, string | boolean | undefined>>;

/** `vedette account`: who may use `vedette serve`. */
export function addAccount(program: Command, finish: (exit: number) => void): void {
  const account = program
    .command("account")
    .summary("say who may use `vedette serve`")
    .description("Make, list and remove the accounts of a store. Once there is one, every request must be signed in.")
    .addHelpText("before", examples);
  withStore(account.command("add"))
    .description("Make an account, or give it another password. The password is the first line of standard input.")
    .argument("<name>")
    .option("--role <role>", "admin, or reader, who changes nothing", "admin")
    .option("--token", "make a token for a program and print it; it cannot be shown again")
    .action(async (name: string, options: Options) => finish(await addOne(name, options)));
  withStore(account.command("remove"))
    .description("Remove an account; its sessions end at once.")
    .argument("<name>")
    .action(async (name: string, options: Options) => finish(await removeOne(name, options)));
  withStore(account.command("list"))
    .description("List the accounts.")
    .action(async (options: Options) => finish(await listAll(options)));
}

function withStore(command: Command): Command {
  return command.requiredOption("--store <file>", "the store");
}

async function addOne(name: string, options: Options): Promise<number> {
  if (!/^[\w@-][\w.@-]{0,63}$/.test(name)) {
    throw new UserProblem(
      "option-invalid",
      `the name '${name}' has characters other than letters, digits, . _ @ and -`,
    );
  }
  const role = checkedChoice("--role", options.role, roles)!;
  const { hashSecret, newSecret } = await import("../server/secrets.ts");
  const store = await openExistingStore(options.store as string);
  try {
    const secret = options.token === true ? newSecret() : await readPassword();
    const kind = options.token === true ? "token" : "password";
    await store.putAccount({ name, role, kind, hash: await hashSecret(secret) }, Date.now());
    await store.addAudit(
      { who: "command line", from: "", what: `Made the account (${role})`, subject: name },
      Date.now(),
    );
    if (kind === "token") await writeOut(`${name}.${secret}\n`);
  } finally {
    await store.close();
  }
  return Exit.done;
}

async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write("Password (it is shown as you type; end with Ctrl-D): ");
  const [password = ""] = (await text(process.stdin)).split(/\r?\n/);
  if (password.length >= SHORTEST_PASSWORD && password.length <= 1000) return password;
  throw new UserProblem("option-invalid", `a password has at least ${SHORTEST_PASSWORD} characters`);
}

async function removeOne(name: string, options: Options): Promise<number> {
  const store = await openExistingStore(options.store as string);
  try {
    if (!(await store.removeAccount(name))) throw new UserProblem("option-invalid", `there is no account '${name}'`);
    await store.addAudit({ who: "command line", from: "", what: "Removed the account", subject: name }, Date.now());
  } finally {
    await store.close();
  }
  return Exit.done;
}

async function listAll(options: Options): Promise<number> {
  const store = await openExistingStore(options.store as string);
  try {
    for (const { name, role, kind } of await store.accounts()) await writeOut(`${name}\t${role}\t${kind}\n`);
  } finally {
    await store.close();
  }
  return Exit.done;
}
