import type { ActorReport, ExposureReport, IncidentReport, Report } from "../../src/stories/report.ts";

/** Reports made of numbers: `count` scanners, of which each tenth is to be acted on, on the `day`th of January 2026. */
export function sampleReport(count: number, day = 1, from = 0): Report {
  const numbers = Array.from({ length: count }, (_, i) => i + from);
  return {
    schema: "vedette.report/1",
    generated: at(day, 23),
    inputs: [],
    home: ["198.51.100.0/24"],
    homeFrom: "given",
    budget: 1,
    threshold: 9,
    period: { first: at(day, 0), last: at(day, 22) },
    counts: { observations: count * 9, actors: count + 50, visitors: 50, suspects: 0, scanners: count },
    actors: numbers.map((number) => sampleActor(number, day)),
    incidents: numbers.map((number) => sampleIncident(number, day)),
    exposures: [sampleExposure()],
    coverage: [{ what: "no server names", effect: "hosts are told by address" }],
  };
}

export function addressOf(number: number): string {
  return `203.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
}

export function sampleActor(number: number, day: number, changes: Partial<ActorReport> = {}): ActorReport {
  return {
    address: addressOf(number),
    verdict: "scanner",
    priority: number % 10 === 0 ? "act" : "noise",
    score: 10 + (number % 7),
    first: at(day, number % 20),
    last: at(day, (number % 20) + 1),
    observations: 9,
    guesses: 8,
    decidedAt: at(day, number % 20),
    decidedAfter: 5,
    techniques: ["T1595.002"],
    tools: [{ name: "nuclei", confidence: 0.9, because: "its user agent" }],
    checks: [{ id: "CVE-2021-41773", product: "Apache HTTP Server", count: 2, answered: 1 }],
    learned: number % 10 === 0 ? ["exposure-1"] : [],
    incident: `incident-${number}`,
    evidence: [1, 2, 3].map((position) => ({
      at: at(day, number % 20),
      input: `day-${day}.log`,
      position: number * 10 + position,
      what: `asked for /guess-${position}`,
      weight: 2,
      ifScanner: 0.1,
      ifVisitor: 0.001,
      score: 2 * position,
    })),
    evidenceOmitted: 0,
    ...changes,
  };
}

export function sampleIncident(number: number, day: number, changes: Partial<IncidentReport> = {}): IncidentReport {
  return {
    id: `incident-${number}`,
    kind: "single",
    members: [addressOf(number)],
    priority: number % 10 === 0 ? "act" : "noise",
    because: "it asked for what is run here",
    objective: "weaknesses in Apache HTTP Server",
    stages: [
      { technique: "T1595.002", first: at(day, number % 20), last: at(day, (number % 20) + 1), summary: "asked" },
    ],
    summary: `${addressOf(number)} asked for 8 paths.`,
    ...changes,
  };
}

export function sampleExposure(changes: Partial<ExposureReport> = {}): ExposureReport {
  return {
    id: "exposure-1",
    target: "198.51.100.4",
    port: 80,
    transport: "TCP",
    service: "http",
    vendor: "Apache",
    product: "HTTP Server",
    version: "2.4.49",
    cpe: null,
    revealedBy: "Server header",
    text: "Server: Apache/2.4.49",
    learnedBy: [addressOf(0)],
    vulnerabilities: [],
    advice: null,
    ...changes,
  };
}

export function at(day: number, hour: number): string {
  return new Date(Date.UTC(2026, 0, day, hour)).toISOString();
}
