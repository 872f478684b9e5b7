// Writes src/knowledge/lists/entry-hashes.ts from word lists as their packages ship them. What is kept of an entry is sixteen bits of a
// hash: enough to tell in which order somebody asks, too little to tell what an entry is.
// Usage: node scripts/write-word-lists.ts NAME=FILE...   for the names in src/knowledge/lists/word-lists.ts
import { readFileSync, writeFileSync } from "node:fs";
import { entryHash, shortHash } from "../src/knowledge/lists/entry-hash.ts";

const lists = process.argv.slice(2).map((argument) => {
  const [name, file] = argument.split("=") as [string, string];
  const lines = readFileSync(file).toString("latin1").trimEnd().split("\n");
  const entries = lines.map((line) => line.trim()).filter((line) => !line.startsWith("#"));
  const hashes = Uint16Array.from(entries, (entry) => shortHash(entryHash(Buffer.from(entry, "latin1"))));
  return `  ${JSON.stringify(name)}:\n    "${Buffer.from(hashes.buffer).toString("base64")}",\n`;
});
writeFileSync(
  "src/knowledge/lists/entry-hashes.ts",
  `// Written by scripts/write-word-lists.ts.\n\n/** Sixteen bits of a hash of each entry of a word list, in the list's order, little-endian, base64. */\nexport const entryHashes = {\n${lists.join("")}} as const;\n`,
);
