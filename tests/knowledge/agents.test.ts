import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agentOf } from "../../src/knowledge/agents/agent-matcher.ts";
import { agentGroups } from "../../src/knowledge/agents/agent-tokens.ts";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

test.each([
  ["Mozilla/5.00 (Nikto/2.1.5) (Evasions:None) (Test:Port Check)", "scanner", "nikto"],
  ["sqlmap/1.7.2#stable (https://sqlmap.org)", "scanner", "sqlmap"],
  ["Mozilla/5.0 zgrab/0.x", "scanner", "zgrab"],
  ["Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)", "scanner", undefined],
  ["Hello, world", "scanner", undefined],
  ["Mozi.m", "scanner", "mozi"],
  ["Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)", "research", undefined],
  ["Mozilla/5.0 (compatible; InternetMeasurement/1.0; +https://internet-measurement.com/)", "research", undefined],
  ["Expanse, a Palo Alto Networks company, searches across the global IPv4 space", "research", "expanse"],
  ["curl/7.88.1", "library", "curl"],
  ["python-httpx/0.27", "library", "python-httpx"],
  ["httpx - Open-source project (github.com/projectdiscovery/httpx)", "scanner", undefined],
  ["Go-http-client/2.0", "library", "go-http-client"],
  ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler", "googlebot"],
  ["SomeNewBot/1.0 (+https://example.org/bot)", "crawler", undefined],
  ["UptimeRobot/2.0", "monitor", "uptimerobot"],
  ["check_http/v2.3.3 (monitoring-plugins 2.3.3)", "monitor", undefined],
  [firefox, "browser", undefined],
  ["Dalvik/2.1.0 (Linux; U; Android 14)", "browser", undefined],
  ["", "none", undefined],
  ["-", "none", undefined],
  ["Mozilla/5.0", "other", undefined],
  ["inventory 3", "other", undefined],
  ["SSH-2.0-OpenSSH-keyscan", "scanner", "openssh-keyscan"],
  ["SSH-2.0-Nmap-SSH2-Hostkey", "scanner", "nmap"],
  ["SSH-2.0-Nmap_SSH2_Enum_Algos", "scanner", "nmap"],
  ["SSH-1.5-NmapNSE_1.0", "scanner", "nmap"],
  ["SSH-2.0-ZGrab ZGrab SSH Survey", "scanner", "zgrab"],
  ["SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10", "other", undefined],
])("%s is a %s", (agent, kind, tool) => {
  const label = agentOf(agent);
  expect(label.kind).toBe(kind);
  if (tool) expect(label.tool).toBe(tool);
});

test.each([
  ["mozi", firefox],
  ["odin", "Mozilla/5.0 (Linux; Android 14; Godin Phone) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"],
  ["dirb", "Mozilla/5.0 (Windows NT 10.0; Dirboard) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"],
  ["nmap", "Mozilla/5.0 (iPhone; OnMapApp 3) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"],
  ["hyper", "Mozilla/5.0 (X11; Hypervisor Linux) Gecko/20100101 Firefox/128.0"],
])("the word %s within another says nothing", (_token, agent) => {
  expect(agentOf(agent).kind).toBe("browser");
});

describe("weights", () => {
  test("no agent speaks strongly for a visitor, because any can be forged", () => {
    for (const group of agentGroups) expect(group.weight).toBeGreaterThanOrEqual(-1);
    expect(agentOf(firefox).weight).toBeGreaterThanOrEqual(-1);
  });

  test("a scanner's name weighs more than a library's, a library's more than a browser's", () => {
    expect(agentOf("nuclei").weight).toBeGreaterThan(agentOf("curl/8").weight);
    expect(agentOf("curl/8").weight).toBeGreaterThan(agentOf(firefox).weight);
  });
});

test("every token is found by itself, in its group or one that stands before it", () => {
  agentGroups.forEach((group, rank) => {
    for (const { token } of group.tokens) {
      const kind = agentOf(token).kind;
      expect(
        agentGroups.slice(0, rank + 1).map((earlier) => earlier.kind),
        token,
      ).toContain(kind);
    }
  });
});

test("any text gets a label, and letter case does not change it", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: "binary-ascii" }), (agent) => {
      expect(agentOf(agent.toUpperCase())).toEqual(agentOf(agent.toLowerCase()));
    }),
  );
});
