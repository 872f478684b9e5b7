import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A conversation written down: `tcp 25` (transport and server's port), then what was sent, `>` by the client and `<` by the
 * server, in JSON strings (Latin-1) and `x` with hexadecimal bytes, and after `=` the rows that it means.
 */
export interface TalkSample {
  readonly name: string;
  readonly isTcp: boolean;
  readonly port: number;
  readonly lines: readonly (readonly ["<" | ">", Uint8Array])[];
  readonly expected: readonly string[];
}

/** All samples beneath a folder, by name. */
export function readTalkSamples(folder: string): TalkSample[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith(".talk"))
    .map((entry) => parse(nameOf(folder, entry), readFileSync(join(entry.parentPath, entry.name), "utf8")))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function nameOf(folder: string, entry: Dirent): string {
  return join(entry.parentPath, entry.name)
    .slice(folder.length + 1)
    .replace(/\.talk$/, "");
}

function parse(name: string, text: string): TalkSample {
  const [head = "", ...rest] = text.trimEnd().split("\n");
  const [transport, port] = head.split(" ");
  const sent = rest.filter((line) => line[0] === "<" || line[0] === ">");
  return {
    name,
    isTcp: transport === "tcp",
    port: Number(port),
    lines: sent.map((line) => [line[0] as "<" | ">", bytesOf(line.slice(2))] as const),
    expected: rest.filter((line) => line[0] === "=").map((line) => line.slice(2)),
  };
}

function bytesOf(line: string): Uint8Array {
  const parts = line.match(/"(?:[^"\\]|\\.)*"|x[0-9a-f]+/g) ?? [];
  return new Uint8Array(
    Buffer.concat(
      parts.map((part) =>
        part[0] === "x" ? Buffer.from(part.slice(1), "hex") : Buffer.from(JSON.parse(part) as string, "latin1"),
      ),
    ),
  );
}
