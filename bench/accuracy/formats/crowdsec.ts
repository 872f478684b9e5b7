import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formats } from "../../../src/formats/index.ts";
import { explainRecognition } from "../../../src/formats/recognise.ts";
import type { Fields, ParsedLog } from "./agreement.ts";

// CrowdSec's hub asserts what its parsers make of their samples. Its parsers also read logs of applications; those that no format
// here knows are left out.

const names: Readonly<Record<string, string>> = {
  source_ip: "source",
  http_status: "status",
  http_verb: "method",
  http_path: "path",
  http_user_agent: "agent",
  dst_ip: "target",
  dest_ip: "target",
  src_port: "sourcePort",
  source_port: "sourcePort",
  client_port: "sourcePort",
  dst_port: "targetPort",
  dest_port: "targetPort",
  proto: "transport",
  bytes_read: "bytesSent",
  body_bytes_sent: "bytesSent",
  http_referer: "referer",
};
const transports: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, "ipv6-icmp": 58 };

/** Lines of error logs, records with one end, logins to the device itself, a list where Traefik writes one address. */
const aside: Readonly<Record<string, readonly number[]>> = {
  "apache2-logs": [7, 8],
  "litespeed-logs": [2],
  "unifi-cef": [0, 2],
  "fortinet-vpn-bf": [0, 1, 2, 3, 4, 5, 6, 7, 8],
  traefik_json: [5],
};

export function* crowdsecLogs(folder: string): Generator<ParsedLog> {
  for (const name of readdirSync(folder).sort()) {
    const asserts = join(folder, name, "parser.assert");
    if (!existsSync(asserts)) continue;
    const log = readdirSync(join(folder, name)).find((file) => /\.(?:log|json|txt)$/.test(file));
    if (log === undefined) continue;
    const bytes = readFileSync(join(folder, name, log));
    const expected = assertedOf(readFileSync(asserts, "utf8"));
    if (expected.length > 0 && explainRecognition(bytes, formats).winner)
      yield { corpus: "CrowdSec", name: `${name}/${log}`, bytes, expected, aside: aside[name] ?? [] };
  }
}

/** What is asserted of each event that the first stage could parse and that has a source. */
function assertedOf(text: string): Fields[] {
  const events = new Map<string, Record<string, string>>();
  const pattern =
    /results\["s01-parse"\]\["([^"]+)"\]\[(\d+)\]\.(?:Evt\.(?:Meta|Parsed)\["(\w+)"\] == "((?:[^"\\]|\\.)*)"|Success == (true|false))/g;
  for (const [, parser, number, name, value, success] of text.matchAll(pattern)) {
    const key = `${parser} ${number}`;
    const event = events.get(key) ?? {};
    events.set(key, event);
    if (success) event.success = success;
    else if (names[name!] !== undefined && value !== "" && value !== "-")
      event[names[name!]!] = JSON.parse(`"${value}"`);
  }
  const told = [...events.values()].filter(({ success, source }) => success !== "false" && source !== undefined);
  return told.map(({ success, path, transport, ...fields }) => ({
    ...fields,
    transport: transport === undefined ? undefined : transports[transport.toLowerCase()],
    path: path === undefined ? undefined : withoutEscapes(path),
  }));
}

/** Its web parsers leave the servers' `\\xHH` as they are. */
function withoutEscapes(path: string): string {
  return path.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
