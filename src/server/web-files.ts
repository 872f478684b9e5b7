import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface WebFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

const builtFolder = fileURLToPath(new URL("../../web/built", import.meta.url));

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
};

/**
 * The console's built files by the path that asks for them, read once at the start: a path that is not in this table leads
 * nowhere, however it is written. Empty where the console is not built.
 */
export function readWebFiles(folder = builtFolder): ReadonlyMap<string, WebFile> {
  const files = new Map<string, WebFile>();
  if (!existsSync(join(folder, "index.html"))) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length).replaceAll("\\", "/");
    files.set(name.startsWith("/") ? name : `/${name}`, { bytes: new Uint8Array(readFileSync(path)), type });
  }
  return files;
}
