import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { UserProblem } from "../bytes/problem.ts";
import { defaultLimits, type Limits, type Store } from "../stores/store.ts";
import { Exit } from "./exit.ts";
import { openExistingStore } from "./store-file.ts";
import { say, writeOut } from "./streams.ts";

const examples = `Examples:
  vedette serve --store incidents.db
  vedette account add ada --store incidents.db
  vedette serve --store incidents.db --listen 192.0.2.10:8420 --tls-cert cert.pem --tls-key key.pem
`;

const RETAIN_EVERY_MS = 3_600_000;

/** `vedette serve`: the store over HTTP. */
export function addServe(program: Command, finish: (exit: number) => void): void {
  program
    .command("serve")
    .summary("show a store in the browser, and answer its API")
    .description(
      "Serve the console, the HTTP API and live changes of a store. On loopback anybody on this machine may use it until an account is made; any other address needs an account.",
    )
    .requiredOption("--store <file>", "the store that `vedette analyze --store` wrote")
    .option("--listen <address:port>", "where to listen", "127.0.0.1:8420")
    .option("--tls-cert <file>", "certificate chain, PEM; without one only a proxy in front can encrypt")
    .option("--tls-key <file>", "its private key, PEM")
    .option("--keep-days <days>", "how long to keep what no longer changes", String(defaultLimits.days))
    .addHelpText("before", examples)
    .action(async (options: Record<string, string>) => finish(await runServe(options)));
}

async function runServe(options: Readonly<Record<string, string | undefined>>): Promise<number> {
  const place = placeOf(options.listen!);
  const limits = limitsOf(options.keepDays!);
  const tls = tlsOf(options.tlsCert, options.tlsKey);
  // The server is loaded by those only who serve.
  const { isLoopback, listen } = await import("../server/listen.ts");
  const store = await openExistingStore(options.store!);
  try {
    if (!isLoopback(place.host)) await checkAccounts(store, place.host, options.store!, tls !== undefined);
    const listening = await listen({ store, limits, ...place, tls }).catch((cause: NodeJS.ErrnoException) => {
      throw new UserProblem("listen-failed", `cannot listen on '${options.listen}': ${cause.code}`, { cause });
    });
    const retaining = setInterval(() => void retain(store, limits), RETAIN_EVERY_MS);
    await writeOut(`serving ${listening.url}\n`);
    await untilInterrupted();
    clearInterval(retaining);
    await listening.close();
  } finally {
    await store.close();
  }
  return Exit.done;
}

/** A disk that is full now may have room in an hour; serving goes on meanwhile. */
async function retain(store: Store, limits: Limits): Promise<void> {
  try {
    await store.retain(limits, Date.now());
  } catch (error) {
    say(`what is too old could not be removed, and will be tried again in an hour: ${(error as Error).message}`);
  }
}

/** Ctrl-C or SIGTERM end the server in order; whatever was answered is in the store by then. */
function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}

async function checkAccounts(store: Store, host: string, file: string, isEncrypted: boolean): Promise<void> {
  if ((await store.accounts()).length === 0) {
    const advice = `make one first: vedette account add NAME --store ${file}`;
    throw new UserProblem("account-missing", `listening on '${host}' needs an account; ${advice}`);
  }
  if (!isEncrypted) say("without --tls-cert browsers can only sign in through a proxy that encrypts");
}

function placeOf(text: string): { readonly host: string; readonly port: number } {
  const [, host, port] =
    /^(?:\[([\da-fA-F:]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text)?.filter((part) => part !== undefined) ?? [];
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new UserProblem("option-invalid", `--listen '${text}' is not written as 127.0.0.1:8420 or [::1]:8420`);
}

function limitsOf(text: string): Limits {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1) return { ...defaultLimits, days };
  throw new UserProblem("option-invalid", `--keep-days '${text}' is not a whole number of days`);
}

function tlsOf(certFile: string | undefined, keyFile: string | undefined) {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    throw new UserProblem("option-invalid", "--tls-cert and --tls-key belong together");
  }
  return { cert: readOption("--tls-cert", certFile), key: readOption("--tls-key", keyFile) };
}

function readOption(option: string, file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new UserProblem("option-invalid", `cannot read ${option} '${file}'`, { cause });
  }
}
