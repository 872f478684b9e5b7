import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formats } from "../../../src/formats/index.ts";
import { recognise } from "../../../src/formats/recognise.ts";
import { decodeAll } from "../observations-as-lines.ts";

// Logs of network devices as others collected them, with what their parsers made of them; kept beside the project.
const hub = join(import.meta.dirname, "../../../../shared/data/formats/crowdsec-hub/crowdsecurity+hub/.tests");

interface Row {
  readonly line: number;
  readonly source: string;
  readonly target?: string;
  readonly targetPort?: number;
  readonly transport: number;
  readonly outcome: string;
  readonly at: string;
}

function rowsOf(folder: string, file: string): { id: string; rows: Row[]; rejected: number } {
  const log = readFileSync(join(hub, folder, file));
  const format = recognise(log, formats, file);
  const { lines, tally } = decodeAll(format, log);
  return { id: format.id, rows: lines.map((line) => JSON.parse(line) as Row), rejected: tally.rejected };
}

/** What an assertion file says of a field: `results[…][…][3].Evt.Meta["source_ip"] == "192.0.2.7"`, by its index. */
function asserted(folder: string, parser: string, part: "Parsed" | "Meta", field: string): Map<number, string> {
  const text = readFileSync(join(hub, folder, "parser.assert"), "utf8");
  const pattern = new RegExp(`${parser}"\\]\\[(\\d+)\\]\\.Evt\\.${part}\\["${field}"\\] == "([^"]*)"`, "g");
  return new Map([...text.matchAll(pattern)].map((match) => [Number(match[1]), match[2]!]));
}

describe.skipIf(!existsSync(hub))("logs of devices that others collected (skipped where they are absent)", () => {
  test("pfSense: as many rows as lines, with source, target and port of each", () => {
    const { id, rows, rejected } = rowsOf("pf-scan-multi-port", "pf-scan-multi-port.log");
    const lines = readFileSync(join(hub, "pf-scan-multi-port/pf-scan-multi-port.log"), "utf8")
      .trim()
      .split("\n").length;
    expect({ id, rejected, rows: rows.length }).toEqual({ id: "filterlog", rejected: 0, rows: lines });
    expect(new Set(rows.map((row) => `${row.source} ${row.target} ${row.transport} ${row.outcome}`))).toEqual(
      new Set(["10.0.2.2 10.0.2.15 6 denied"]),
    );
    expect(new Set(rows.map((row) => row.targetPort)).size).toBe(lines);
  });

  test("MikroTik: the ports in order, and the time with its zone", () => {
    const { id, rows, rejected } = rowsOf("mikrotik-scan-multi_ports", "mikrotik-scan-multi_ports.log");
    expect({ id, rejected }).toEqual({ id: "mikrotik", rejected: 0 });
    const scan = rows.filter((row) => row.source === "36.97.161.219" && row.outcome === "denied");
    expect(scan.length).toBeGreaterThan(15);
    expect(scan.slice(0, 3).map((row) => row.targetPort)).toEqual([23, 24, 25]);
    expect(scan[0]!.at).toBe("2023-03-18T19:36:59.594Z");
  });

  test("UniFi's CEF: what was blocked, where both ends are told", () => {
    const { id, rows } = rowsOf("unifi-cef", "cef-logs.log");
    expect(id).toBe("cef");
    expect(rows).toMatchObject([
      { line: 2, source: "10.0.0.100", target: "192.168.0.233", targetPort: 443, transport: 6, outcome: "denied" },
    ]);
  });

  test("netfilter: source and port as asserted, line by line", () => {
    const { id, rows } = rowsOf("iptables-logs", "iptables-logs.log");
    expect(id).toBe("netfilter");
    const rowByLine = new Map(rows.map((row) => [row.line, row]));
    const sources = asserted("iptables-logs", "crowdsecurity/iptables-logs", "Meta", "source_ip");
    const ports = asserted("iptables-logs", "crowdsecurity/iptables-logs", "Parsed", "dst_port");
    expect(sources.size).toBeGreaterThan(2);
    for (const [index, source] of sources) expect(rowByLine.get(index + 1)?.source).toBe(source);
    for (const [index, port] of ports) expect(rowByLine.get(index + 1)?.targetPort).toBe(Number(port));
  });

  test("FortiGate: logins over the VPN are no contacts, and none is rejected", () => {
    const { id, rows, rejected } = rowsOf("fortinet-vpn-bf", "fortinet-vpn-bf.log");
    expect({ id, rows: rows.length, rejected }).toEqual({ id: "fortigate", rows: 0, rejected: 0 });
  });
});
