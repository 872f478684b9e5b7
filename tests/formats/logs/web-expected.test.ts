import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { addressWords, formatAddress } from "../../../src/bytes/address.ts";
import { formats } from "../../../src/formats/index.ts";
import { decodeAll } from "../observations-as-lines.ts";

// Logs with what another program (Filebeat's modules) made of each line, kept beside the project and not part of it.
const modules = join(
  import.meta.dirname,
  "../../../../shared/data/formats/elastic-beats/andrewkroh+beats/filebeat/module",
);
const isThere = existsSync(modules);

const folders: readonly (readonly [format: string, folder: string])[] = [
  ["combined", "apache/access/test"],
  ["combined", "nginx/access/test"],
  ["combined", "nginx/ingress_controller/test"],
  ["combined", "traefik/access/test"],
  ["iis", "iis/access/test"],
  ["haproxy", "haproxy/log/test"],
  ["server-log", "system/auth/test"],
];

/** Lines whose client is told differently here on purpose; docs/formats.md gives the reasons. */
const onPurpose: readonly (readonly [start: string, reason: string])[] = [
  ['"10.5.102.222, 175.16.199.1, 204.246.1.1"', "the right-most public hop is believed, not the left-most"],
  ['example.com:80 "10.5.102.222, 175.16.199.1,', "the right-most public hop is believed, not the left-most"],
  ["[", "ssl_request_log is a format of its own here"],
  ["2018-08-28 18:24:25 [10.100.220.70](http:", "addresses that somebody's editor turned into links"],
  ["2018-12-31 12:52:33 10.44.0.136 GET /", "fields in another order than the #Fields line before them says"],
];

interface Expected {
  readonly [key: string]: unknown;
}

/** Bytes that the rows show as Latin-1, as the UTF-8 that they are; percent signs and `+` undone as Filebeat does. */
const decoded = (path: unknown) => {
  const utf8 = Buffer.from(String(path), "latin1").toString("utf8").replaceAll("+", " ");
  return utf8.replace(/%([0-7][0-9a-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
};
const address = (value: unknown) => (value === undefined ? undefined : formatAddress(addressWords(String(value))!));

const text = (value: unknown) => (value === undefined || value === "-" || value === "" ? undefined : String(value));

/** Pairs of a field there and the value here. */
function compared(expected: Expected, row: Record<string, unknown>): [field: string, there: unknown, here: unknown][] {
  const query = text(expected["url.query"]);
  const iisPath = query === undefined ? text(expected["url.path"]) : `${expected["url.path"]}?${query}`;
  const isIis = expected["event.dataset"] === "iis.access";
  const timeOfDay = (at: unknown) => (typeof at === "string" ? at.slice(5, 19) : undefined);
  return [
    ["source.ip", address(expected["network.forwarded_ip"] ?? expected["source.ip"]), row.source],
    ["source.port", text(expected["source.port"]), text(row.sourcePort)],
    ["method", text(expected["http.request.method"]), row.method],
    ["path", isIis ? iisPath : text(expected["url.original"]), isIis ? decoded(row.path) : row.path],
    ["status", text(expected["http.response.status_code"]), text(row.status)],
    ["agent", text(expected["user_agent.original"]), row.agent],
    ["referer", text(expected["http.request.referrer"]), row.referer],
    ["time", timeOfDay(expected["@timestamp"]), timeOfDay(row.at)],
  ];
}

describe.skipIf(!isThere)("what Filebeat made of the same lines (skipped where its samples are absent)", () => {
  test.each(folders)("%s: %s", (id, folder) => {
    const format = formats.find((each) => each.id === id)!;
    let fields = 0;
    const differing: string[] = [];
    for (const name of readdirSync(join(modules, folder)).filter((file) => file.endsWith(".log"))) {
      const path = join(modules, folder, name);
      if (!existsSync(`${path}-expected.json`)) continue;
      const bytes = readFileSync(path);
      const rows = decodeAll(format, bytes).lines.map((line) => JSON.parse(line));
      for (const expected of JSON.parse(readFileSync(`${path}-expected.json`, "utf8")) as Expected[]) {
        if (text(expected["source.ip"]) === undefined) continue;
        const number = bytes.subarray(0, Number(expected["log.offset"])).toString("latin1").split("\n").length;
        const line = bytes.toString("latin1").split("\n")[number - 1]!;
        if (onPurpose.some(([start]) => line.startsWith(start))) continue;
        const row = rows.find((each) => each.line === number);
        // One connection is told once, at its first line.
        if (row === undefined && id === "server-log") continue;
        for (const [field, there, here] of compared(expected, row ?? {})) {
          if (there === undefined || (id === "server-log" && field === "time")) continue;
          fields++;
          if (String(there) !== String(here))
            differing.push(`${name}:${number} ${field}: ${there} there, ${here} here`);
        }
      }
    }
    expect(fields).toBeGreaterThan(4);
    expect(differing).toEqual([]);
  });
});
