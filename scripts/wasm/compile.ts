import { readFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "assemblyscript/asc";

/** The WebAssembly of marks.as.ts, in base64. */
export async function compiledMarks(): Promise<string> {
  const source = readFileSync(join(import.meta.dirname, "marks.as.ts"), "utf8");
  let compiled = new Uint8Array(0);
  const options = ["--enable", "simd", "--runtime", "stub", "-O3", "--noAssert", "--initialMemory", "7"];
  const { error, stderr } = await main(["marks.ts", "--outFile", "marks.wasm", ...options, "--maximumMemory", "7"], {
    readFile: (name) => (name === "marks.ts" ? source : null),
    writeFile: (name, contents) => {
      if (name === "marks.wasm") compiled = Uint8Array.from(contents as Uint8Array);
    },
    listFiles: () => [],
  });
  if (error) throw new Error(stderr.toString(), { cause: error });
  return Buffer.from(compiled).toString("base64");
}
