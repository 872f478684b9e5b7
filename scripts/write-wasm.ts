import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compiledMarks } from "./wasm/compile.ts";

/** Compiles scripts/wasm into src/bytes/marks-wasm.ts: `npm run wasm`. */
const text = `/** scripts/wasm/marks.as.ts, compiled by \`npm run wasm\`; a test compares. */
export const marksWasm =
  "${await compiledMarks()}";
`;
writeFileSync(join(import.meta.dirname, "../src/bytes/marks-wasm.ts"), text);
