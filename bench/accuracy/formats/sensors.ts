import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Fields, ParsedLog } from "./agreement.ts";

// Logs of sensors whose own notation is the oracle: a split at the tab, or JSON.parse.

const transports: Readonly<Record<string, number>> = { tcp: 6, udp: 17 };
type Cells = Readonly<Record<string, string>>;

/** Zeek's logs below `folder`: with a header, or as JSON. ICMP is left out: Zeek writes its type and code in place of ports. */
export function* zeekLogs(folder: string): Generator<ParsedLog> {
  const kinds = "{conn,http,ssl,ssh,dns,notice,tor_ssl,conn_date_issue}.log";
  for (const path of globSync([join(folder, `**/${kinds}`), join(folder, "**/logfile_bro_{conn,http}.log.0")]).sort()) {
    const text = readFileSync(path, "latin1");
    const expected = text.startsWith("{") ? jsonExpected(text, zeekFields) : tableExpected(text);
    if (expected.size > 0) yield { corpus: "plain parser", name: basename(path), bytes: readFileSync(path), expected };
  }
}

/** Suricata's event logs below `folder`, one event a line. Alerts may be turned to whom they warn of. */
export function* suricataLogs(folder: string): Generator<ParsedLog> {
  for (const path of globSync(join(folder, "**/*eve*.json")).sort()) {
    const text = readFileSync(path, "latin1");
    const expected = text.startsWith("{") ? jsonExpected(text, eveFields) : new Map<number, Fields>();
    if (expected.size > 0) yield { corpus: "plain parser", name: basename(path), bytes: readFileSync(path), expected };
  }
}

function tableExpected(text: string): Map<number, Fields> {
  const expected = new Map<number, Fields>();
  let names: string[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    const cells = line.split("\t");
    if (cells[0] === "#fields") names = cells.slice(1);
    else if (line !== "" && !line.startsWith("#")) {
      const fields = zeekFields(Object.fromEntries(names.map((name, k) => [name, cells[k]!])));
      if (fields) expected.set(i + 1, fields);
    }
  }
  return expected;
}

function jsonExpected(text: string, fieldsOf: (record: never) => Fields | undefined): Map<number, Fields> {
  const expected = new Map<number, Fields>();
  for (const [i, line] of text.split("\n").entries()) {
    const fields = line === "" ? undefined : fieldsOf(parsed(line) as never);
    if (fields) expected.set(i + 1, fields);
  }
  return expected;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

function zeekFields(cells: Cells): Fields | undefined {
  const source = cells["id.orig_h"];
  if (source === undefined || source === "-" || cells.proto === "icmp") return undefined;
  const texts = { method: cells.method, path: cells.uri, referer: cells.referrer, agent: cells.user_agent };
  const plain = Object.entries(texts).filter(([, text]) => text !== undefined && text !== "" && !/^-$|\\/.test(text));
  return {
    at: new Date(Math.trunc(Number(cells.ts) * 1000 + 1e-4)).toISOString(),
    source: address(source),
    target: address(cells["id.resp_h"]!),
    sourcePort: Number(cells["id.orig_p"]) || undefined,
    targetPort: Number(cells["id.resp_p"]) || undefined,
    transport: transports[cells.proto ?? "tcp"],
    ...Object.fromEntries(plain),
    ...(Number(cells.status_code) > 0 ? { status: Number(cells.status_code) } : {}),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: whatever JSON holds
function eveFields(event: any): Fields | undefined {
  if (!["flow", "http", "tls", "ssh"].includes(event.event_type)) return undefined;
  const at = event.event_type === "flow" ? (event.flow?.start ?? event.timestamp) : event.timestamp;
  return {
    at: new Date(at).toISOString(),
    source: address(event.src_ip),
    target: address(event.dest_ip),
    sourcePort: event.src_port || undefined,
    targetPort: event.dest_port || undefined,
    method: event.http?.http_method,
    path: event.http?.url,
    agent: event.http?.http_user_agent,
    referer: event.http?.http_refer,
    status: event.http?.status,
  };
}

/** IPv6 in the notation that rows are shown in. */
function address(text: string): string {
  return text.includes(":") ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}
