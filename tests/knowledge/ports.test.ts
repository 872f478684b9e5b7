import { expect, test } from "vitest";
import { checkOfPort, portChecks } from "../../src/knowledge/ports/port-checks.ts";
import { Transport } from "../../src/observations/vocabulary.ts";

test("a contact names the service that is looked for there", () => {
  expect(checkOfPort(Transport.tcp, 445)?.service).toBe("smb");
  expect(checkOfPort(Transport.udp, 161)?.service).toBe("snmp");
  expect(checkOfPort(Transport.udp, 445)).toBeUndefined();
  expect(checkOfPort(Transport.tcp, 50_123)).toBeUndefined();
});

test("ids are unique and CVE ids well formed", () => {
  expect(new Set(portChecks.map((check) => check.id)).size).toBe(portChecks.length);
  for (const { cves } of portChecks) for (const cve of cves) expect(cve).toMatch(/^CVE-\d{4}-\d{4,7}$/);
});
