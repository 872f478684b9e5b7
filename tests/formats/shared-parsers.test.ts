import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formats } from "../../src/formats/index.ts";
import { explainRecognition } from "../../src/formats/recognise.ts";
import { decodeAll } from "./observations-as-lines.ts";

// What CrowdSec's parsers are asserted to read from their own samples, kept beside the project and not part of it. Its parsers look
// for other things (logins of applications); of the logs that are read here, each asserted source must be told with what it asked.
const hub = join(import.meta.dirname, "../../../shared/data/formats/crowdsec-hub/crowdsecurity+hub/.tests");
const folders = existsSync(hub) ? readdirSync(hub).filter((name) => existsSync(join(hub, name, "parser.assert"))) : [];

/** Lines that are not told, or otherwise, by folder; `exceptions.ts` gives the reasons. */
const left: Readonly<Record<string, number>> = {
  "apache2-logs": 2,
  "litespeed-logs": 1,
  "fortinet-vpn-bf": 9,
  traefik_json: 1,
  "unifi-cef": 2,
};

type Asserted = Partial<Record<"source_ip" | "http_status" | "http_verb" | "success", string>>;

/** What is asserted of each event of the first stage, by parser and number. */
function assertedOf(folder: string): Asserted[] {
  const text = readFileSync(join(hub, folder, "parser.assert"), "utf8");
  const events = new Map<string, Asserted>();
  const pattern =
    /results\["s01-parse"\]\["([^"]+)"\]\[(\d+)\]\.(?:Evt\.(?:Meta|Parsed)\["(source_ip|http_status|http_verb)"\] == "([^"]*)"|Success == (true|false))/g;
  for (const [, parser, number, name, value, success] of text.matchAll(pattern)) {
    const key = `${parser} ${number}`;
    const event = events.get(key) ?? {};
    events.set(key, event);
    if (success) event.success = success;
    else event[name as "source_ip"] = value!;
  }
  return [...events.values()].filter((event) => event.success !== "false" && event.source_ip);
}

describe.skipIf(folders.length === 0)("CrowdSec's samples (skipped without the shared samples)", () => {
  test("every asserted source is told, with method and status, but for the exceptions", () => {
    const untold: Record<string, number> = {};
    const compared = new Map<string, number>();
    for (const folder of folders) {
      const log = readdirSync(join(hub, folder)).find((name) => /\.(?:log|json|txt)$/.test(name));
      const bytes = log === undefined ? Buffer.alloc(0) : readFileSync(join(hub, folder, log));
      const { winner } = explainRecognition(bytes, formats);
      if (!winner) continue;
      const rows = decodeAll(winner, bytes).lines.map((line) => JSON.parse(line));
      const asserted = assertedOf(folder);
      const isTold = (event: Asserted) =>
        rows.some(
          (row) =>
            row.source === event.source_ip &&
            (!event.http_status || String(row.status) === event.http_status) &&
            (!event.http_verb || row.method === event.http_verb),
        );
      const missing = asserted.filter((event) => !isTold(event)).length;
      if (missing > 0) untold[folder] = missing;
      compared.set(winner.id, (compared.get(winner.id) ?? 0) + asserted.length);
    }
    expect(untold).toEqual(left);
    expect([...compared.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(130);
  });
});
