import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { pictureStyle } from "../../src/presentation/pictures/picture-style.ts";

const web = join(import.meta.dirname, "../../web");
/** In the order in which they overrule each other. */
const styles = ["base", "frame", "controls", "overview", "incidents", "tables", "narrow"];

/** The console as the three files that a browser loads, by name: its page, one script, one style sheet. */
export async function buildConsole(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["index.html", read("index.html")],
    ["console.css", [pictureStyle.trimStart(), ...styles.map((name) => read(`style/${name}.css`))].join("")],
    ["console.js", await bundle()],
  ]);
}

function read(name: string): string {
  return readFileSync(join(web, name), "utf8");
}

/** Whatever is not found, or belongs to Node, stops the build: a browser would only say so to its reader. */
async function bundle(): Promise<string> {
  const build = await rolldown({
    input: join(web, "main.tsx"),
    platform: "browser",
    tsconfig: join(web, "tsconfig.json"),
    onLog: (_level, { message }) => {
      throw new Error(message);
    },
  });
  const { output } = await build.generate({ format: "esm", minify: true, codeSplitting: false });
  await build.close();
  const [{ code, imports }] = output;
  if (output.length !== 1 || imports.length > 0) throw new Error("the console is more than one file");
  // The report holds the script, and no control character; the minifier writes one as it is.
  return `/*! Contains Preact: MIT licence, Copyright (c) 2015-present Jason Miller. */\n${code.replaceAll("\t", "\\t")}`;
}
