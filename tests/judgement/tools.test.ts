import { expect, test } from "vitest";
import { Scenario, SECOND } from "./scenario.ts";

const SOURCE = "198.51.100.77";
const GO = "Host,User-Agent,Accept-Encoding";
const NMAP_AGENT = "Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)";

function toolsOf(write: (scenario: Scenario) => void): string[] {
  const scenario = new Scenario();
  write(scenario);
  const { actors, dossiers } = scenario.judge;
  const names: string[] = [];
  for (let row = 1; row < actors.end; row++) {
    const tools = [...(dossiers.get(row)?.tools.values() ?? [])];
    names.push(...tools.sort((a, b) => b.weight - a.weight).map(({ name }) => name));
  }
  return names;
}

function guess(scenario: Scenario, count: number, headers: string, first?: string): void {
  if (first !== undefined) scenario.request(SOURCE, first, 0, { status: 404, headers });
  for (let i = 0; i < count; i++)
    scenario.request(SOURCE, `/name${String.fromCharCode(97 + i)}x`, (i + 1) * SECOND, { status: 404, headers });
}

test("a forged browser does not hide header order", () => {
  expect(toolsOf((s) => guess(s, 1, "Host,Accept,Content-Type,User-Agent"))).toEqual(["wfuzz"]);
});

test("a library is named for who guesses, and for nobody else", () => {
  expect(toolsOf((s) => guess(s, 2, "Host,User-Agent,Accept"))).toEqual(["curl"]);
  const fetches = (s: Scenario) => s.request(SOURCE, "/", 0, { headers: "Host,User-Agent,Accept" });
  expect(toolsOf(fetches)).toEqual([]);
});

test("a Go client that walks a list is ffuf, unless it calibrated as gobuster does", () => {
  expect(toolsOf((s) => guess(s, 15, GO))[0]).toBe("ffuf");
  expect(toolsOf((s) => guess(s, 15, GO, "/95a89139-b1d8-4a94-9639-c07650f5480f"))[0]).toBe("gobuster");
});

test("a Go client that works through known checks is no walker of lists", () => {
  const checks =
    ".env .git/config wp-login.php phpinfo.php actuator/health server-status solr/ xmlrpc.php .aws/credentials console/login/LoginForm.jsp";
  const asks = (s: Scenario) =>
    checks.split(" ").forEach((path, i) => {
      s.request(SOURCE, `/${path}`, i * SECOND, { status: 404, headers: GO });
      s.request(SOURCE, `/${path}.bak`, i * SECOND, { status: 200, headers: GO });
    });
  expect(toolsOf(asks)[0]).toBe("go-http-client");
});

test("below a directory a random name tells gobuster from ffuf, and names nobody else", () => {
  const uuid = "/images/95a89139-b1d8-4a94-9639-c07650f5480f";
  expect(toolsOf((s) => guess(s, 15, GO, uuid))[0]).toBe("gobuster");
  expect(toolsOf((s) => guess(s, 15, "Host,User-Agent,Accept", uuid))).toEqual(["curl"]);
});

test("gobuster is known by the host name that cannot be", () => {
  const host = "af770830-2b5b-420c-b165-efc690e293cf.example.org";
  expect(toolsOf((s) => s.request(SOURCE, "/", 0, { headers: GO, host }))).toEqual(["gobuster"]);
});

test("marks of one tool weigh what the best of them does, however many there are", () => {
  const scoreOf = (headers: string, path: string) => {
    const scenario = new Scenario();
    scenario.request(SOURCE, path, 0, { status: 404, agent: NMAP_AGENT, headers });
    return [...scenario.judge.dossiers.get(1)!.ledger.rows()].reduce((sum, { weight }) => sum + weight, 0);
  };
  expect(scoreOf("User-Agent,Host,Connection", "/absent")).toBeCloseTo(scoreOf("", "/absent"), 5);
});
