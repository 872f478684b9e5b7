import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formats } from "../../../src/formats/index.ts";
import { recognise } from "../../../src/formats/recognise.ts";
import { decodeAll } from "../observations-as-lines.ts";

// Logs of sensors and clouds that others wrote, kept beside the project and not part of it. Where no parsed values stand
// beside them, the oracle is a plain parser: JSON.parse, or a split at the separator.
const shared = join(import.meta.dirname, "../../../../shared/data/formats");
const isThere = existsSync(shared);
const zat = "zeek-logs/SuperCowPowers+zat/data";
const lnav = "ids-log-tests/tstack+lnav/test";
const plaso = "vendor-log-parsers/log2timeline+plaso/test_data";
const telegraf = "vendor-log-parsers/influxdata+telegraf/plugins/inputs/suricata/testdata";
const crowdsec = "crowdsec-hub/crowdsecurity+hub/.tests";

type Row = Record<string, unknown>;
type Expected = Record<string, string | number | undefined>;

/** Rows by line, and what was rejected; the format is recognised by content. */
function read(path: string): { format: string; rows: Row[]; rejected: number; records: number } {
  const bytes = readFileSync(join(shared, path));
  const format = recognise(bytes, formats, path);
  const { lines, tally } = decodeAll(format, bytes);
  return {
    format: format.id,
    rows: lines.map((line) => JSON.parse(line)),
    rejected: tally.rejected,
    records: tally.records,
  };
}

/** The share of the expected lines one of whose rows has all expected values: what a server told is a row of its own. */
function agreement(rows: readonly Row[], expected: ReadonlyMap<number, Expected>): number {
  const byLine = Map.groupBy(rows, (row) => row.line as number);
  let right = 0;
  for (const [line, values] of expected) {
    const told = byLine.get(line) ?? [];
    if (told.some((row) => Object.entries(values).every(([name, value]) => row[name] === value))) right++;
  }
  return expected.size === 0 ? 1 : right / expected.size;
}

const latin1 = (path: string) => readFileSync(join(shared, path), "latin1").split("\n");
const iso = (seconds: string | number) => new Date(Math.trunc(Number(seconds) * 1000 + 1e-4)).toISOString();
const absent = (value: string | undefined) => (value === "-" || value === "" ? undefined : value);

/** IPv6 in the notation that observations are shown in. */
const address = (text: string) => (text.includes(":") ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text);
const transports: Record<string, number> = { tcp: 6, udp: 17, icmp: 1 };

function zeekTable(path: string): Map<number, Expected> {
  const expected = new Map<number, Expected>();
  let fields: string[] = [];
  let log = "";
  for (const [i, line] of latin1(path).entries()) {
    const cells = line.split("\t");
    if (cells[0] === "#fields") fields = cells.slice(1);
    else if (cells[0] === "#path") log = cells[1]!;
    else if (line !== "" && !line.startsWith("#")) {
      const record = Object.fromEntries(fields.map((name, k) => [name, cells[k]]));
      expected.set(i + 1, zeekRecord(record as Record<string, string>, log));
    }
  }
  return expected;
}

function zeekRecord(record: Record<string, string>, log: string): Expected {
  const isIcmp = record.proto === "icmp";
  const isIpv6 = record["id.orig_h"]!.includes(":");
  const common: Expected = {
    at: iso(record.ts!),
    source: address(record["id.orig_h"]!),
    target: address(record["id.resp_h"]!),
    ...(isIcmp
      ? {}
      : { sourcePort: Number(record["id.orig_p"]) || undefined, targetPort: Number(record["id.resp_p"]) }),
    transport: isIcmp && isIpv6 ? 58 : (transports[record.proto ?? "tcp"] ?? 0),
  };
  const states: Record<string, string> = {
    S0: "silent",
    REJ: "refused",
    SF: "answered",
    S1: "answered",
    S2: "answered",
    S3: "answered",
    RSTO: "answered",
    RSTR: "answered",
  };
  if (log === "conn" && !isIcmp) return { ...common, outcome: states[record.conn_state!] ?? "unknown" };
  if (log === "ssl") return { ...common, kind: "hello", service: "tls", host: absent(record.server_name) };
  if (log !== "http") return common;
  const texts = [record.method, record.host, record.uri, record.referrer, record.user_agent].map((text) =>
    absent(text),
  );
  const plain = texts.every((text) => !text?.includes("\\"));
  if (!plain) return common;
  const [method, host, uri, referer, agent] = texts;
  return { ...common, method, host, path: uri, referer, agent, status: Number(absent(record.status_code) ?? 0) };
}

function jsonLines(
  path: string,
  expect: (record: Record<string, never>) => Expected | undefined,
): Map<number, Expected> {
  const expected = new Map<number, Expected>();
  for (const [i, line] of latin1(path).entries()) {
    if (line === "") continue;
    const values = expect(JSON.parse(line));
    if (values) expected.set(i + 1, values);
  }
  return expected;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever JSON holds
function eveEvent(event: any): Expected | undefined {
  if (!["flow", "http", "tls", "ssh"].includes(event.event_type)) return undefined;
  const at = event.event_type === "flow" ? (event.flow.start ?? event.timestamp) : event.timestamp;
  return {
    at: new Date(at).toISOString(),
    source: address(event.src_ip),
    target: address(event.dest_ip),
    sourcePort: event.src_port,
    targetPort: event.dest_port,
    method: event.http?.http_method,
    path: event.http?.url,
    host: event.http?.hostname ?? event.tls?.sni,
    agent: event.http?.http_user_agent,
    referer: event.http?.http_refer,
    status: event.http ? (event.http.status ?? 0) : undefined,
    ...(event.event_type === "flow" && event.flow.pkts_toclient > 0 && event.tcp?.tcp_flags_tc?.startsWith("1")
      ? { outcome: "answered" }
      : {}),
  };
}

describe.skipIf(!isThere)("logs of sensors and clouds (skipped where they are absent)", () => {
  test.each([
    `${zat}/conn.log`,
    `${zat}/conn_date_issue.log`,
    `${zat}/http.log`,
    `${zat}/http_empty.log`,
    `${zat}/ssl.log`,
    `${zat}/tor_ssl.log`,
    `${zat}/dns.log`,
    `${zat}/notice.log`,
    `${lnav}/logfile_bro_conn.log.0`,
    `${lnav}/logfile_bro_http.log.0`,
    "zeek-logs/irongirl101+port/conn.log",
  ])("%s", (path) => {
    const { format, rows, rejected } = read(path);
    expect({ format, rejected }).toEqual({ format: "zeek", rejected: 0 });
    expect(agreement(rows, zeekTable(path))).toBeGreaterThanOrEqual(0.99);
  });

  test.each(["conn", "http", "ssl", "dns"])("Zeek's %s.log as JSON", (log) => {
    const path = `${zat}/json/${log}.log`;
    const { format, rows, rejected } = read(path);
    expect({ format, rejected }).toEqual({ format: "zeek-json", rejected: 0 });
    const expected = jsonLines(path, (record) =>
      zeekRecord(Object.fromEntries(Object.entries(record).map(([name, value]) => [name, String(value)])), log),
    );
    expect(agreement(rows, expected)).toBeGreaterThanOrEqual(0.99);
  });

  test.each(["eve-alerts/ccdcoe+CDMCS/Suricata/data-exploration/eve.json"])("%s", (path) => {
    const { format, rows, rejected } = read(path);
    expect({ format, rejected }).toEqual({ format: "suricata-eve", rejected: 0 });
    expect(agreement(rows, jsonLines(path, eveEvent))).toBeGreaterThanOrEqual(0.99);
  });

  test.each(["alert", "dns", "drop", "flow", "http"])("a Suricata %s event over many lines", (name) => {
    const { format, rows } = read(`${telegraf}/v2/${name}.json`);
    const event = JSON.parse(readFileSync(join(shared, `${telegraf}/v2/${name}.json`), "utf8"));
    expect(format).toBe("suricata-eve");
    const [source, target] = [address(event.src_ip), address(event.dest_ip)];
    expect(rows).toHaveLength(name === "dns" ? 2 : 1);
    if (name === "dns")
      expect(rows[1]).toMatchObject({ kind: "question", name: event.dns.rrname, asked: event.dns.rrtype });
    expect([rows[0]!.source, rows[0]!.target].sort()).toEqual([source, target].sort());
    const at = name === "flow" ? (event.flow.start ?? event.timestamp) : event.timestamp;
    expect(rows[0]!.at).toBe(new Date(at).toISOString());
  });

  test("alerts of Suricata as a parser of others reads them", () => {
    for (const [folder, format] of [
      ["suricata-eve-detect", "suricata-eve"],
      ["suricata-logs-fastlog", "snort-alert-fast"],
    ]) {
      const { format: found, rows, rejected } = read(`${crowdsec}/${folder}/${folder}.log`);
      expect({ found, rejected }).toEqual({ found: format, rejected: 0 });
      const asserted = readFileSync(join(shared, `${crowdsec}/${folder}/parser.assert`), "utf8");
      const values = (name: string) => [
        ...asserted.matchAll(
          new RegExp(`s01-parse.*\\[(\\d+)\\]\\.Evt\\.(?:Parsed|Meta)\\["${name}"\\] == "(.*)"`, "g"),
        ),
      ];
      for (const [, index, value] of values("source_ip")) expect(rows[Number(index)]!.source).toBe(value);
      for (const [, index, value] of values("dest_port")) expect(rows[Number(index)]!.targetPort).toBe(Number(value));
      // The hub asserts no parsed values of the events, so only that each of its lines is one row.
      expect(values("source_ip").length).toBe(folder === "suricata-logs-fastlog" ? 8 : 0);
      expect(rows).toHaveLength(4);
    }
  });

  test("load balancers, an application gateway, Cloudflare, Snort", () => {
    const gateway = read(`${plaso}/azure_application_gateway_access.json`);
    const gatewayExpected = jsonLines(`${plaso}/azure_application_gateway_access.json`, (record) => {
      const { properties, timeStamp } = record as unknown as { properties: Row; timeStamp: string };
      return {
        at: new Date(timeStamp).toISOString(),
        source: properties.clientIP as string,
        method: properties.httpMethod as string,
        path: properties.originalRequestUriWithArgs as string,
        status: properties.httpStatus as number,
        agent: properties.userAgent as string,
      };
    });
    expect(gateway).toMatchObject({ format: "azure-app-gateway", rejected: 0 });
    expect(agreement(gateway.rows, gatewayExpected)).toBe(1);

    for (const name of ["logfile_cloudflare.1", "logfile_cloudflare.json"]) {
      const { format, rows, rejected } = read(`${lnav}/${name}`);
      expect({ format, rejected }).toEqual({ format: "cloudflare", rejected: 0 });
      const expected = jsonLines(`${lnav}/${name}`, (record) => {
        const row = record as unknown as Record<string, string | number>;
        const start = row.EdgeStartTimestamp!;
        return {
          at: new Date(typeof start === "number" ? Math.round(start / 1e6) : start).toISOString(),
          source: row.ClientIP!,
          method: row.ClientRequestMethod!,
          path: row.ClientRequestURI!,
          host: row.ClientRequestHost!,
          status: row.EdgeResponseStatus!,
          agent: row.ClientRequestUserAgent || undefined,
          referer: row.ClientRequestReferer || undefined,
        };
      });
      expect(agreement(rows, expected)).toBe(1);
    }

    const elb = read(`${plaso}/aws_elb_access.log`);
    const shape =
      /(\S+T\S+)Z? (?:app|my|net)\S* (?:\w{16} )?([\d.]+):(\d+) ([\d.]+):(\d+) .*?"(\w+) https?:\/\/[^/]+(\S+) HTTP/;
    const elbExpected = new Map<number, Expected>();
    for (const [i, line] of latin1(`${plaso}/aws_elb_access.log`).entries()) {
      const [, at, source, sourcePort, target, targetPort, method, path] = shape.exec(line) ?? [];
      if (at === undefined) continue;
      const ports = { sourcePort: Number(sourcePort), targetPort: Number(targetPort) };
      elbExpected.set(i + 1, { at: `${at.slice(0, 23)}Z`, source, target, ...ports, method, path });
    }
    expect(elb).toMatchObject({ format: "aws-elb", rejected: 0 });
    expect(elbExpected.size).toBeGreaterThan(10);
    expect(agreement(elb.rows, elbExpected)).toBe(1);

    const snort = read(`${plaso}/suricata_alert_fast.log`);
    expect(snort).toMatchObject({ format: "snort-alert-fast", rejected: 0, records: 5 });
    expect(snort.rows.map((row) => [row.at, row.source, row.targetPort])).toEqual([
      ["2010-05-10T10:08:59.667Z", "192.168.1.4", 80],
      ["2021-12-28T12:55:38.765Z", "2001:df1:c200:c::35", undefined],
      ["2021-12-28T12:55:38.885Z", "2001:4860:4860::8888", undefined],
      ["2022-01-02T11:30:23.358Z", "10.6.6.103", 80],
      ["2022-02-04T23:41:31.115Z", "2001:df1:c200:c::35", 80],
    ]);
  });
});
