import { expect, test } from "vitest";
import { checkOfPort, portChecks } from "../../src/knowledge/ports/port-checks.ts";
import { portGuess } from "../../src/knowledge/ports/port-guess.ts";
import { scannedTcpPorts, scannedUdpPorts } from "../../src/knowledge/ports/port-lists.ts";
import { Transport } from "../../src/observations/vocabulary.ts";

test.each([Transport.tcp, Transport.udp])(
  "the guesses of transport %i are a probability, and none is zero",
  (transport) => {
    let sum = 0;
    for (let port = 1; port <= 65_535; port++) {
      const guess = portGuess(transport, port);
      expect(guess).toBeGreaterThan(0);
      sum += guess;
    }
    expect(sum).toBeCloseTo(1, 6);
  },
);

test("a port that scanners love is likelier than a low one, and that likelier than any", () => {
  const { tcp, udp } = Transport;
  expect(portGuess(tcp, 23)).toBeGreaterThan(portGuess(tcp, 9001));
  expect(portGuess(tcp, 9001)).toBeGreaterThan(portGuess(tcp, 600));
  expect(portGuess(tcp, 600)).toBeGreaterThan(portGuess(tcp, 50_123));
  expect(portGuess(udp, 161)).toBeGreaterThan(portGuess(udp, 600));
});

test.each([
  ["ICMP echo", Transport.icmp, 8 << 8],
  ["ICMP time stamp", Transport.icmp, 13 << 8],
  ["ICMPv6 echo", Transport.icmpv6, 128 << 8],
  ["SCTP", Transport.sctp, 36_412],
  ["GRE", 47, 0],
  ["a port of zero", Transport.tcp, 0],
])("%s has a chance, too", (_name, transport, port) => {
  expect(portGuess(transport, port)).toBeGreaterThan(0);
  expect(portGuess(transport, port)).toBeLessThanOrEqual(1);
});

test("the lists hold ports", () => {
  for (const port of [...scannedTcpPorts, ...scannedUdpPorts]) expect(port > 0 && port < 65_536).toBe(true);
});

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
