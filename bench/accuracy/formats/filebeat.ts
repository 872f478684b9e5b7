import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { addressWords, formatAddress } from "../../../src/bytes/address.ts";
import type { Fields, ParsedLog } from "./agreement.ts";

// Filebeat's modules keep, beside their sample logs, what they made of each line (Elastic Common Schema).

/** Several public hops in a forwarded list, and lines of another length than their `#Fields`. */
const aside: Readonly<Record<string, readonly number[]>> = {
  "nginx/access/test-with-host.log": [5],
  "nginx/access/test.log": [5],
  "iis/access/test-iis-7.5.log": [5],
  "iis/access/test.log": [16, 17],
};

type Event = Readonly<Record<string, unknown>>;

/** Web and login logs below `folder`; error logs tell of no request. */
export function* filebeatLogs(folder: string): Generator<ParsedLog> {
  const modules = [
    "apache/access",
    "haproxy/log",
    "iis/access",
    "nginx/access",
    "nginx/ingress_controller",
    "system/auth",
    "traefik/access",
  ];
  for (const module of modules) {
    for (const file of globSync(join(folder, "**/module", module, "test/*-expected.json")).sort()) {
      const path = file.replace(/-expected\.json$/, "");
      const bytes = readFileSync(path);
      const lineStarts = bytes.toString("latin1");
      const expected = new Map<number, Fields>();
      for (const event of JSON.parse(readFileSync(file, "utf8")) as Event[]) {
        const line = lineStarts.slice(0, Number(event["log.offset"])).split("\n").length;
        if (plain(event["source.ip"]) !== undefined) expected.set(line, fieldsOf(event, module));
      }
      // Of several lines of one connection the first tells it here, so each is to be found in some row.
      const fields = module === "system/auth" ? [...expected.values()] : expected;
      const name = `${module}/${path.split("/").at(-1)}`;
      if (expected.size > 0) yield { corpus: "Filebeat", name, bytes, expected: fields, aside: aside[name] ?? [] };
    }
  }
}

function fieldsOf(event: Event, module: string): Fields {
  const isLogin = module === "system/auth";
  const at = typeof event["@timestamp"] === "string" ? event["@timestamp"] : undefined;
  // IIS's path is told in two fields, and with escapes undone; the path as asked is what others keep whole.
  const path = module === "iis/access" ? undefined : plain(event["url.original"]);
  return {
    source: address(event["network.forwarded_ip"] ?? event["source.ip"]),
    // A connection is told at its first line, which may not name the port.
    sourcePort: isLogin ? undefined : number(event["source.port"]),
    method: plain(event["http.request.method"]),
    status: number(event["http.response.status_code"]),
    referer: plain(event["http.request.referrer"]),
    agent: plain(event["user_agent.original"]),
    path: path === undefined ? undefined : Buffer.from(path, "utf8").toString("latin1"),
    // Stamps of syslog lack the year, and Filebeat takes that of the day it runs.
    at: isLogin || at === undefined ? undefined : new Date(at).toISOString(),
  };
}

function plain(value: unknown): string | undefined {
  return value === undefined || value === "-" || value === "" ? undefined : String(value);
}

function number(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function address(value: unknown): string {
  const words = addressWords(String(value));
  return words === undefined ? String(value) : formatAddress(words);
}
