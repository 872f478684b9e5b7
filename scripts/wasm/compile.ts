import { readFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "assemblyscript/asc";

const sources = ["marks", "fields"];

/** The WebAssembly of the sources beside this file, in base64. */
export async function compiledMarks(): Promise<string> {
  let compiled = new Uint8Array(0);
  const options = ["--enable", "simd", "--runtime", "stub", "-O3", "--noAssert", "--initialMemory", "12"];
  const files = sources.map((name) => `${name}.ts`);
  const { error, stderr } = await main([...files, "--outFile", "marks.wasm", ...options, "--maximumMemory", "12"], {
    readFile: (name) => (files.includes(name) ? sourceOf(name) : null),
    writeFile: (name, contents) => {
      if (name === "marks.wasm") compiled = Uint8Array.from(contents as Uint8Array);
    },
    listFiles: () => [],
  });
  if (error) throw new Error(stderr.toString(), { cause: error });
  return Buffer.from(compiled).toString("base64");
}

function sourceOf(name: string): string {
  return readFileSync(join(import.meta.dirname, name.replace(".ts", ".as.ts")), "utf8");
}
