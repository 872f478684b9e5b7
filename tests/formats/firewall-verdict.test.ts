import { describe, expect, test } from "vitest";
import { LogTime } from "../../src/bytes/log-time.ts";
import { FirewallVerdicts, Verdict } from "../../src/formats/firewall-verdict.ts";

const time = new LogTime({ referenceMs: Date.parse("2026-11-23"), zone: 0 });
const verdicts = new FirewallVerdicts();

function verdictOf(head: string, finder = verdicts): string | undefined {
  const line = `${head}IN=eth0 OUT= `;
  const bytes = Buffer.from(line);
  time.parse(bytes, 0, bytes.length);
  const verdict = finder.find(bytes, bytes.length, time);
  return Object.entries(Verdict).find((entry) => entry[1] === verdict)?.[0];
}

describe("prefixes", () => {
  test.each([
    ["FW-ACCEPT: ", "admitted"],
    ["FW-DROP: ", "denied"],
    ["FW-REJECT: ", "denied"],
    ["FW-INVALID: ", "invalid"],
    ["FW-OUT: ", "unknown"],
    ["", "unknown"],
    ["[UFW BLOCK] ", "denied"],
    ["[UFW ALLOW] ", "admitted"],
    ["[UFW LIMIT BLOCK] ", "denied"],
    ["[UFW AUDIT] ", "unknown"],
    ["[UFW AUDIT INVALID] ", "unknown"],
    ["filter_IN_public_REJECT: ", "denied"],
    ["STATE_INVALID_DROP: ", "denied"],
    ["FINAL_REJECT: ", "denied"],
    ["Shorewall:net-fw:DROP:", "denied"],
    ["Shorewall:loc2net:ACCEPT:", "admitted"],
    ["reject wan in: ", "denied"],
    ["nft denied: ", "denied"],
    ["IPTABLES-DROPPED ", "denied"],
    ["LOGDROP ", "denied"],
    ["PERMIT ssh ", "admitted"],
    ["passed ", "admitted"],
    ["bypass ", "unknown"],
    ["[WAN_LOCAL-default-D]", "denied"],
    ["[WAN_IN-3001-A]", "admitted"],
    ['[LAN_IN-R-2147483647] DESCR="x" ', "denied"],
    ["blocklist, then ACCEPT: ", "admitted"],
    [`${"x".repeat(300)} DROP `, "unknown"],
  ])("%s: %s", (prefix, expected) => {
    // Twice: the second time from memory.
    for (let i = 0; i < 2; i++) {
      expect(verdictOf(`Nov 22 19:05:16 fw kernel: [ 3288.637332] ${prefix}`)).toBe(expected);
      expect(verdictOf(`Nov 22 19:05:16 fw kernel: ${prefix}`)).toBe(expected);
      expect(verdictOf(`Nov 22 19:05:16 fw ulogd[9]: ${prefix}`)).toBe(expected);
      expect(verdictOf(`<4>1 2026-11-22T19:05:16Z fw kernel - - - [1234567.637332] ${prefix}`)).toBe(expected);
      expect(verdictOf(`[Sun Nov 22 19:05:16 2026] ${prefix}`)).toBe(expected);
    }
  });
});

describe("headers", () => {
  test.each([
    ["a host called drop", "Nov 22 19:05:16 drop kernel: [1.000000] ", "unknown"],
    ["no program", "Nov 22 19:05:16 gw [WAN_LOCAL-D-4000000003] ", "denied"],
    ["a prefix in place of the program", "Nov 22 19:05:16 gw DROP: ", "denied"],
    ["another program with a pid", "Nov 22 19:05:16 gw sshd[812]: DROP ", "otherProgram"],
    ["another program in RFC 5424", "<38>1 2026-11-22T19:05:16Z gw sshd 812 - - DROP ", "otherProgram"],
    [
      "structured data is no prefix",
      '<4>1 2026-11-22T19:05:16Z gw kernel - - [a b="ACCEPT \\" ]"][c d="IN="] DROP ',
      "denied",
    ],
    ["a long time since boot", "Nov 22 19:05:16 fw kernel: [123456789.637332] DROP ", "denied"],
    ["no time since boot but brackets", "Nov 22 19:05:16 fw kernel: [ufw. DROP xx] ", "denied"],
  ])("%s", (_, head, expected) => {
    expect(verdictOf(head)).toBe(expected);
    expect(verdictOf(head, new FirewallVerdicts())).toBe(expected);
  });
});
