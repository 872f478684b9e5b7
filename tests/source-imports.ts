import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** The layers of `src/`. The order of this list is the architecture: a folder imports itself and those before it. */
export const layers = [
  "bytes",
  "observations",
  "wire",
  "asking",
  "formats",
  "knowledge",
  "judgement",
  "stories",
  "stores",
  "relay",
  "presentation",
  "server",
  "cli",
] as const;

/** One import statement: the importing file (relative to `src/`, with `/`) and what it names. */
export interface Import {
  readonly file: string;
  readonly specifier: string;
}

const statements = [
  /^[ \t]*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']/gm,
  /^[ \t]*import\s*["']([^"']+)["']/gm,
  /\bimport\(\s*["']([^"']+)["']\s*\)/g,
  /\brequire(?:\.resolve)?\(\s*["']([^"']+)["']\s*\)/g,
];

/** What one file's text imports, statically or when asked for, types included. */
export function importsOf(file: string, text: string): Import[] {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  return statements.flatMap((statement) =>
    [...withoutComments.matchAll(statement)].map((match) => ({ file, specifier: match[1]! })),
  );
}

/** Every import below a source folder. */
export function importsBelow(folder: string): Import[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .flatMap((file) => importsOf(file.replaceAll("\\", "/"), readFileSync(join(folder, file), "utf8")));
}

/** Why an import breaks the order of the layers, or undefined when it does not. */
export function violationOf({ file, specifier }: Import, dependencies: readonly string[]): string | undefined {
  const says = `${file} imports ${specifier}`;
  if (specifier.startsWith("node:")) return undefined;
  if (!specifier.startsWith(".")) {
    const name = specifier
      .split("/")
      .slice(0, specifier.startsWith("@") ? 2 : 1)
      .join("/");
    return dependencies.includes(name) ? undefined : `${says}: not in dependencies of package.json`;
  }
  const target = posix.normalize(posix.join(posix.dirname(file), specifier));
  if (target.startsWith("../")) return `${says}: outside src`;
  const from = rankOf(file);
  const to = rankOf(target);
  if (from === undefined) return `${file}: in no layer`;
  if (to === undefined) return `${says}: in no layer`;
  return to > from ? `${says}: a later layer` : undefined;
}

/** The place in the list; the library's door `index.ts` stands just before `cli`. */
function rankOf(file: string): number | undefined {
  if (file === "index.ts") return layers.length - 1.5;
  const at = (layers as readonly string[]).indexOf(file.split("/")[0]!);
  return at >= 0 && file.includes("/") ? at : undefined;
}
