import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

/** Between values of one field: no text holds it. */
const BETWEEN = "\u001e";

/** A packet, as Wireshark's dissectors read it: the values of each field that was asked for, in order. */
export type DissectedPacket = Readonly<Record<string, readonly string[]>>;

/** Whether `tshark` (Debian's package of that name) is installed. */
export function hasTshark(): boolean {
  return spawnSync("tshark", ["--version"]).status === 0;
}

/** The packets of a capture that a display filter lets through; gzip and zstd are undone by tshark itself. */
export async function* dissect(
  file: string,
  filter: string,
  fields: readonly string[],
): AsyncGenerator<DissectedPacket> {
  const child = spawn(
    "tshark",
    [
      ...["-n", "-r", file, "-Y", filter, "-o", "tcp.reassemble_out_of_order:TRUE"],
      ...["-T", "fields", "-E", "occurrence=a", "-E", `aggregator=${BETWEEN}`],
      ...fields.flatMap((field) => ["-e", field]),
    ],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const values = line.split("\t");
    yield Object.fromEntries(fields.map((field, i) => [field, values[i] ? values[i].split(BETWEEN) : []]));
  }
  const exit = await ended;
  if (exit !== 0) throw new Error(`tshark ended with ${exit} on ${file}`);
}
