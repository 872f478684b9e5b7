// Compares the HTTP requests that captures give here with those that tshark finds: method, target, host, user agent,
// status. `node scripts/compare-http.ts CAPTURE|FOLDER...`; docs/http-and-tshark.md lists the differences and their causes.
import { spawnSync } from "node:child_process";
import type { Batch } from "../src/observations/batch.ts";
import { Kind, Transport } from "../src/observations/vocabulary.ts";
import { filesUnder, readCapture } from "./read-capture.ts";

/** A request as both sides tell it; what one of them cannot tell is undefined, and equals anything. */
interface Told {
  readonly method: string;
  readonly target: string;
  readonly host: string | undefined;
  readonly agent: string | undefined;
  status: number | undefined;
}

/** What comparing one capture came to. */
export interface Comparison {
  readonly ours: number;
  readonly tshark: number;
  /** One line a difference. */
  readonly differences: readonly string[];
}

/** Compares one capture. @returns undefined for what is none @throws when tshark is not installed */
export async function compareHttp(file: string): Promise<Comparison | undefined> {
  const ours: Told[] = [];
  const tally = await readCapture(file, (batch) => ours.push(...requestsIn(batch)));
  if (tally === undefined) return undefined;
  const theirs = requestsOfTshark(file);
  return { ours: ours.length, tshark: theirs.length, differences: differencesOf(ours, theirs) };
}

function requestsIn(batch: Batch): Told[] {
  const text = (column: Uint32Array, row: number) => plain(batch.texts.text(column[row]!));
  const found: Told[] = [];
  for (let row = 0; row < batch.length; row++) {
    if (batch.kind[row] !== Kind.request || batch.transport[row] !== Transport.tcp) continue;
    found.push({
      method: text(batch.method, row),
      target: text(batch.path, row),
      host: text(batch.host, row),
      agent: text(batch.agent, row),
      status: batch.status[row]!,
    });
  }
  return found;
}

/** Between fields of a line, and between occurrences of a field. */
const FIELD = "\t";
const OCCURRENCE = "\x1f";
const fields = [
  "frame.number",
  "http.request.method",
  "http.request.uri",
  "http.host",
  "http.user_agent",
  "http.response.code",
  "http.request_in",
  "http2.headers.method",
  "http2.headers.path",
  "http2.headers.authority",
];

function requestsOfTshark(file: string): Told[] {
  const options = ["-2", "-r", file, "-Y", "http or http2.headers.method", "-T", "fields", "-E", "quote=n"];
  const columns = fields.flatMap((field) => ["-e", field]);
  // Its exit status is 2 for a capture that is cut short or damaged: what it printed holds up to there.
  const { stdout, error } = spawnSync("tshark", [...options, "-E", `aggregator=${OCCURRENCE}`, ...columns], {
    encoding: "latin1",
    maxBuffer: 1 << 30,
  });
  if (error) throw error;
  const requests: Told[] = [];
  const byFrame = new Map<string, Told[]>();
  for (const line of stdout.split("\n")) {
    const [frame = "", ...columns] = line.split(FIELD);
    const lists = columns.map((column) => (column === "" ? [] : column.split(OCCURRENCE)));
    const [methods = [], targets = [], hosts = [], agents = [], codes = [], answered = []] = lists;
    const [methods2 = [], paths2 = [], authorities2 = []] = lists.slice(6);
    // With several requests in a frame, what not each of them has cannot be told apart.
    const nth = (list: readonly string[], of: readonly string[], i: number) =>
      list.length === of.length ? plain(list[i]!) : list.length === 0 ? "" : undefined;
    const found = methods.map((method, i) => ({
      method: plain(method),
      target: nth(targets, methods, i) ?? "",
      host: nth(hosts, methods, i),
      agent: nth(agents, methods, i),
      status: 0 as number | undefined,
    }));
    requests.push(...found);
    byFrame.set(frame, found);
    for (const [i, method] of methods2.entries()) {
      const host = nth(authorities2, methods2, i);
      requests.push({ method, target: nth(paths2, methods2, i) ?? "", host, agent: undefined, status: undefined });
    }
    for (const [i, code] of codes.entries()) {
      const waiting = byFrame.get(answered[i] ?? "")?.find(({ status }) => status === 0);
      if (waiting && Number(code) >= 200) waiting.status = Number(code);
      if (waiting && code === "101") waiting.status = 101;
    }
  }
  return requests;
}

/** Without what the two write differently: controls, escapes, octets beyond ASCII. */
function plain(text: string): string {
  return text
    .replace(/\\[trn]|\\x[0-9a-f]{2}|[^\x20-\x7e]+/g, "?")
    .replace(/\?+/g, "?")
    .trim();
}

function differencesOf(ours: readonly Told[], theirs: readonly Told[]): string[] {
  const left = new Map<string, Told[]>();
  const keyOf = ({ method, target }: Told) => `${method} ${target.slice(0, 8000)}`;
  for (const told of ours) {
    const list = left.get(keyOf(told));
    if (list === undefined) left.set(keyOf(told), [told]);
    else list.push(told);
  }
  const differences: string[] = [];
  for (const told of theirs) {
    const same = left.get(keyOf(told)) ?? [];
    const unequal = same.map((each) => unequalParts(each, told));
    const best = unequal.reduce((found, parts, i) => (parts.length < (unequal[found]?.length ?? 9) ? i : found), -1);
    if (best < 0) differences.push(`only tshark: ${keyOf(told)} ${told.status ?? ""}`);
    else if (unequal[best]!.length > 0) differences.push(`${keyOf(told)}: ${unequal[best]!.join(", ")}`);
    if (best >= 0) same.splice(best, 1);
  }
  for (const list of left.values())
    for (const told of list) differences.push(`only here: ${keyOf(told)} ${told.status}`);
  return differences;
}

function unequalParts(ours: Told, theirs: Told): string[] {
  return (["host", "agent", "status"] as const).flatMap((part) =>
    theirs[part] === undefined || ours[part] === theirs[part]
      ? []
      : [`${part} ${ours[part]} here, ${theirs[part]} there`],
  );
}

if (process.argv[1] === import.meta.filename) {
  const total = { captures: 0, equal: 0, ours: 0, tshark: 0 };
  for (const file of filesUnder(process.argv.slice(2))) {
    const compared = await compareHttp(file);
    if (compared === undefined) continue;
    const { ours, tshark, differences } = compared;
    total.captures++;
    total.ours += ours;
    total.tshark += tshark;
    if (differences.length === 0) total.equal++;
    else
      console.log(
        `${file}: ${ours} here, ${tshark} there\n${differences.map((line) => `  ${line.slice(0, 200)}`).join("\n")}`,
      );
  }
  console.log(
    `${total.captures} captures, ${total.equal} of them equal; ${total.ours} requests here, ${total.tshark} there`,
  );
}
