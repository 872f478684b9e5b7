import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importSet } from "../../src/knowledge/intel/import-set.ts";
import { Intel } from "../../src/knowledge/intel/intel.ts";
import { kindOf } from "../../src/knowledge/intel/kinds.ts";
import { analyze } from "../../src/stories/analyze.ts";
import type { ExposureReport } from "../../src/stories/report.ts";
import { conversation, everyTenth, pcapFile } from "../wire/packets.ts";

const shared = join(import.meta.dirname, "../../../shared/intel");
const sets = [
  ["kev", "cisa-kev/known_exploited_vulnerabilities.json"],
  ["vulnrichment", "vulnrichment/kev-ssvc-cpe.json"],
  ["endoflife", "endoflife.date"],
  ["nuclei", "nuclei/templates-half.tar.gz"],
] as const;

/** What a server says, on which port, and what is then said of it: how grave it is, and the reasons beside who learned it. */
const cases: readonly (readonly [port: number, says: string, level: string, reasons: readonly RegExp[]])[] = [
  [80, "Server: Apache/2.4.57 (Unix)", "high", [/^CVE-2024-38475.* known to be exploited: this version is affected$/]],
  [
    80,
    "Server: Apache/2.4.57 (Debian)",
    "medium",
    [/^CVE-2024-38475 known to be exploited: possibly fixed by the distribution$/],
  ],
  [80, "Server: Apache/2.4.71 (Debian)", "low", []],
  [
    80,
    "Server: Apache",
    "low",
    [/^product only, no version is told$/, /known to be exploited: tied to the product only$/],
  ],
  [80, "X-Jenkins: 2.440", "low", [/^CVE-2024-23897 known to be exploited: version range unknown$/]],
  [80, "Server: nginx/1.22.1", "low", [/^its maker's maintenance ends, or ended, 2023-04-11$/]],
  [22, "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3", "low", [/^a version is told$/]],
  [25, "220 mail ESMTP Postfix (Debian/GNU)", "info", [/^product only, no version is told$/]],
];

const address = (i: number) => `198.51.100.${i + 1}`;

describe.skipIf(!existsSync(shared))("severity with real knowledge (skipped without the shared knowledge)", () => {
  const folder = mkdtempSync(join(tmpdir(), "vedette-severity-"));
  let exposures: readonly ExposureReport[] = [];
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(async () => {
    const nowMs = Date.UTC(2026, 10, 23);
    for (const [kind, path] of sets) {
      await importSet({ kind: kindOf(kind)!, path: join(shared, path), into: join(folder, "knowledge"), nowMs });
    }
    const frames = cases.flatMap(([port, says], i) => {
      const isHttp = port === 80;
      const answer = isHttp ? `HTTP/1.1 200 OK\r\n${says}\r\nContent-Length: 0\r\n\r\n` : `${says}\r\n`;
      const ask = isHttp ? ([[">", "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"]] as const) : [];
      return conversation("192.0.2.7", address(i), port, [...ask, ["<", answer]]);
    });
    writeFileSync(join(folder, "visits.pcap"), pcapFile(everyTenth(frames)));
    const { report } = await analyze({
      inputs: [join(folder, "visits.pcap")],
      home: ["198.51.100.0/24"],
      now: nowMs,
      intel: new Intel(join(folder, "knowledge")),
    });
    exposures = report.exposures;
  }, 60_000);

  test.each(cases.map(([port, says, level, reasons], i) => [says, { port, level, reasons, i }] as const))(
    "%s",
    (_, { port, level, reasons, i }) => {
      const exposure = exposures.find((each) => each.target === address(i) && each.port === port);
      expect(exposure?.severity?.level, JSON.stringify(exposure?.severity)).toBe(level);
      const because = exposure!.severity!.because.join("\n");
      for (const reason of reasons) expect(because).toMatch(new RegExp(reason, "m"));
      expect(because).toMatch(/^learned by 1 other actor$/m);
      if (level === "low" || level === "info") expect(because).not.toContain("this version is affected");
    },
  );
});
