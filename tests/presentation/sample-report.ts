import type { ActorReport, EvidenceReport, Report } from "../../src/stories/report.ts";

/** What a scanner would like a terminal, a page or a spreadsheet to run. */
export const hostile =
  '\x1b[31m\x1b]0;owned\x07<script>alert(1)</script>\u202egnp.exe\u200b\r\n=cmd|"/c calc"!A1\ud800';

const day = "2026-03-14T";

function evidence(at: string, what: string, weight: number, score: number, position: number): EvidenceReport {
  const ifVisitor = 0.0009;
  const ifScanner = Number((ifVisitor * Math.exp(weight)).toPrecision(3));
  return { at: `${day}${at}Z`, input: "access.log", position, what, weight, ifScanner, ifVisitor, score };
}

const base: ActorReport = {
  address: "203.0.113.7",
  verdict: "scanner",
  priority: "act",
  score: 17.2,
  first: `${day}08:12:01.120Z`,
  last: `${day}08:19:44.000Z`,
  observations: 212,
  guesses: 41,
  decidedAt: `${day}08:12:02.900Z`,
  decidedAfter: 4,
  techniques: ["T1595.002", "T1190"],
  tools: [{ name: "nikto", confidence: 0.99, because: "its user agent names it" }],
  checks: [
    { id: "dotenv-file", product: "dotenv", count: 2, answered: 1 },
    { id: "CVE-2021-41773", product: "Apache HTTP Server", count: 2, answered: 0 },
    { id: "git-repo", product: "git", count: 1, answered: 0 },
  ],
  learned: ["exposure-1"],
  incident: "incident-1",
  evidence: [
    evidence("08:12:01.120", "GET /admin.php: 404, nobody here asks for it", 3, 3, 1042),
    evidence("08:12:01.700", `GET /search?q=${hostile.replaceAll("\n", "")}: 404, nobody here asks for it`, 3, 6, 1043),
    evidence("08:12:02.300", "GET /: 200, what visitors ask for", -0.3, 5.7, 1044),
    evidence("08:12:02.900", "GET /.env: 200, check dotenv-file", 4.6, 10.3, 1045),
    evidence("08:12:03.500", "GET /.git/config: 404, check git-repo", 4.1, 14.4, 1046),
    evidence("08:19:44.000", "GET /cgi-bin/.%2e/.%2e/etc/passwd: 400, check CVE-2021-41773", 2.8, 17.2, 1388),
  ],
  evidenceOmitted: 206,
};

function notable(address: string, minute: number, checks: readonly string[], tool?: string): ActorReport {
  const at = `${day}09:${String(minute).padStart(2, "0")}`;
  return {
    ...base,
    address,
    priority: "notable",
    score: 12.5,
    first: `${at}:00.000Z`,
    last: `${at}:59.000Z`,
    decidedAt: `${at}:05.000Z`,
    techniques: ["T1595.002"],
    tools: tool === undefined ? [] : [{ name: tool, confidence: 0.8, because: "order of its requests" }],
    checks: checks.map((id) => ({ id, product: id, count: 1, answered: 0 })),
    learned: [],
    incident: null,
    evidence: [
      evidence(`09:${String(minute).padStart(2, "0")}:05.000`, "GET /wp-login.php: 404", 9.5, 9.5, 2000 + minute),
    ],
    evidenceOmitted: 0,
  };
}

function noise(index: number): ActorReport {
  const at = `${day}1${index % 8}:${String(10 + index).padStart(2, "0")}`;
  const tool = index % 3 === 0 ? "masscan" : index % 3 === 1 ? "zmap" : undefined;
  return {
    ...base,
    address: index % 10 === 9 ? `2001:db8:${index.toString(16)}::/64` : `192.0.2.${index + 1}`,
    verdict: index % 13 === 12 ? "research-scanner" : index % 17 === 16 ? "suspect" : "scanner",
    priority: "noise",
    score: 9.6,
    first: `${at}:00.000Z`,
    last: `${at}:30.000Z`,
    observations: 12,
    guesses: 12,
    decidedAt: index % 17 === 16 ? null : `${at}:04.000Z`,
    decidedAfter: index % 17 === 16 ? null : 5,
    techniques: index % 5 === 4 ? ["T1595.003"] : ["T1595.001"],
    tools: tool === undefined ? [] : [{ name: tool, confidence: 0.9, because: "the shape of its first packet" }],
    checks: [],
    learned: [],
    incident: null,
    evidence: [
      {
        ...evidence("10:10:04.000", "SYN to 198.51.100.77:8443, dropped; unused address", 9.6, 9.6, 77 + index),
        input: "fw.log",
      },
    ],
    evidenceOmitted: 0,
  };
}

/** A day with one actor to act on, three notable ones, forty background scanners and hostile strings throughout. */
export function sampleReport(): Report {
  return {
    schema: "vedette.report/1",
    generated: "2026-03-15T00:00:00.000Z",
    inputs: [
      {
        name: "access.log",
        format: "combined",
        bytes: 88_412_002,
        records: 412_002,
        rejected: 3,
        rejects: [
          { reason: "the request line has no method", count: 2, firstPosition: 99 },
          { reason: "the line is longer than 1 MB", count: 1, firstPosition: 70_001 },
        ],
        first: `${day}08:00:00.000Z`,
        last: `${day}17:59:59.000Z`,
      },
      {
        name: "fw.log",
        format: "netfilter",
        bytes: 20_112,
        records: 528,
        rejected: 0,
        rejects: [],
        first: `${day}08:00:03.000Z`,
        last: `${day}17:40:00.000Z`,
        error: "compressed data ends early, after 528 lines",
      },
    ],
    home: ["198.51.100.0/24", "2001:db8:100::/48"],
    homeFrom: "inferred",
    budget: 1,
    threshold: 9.2,
    period: { first: `${day}08:00:00.000Z`, last: `${day}17:59:59.000Z` },
    counts: { observations: 412_527, actors: 1248, visitors: 1204, suspects: 2, scanners: 42 },
    actors: [
      base,
      notable("203.0.113.21", 14, ["CVE-2021-41773", "CVE-2022-40684", "git-repo"], "nuclei"),
      notable("2001:db8:7:1::21", 20, ["wp-login"], hostile),
      { ...notable("203.0.113.40", 31, []), learned: ["exposure-2"], techniques: ["T1595.003", "T1592"] },
      ...Array.from({ length: 40 }, (_, index) => noise(index)),
    ],
    incidents: [
      {
        id: "incident-1",
        kind: "single",
        members: ["203.0.113.7"],
        priority: "act",
        because: "a check was answered: dotenv-file with status 200",
        objective: "files with secrets",
        stages: [
          {
            technique: "T1595.002",
            first: `${day}08:12:01.120Z`,
            last: `${day}08:19:44.000Z`,
            summary: "41 guesses, 3 known checks",
          },
          {
            technique: "T1190",
            first: `${day}08:19:44.000Z`,
            last: `${day}08:19:44.000Z`,
            summary: `path traversal ${hostile}`,
          },
        ],
        summary: "Scanned with nikto for eight minutes, was given /.env, then tried CVE-2021-41773.",
      },
    ],
    exposures: [
      {
        id: "exposure-1",
        target: "198.51.100.10",
        port: 443,
        transport: "tcp",
        service: "http",
        vendor: "apache",
        product: "http_server",
        version: "2.4.49",
        cpe: "cpe:2.3:a:apache:http_server:2.4.49:*:*:*:*:*:*:*",
        revealedBy: "Server header",
        text: "Apache/2.4.49 (Unix)",
        learnedBy: ["203.0.113.7"],
        vulnerabilities: [
          { id: "CVE-2021-41773", knownExploited: true },
          { id: "CVE-2021-42013", knownExploited: true },
          { id: "CVE-2021-44224", knownExploited: false },
        ],
        advice: "ServerTokens Prod",
      },
      {
        id: "exposure-2",
        target: "2001:db8:100::22",
        port: 22,
        transport: "tcp",
        service: "ssh",
        vendor: null,
        product: null,
        version: null,
        cpe: null,
        revealedBy: "SSH identification",
        text: `SSH-2.0-${hostile}`,
        learnedBy: [],
        vulnerabilities: [],
        advice: null,
      },
    ],
    coverage: [
      { what: "1,204 TLS connections", effect: "what was asked inside them is not seen" },
      { what: "fw.log holds one direction only", effect: "whether a port answered is known from nowhere else" },
    ],
  };
}
