import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildConsole } from "./console/build.ts";

/** Bundles web/ into web/built, which is committed: `npm run console`. */
const folder = join(import.meta.dirname, "../web/built");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [name, text] of await buildConsole()) writeFileSync(join(folder, name), text);
