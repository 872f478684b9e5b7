import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CheckSession } from "../../../src/knowledge/checks/check-session.ts";
import { compileRules, RuleIndex } from "../../../src/knowledge/checks/rules/rule-index.ts";
import { RuleMatcher } from "../../../src/knowledge/checks/rules/rule-matcher.ts";
import { withRules } from "../../../src/knowledge/checks/rules/with-rules.ts";
import { knowledge } from "../../../src/knowledge/index.ts";
import type { CheckRule, Condition, RequestRule } from "../../../src/knowledge/intel/check-rule.ts";
import { importSet } from "../../../src/knowledge/intel/import-set.ts";
import { Intel } from "../../../src/knowledge/intel/intel.ts";
import { kindOf } from "../../../src/knowledge/intel/kinds.ts";
import { Batch } from "../../../src/observations/batch.ts";
import { addRequest } from "./request-row.ts";

const path = (...parts: string[]): Condition => ({ of: "path", fit: "whole", parts });
const param = (name: string, ...parts: string[]): Condition => ({ of: "queryParam", name, fit: "whole", parts });

function rule(id: string, ...requests: (Omit<RequestRule, "step"> & { readonly step?: number })[]): CheckRule {
  const steps = requests.map((request, step) => ({ step, ...request }));
  return { id, title: id, cves: [id], severity: "high", tags: ["rce"], set: "nuclei", requests: steps };
}

const rules = [
  rule("CVE-2099-0001", {
    methods: ["GET"],
    conditions: [path("/widgets/", "/manifest.php"), param("load", "../", "")],
  }),
  rule("CVE-2099-0002", {
    methods: ["POST"],
    conditions: [path("/api/render"), { of: "bodyParam", name: "templatebody", fit: "whole", parts: ["{{", "}}"] }],
  }),
  rule("CVE-2099-0003", {
    conditions: [path("/"), { of: "header", name: "x-relay-token", fit: "whole", parts: ["debug"] }],
  }),
  rule("CVE-2099-0004", { conditions: [path("/gizmo/login.php")] }, { conditions: [path("/gizmo/export.php")] }),
  rule("CVE-2099-0005", { conditions: [path("/gizmo/login.php")] }, { conditions: [path("/gizmo/upload.php")] }),
  rule("CVE-2099-0006", { conditions: [path("/favicon.ico")] }, { conditions: [path("/login")] }),
  rule("CVE-2099-0007", {
    conditions: [path("/soapgate"), { of: "body", fit: "anywhere", parts: ["<invoke", "Zap>"] }],
  }),
  rule("CVE-2099-0008", {
    conditions: [path("/"), { of: "cookie", name: "gizmo", fit: "whole", parts: ["%3Bcurl", ""] }],
  }),
  rule("CVE-2099-0009", {
    conditions: [path("/"), { of: "cookie", name: "rememberme", fit: "whole", parts: ["", ""] }],
  }),
  rule("CVE-2099-0010", {
    conditions: [
      path("/api/users"),
      { of: "header", name: "x-requested-with", fit: "whole", parts: ["OpenGizmo"] },
      { of: "body", fit: "anywhere", parts: ["<java.GizmoBuilder>"] },
    ],
  }),
  rule("CVE-2099-0015", { isLoose: true, conditions: [{ of: "path", fit: "anywhere", parts: ["/misc/"] }] }),
  rule("CVE-2099-0018", {
    conditions: [
      { of: "path", fit: "anywhere", parts: ["/misc/"] },
      { of: "path", fit: "anywhere", parts: [], oneOf: "`|;$" },
    ],
  }),
  rule("CVE-2099-0016", { isLoose: true, conditions: [{ of: "queryName", fit: "whole", parts: ["visitorId"] }] }),
  rule("CVE-2099-0017", {
    isLoose: true,
    conditions: [path("/gizmo/password-reset"), { of: "bodyName", fit: "whole", parts: ["user[email][]"] }],
  }),
  rule("sid:2099012", { conditions: [{ of: "header", name: "user-agent", fit: "start", parts: ["GizmoScan/"] }] }),
  rule("sid:2099013", {
    conditions: [{ of: "header", name: "user-agent", fit: "anywhere", parts: ["python-requests"] }],
  }),
  rule("CVE-2099-0014", {
    conditions: [path("/"), { of: "header", name: "user-agent", fit: "whole", parts: ["}__gizmo|O:21:", ""] }],
  }),
  rule("CVE-2099-0011", { conditions: [path("/"), { of: "body", fit: "start", parts: ["GIZMO_PREFIX"] }] }),
];
const matcher = new RuleMatcher(new RuleIndex(compileRules(rules)));
const batch = new Batch();

/** Names of `METHOD target | header=names | content=lines`. */
function named(example: string): string[] {
  return matcher.checksOf(batch, addRequest(batch, example)).map(({ check }) => check.id);
}

describe("a compiled rule", () => {
  const cases: [why: string, example: string, expected: string[]][] = [
    ["fits with values of its own", "GET /widgets/7/manifest.php?load=../../x", ["CVE-2099-0001"]],
    ["fits beneath a directory", "GET /old/widgets/7/manifest.php?load=../x", ["CVE-2099-0001"]],
    ["fits with other parameters beside", "GET /widgets/a/manifest.php?a=1&load=..%2fx", ["CVE-2099-0001"]],
    ["fits encoded twice, in any case", "GET /WIDGETS/a/%256danifest.php?load=%252e%252e/x", ["CVE-2099-0001"]],
    [
      "fits behind segments that come to nothing",
      "GET //widgets/./a/;v=1/../a/manifest.php?load=../x",
      ["CVE-2099-0001"],
    ],
    ["does not fit another method", "DELETE /widgets/a/manifest.php?load=../x", []],
    ["does not fit without its parameter", "GET /widgets/a/manifest.php?page=../x", []],
    ["does not fit another value", "GET /widgets/a/manifest.php?load=all", []],
    [
      "is found by a header alone, where the input shows it",
      "GET / | content=X-Relay-Token: debug\n",
      ["CVE-2099-0003"],
    ],
    ["does not fit another value of a header", "GET / | content=X-Relay-Token: none\n", []],
    ["is found by a body alone", "POST /api/render | content=\na=1&templatebody=%7b%7b7*7%7d%7d", ["CVE-2099-0002"]],
    ["does not fit another body", "POST /api/render | content=\na=1&templatebody=hello", []],
    ["fits by its target where the input shows no body", "POST /soapgate", ["CVE-2099-0007"]],
    ["fits by its body in order", "POST /soapgate | content=\n<x><invoke a='Zap>", ["CVE-2099-0007"]],
    ["does not fit a body that is seen not to fit", "POST /soapgate | content=\n<x>Zap><invoke", []],
    ["is found by a cookie's value, as it was sent", "GET / | content=Cookie: a=1; gizmo=%3Bcurl\n", ["CVE-2099-0008"]],
    ["does not name a cookie that is merely there", "GET / | content=Cookie: rememberMe=1a2b\n", []],
    [
      "is not looked for by a header of which only the name is kept",
      "POST /api/users | header=Host,X-Requested-With | content=\n<java.GizmoBuilder>",
      ["CVE-2099-0010"],
    ],
    ["is found by a user agent alone", "GET /any | agent=gizmoscan/2.0", ["sid:2099012"]],
    ["does not fit an agent that begins otherwise", "GET /any | agent=Mozilla/5.0 GizmoScan/2.0", []],
    ["is found by an agent and a path that says nothing", "GET / | agent=}__gizmo|O:21:abc", ["CVE-2099-0014"]],
    ["does not fit the agent on another path", "GET /about | agent=}__gizmo|O:21:abc", []],
    ["does not name what ordinary clients call themselves", "GET /any | agent=python-requests/2.31", []],
    ["does not name by a short word what says more than literals can", "GET /misc/sample.log", []],
    ["is told by a byte of a class", "GET /misc/`id`", ["CVE-2099-0018"]],
    ["does not name by a parameter's name alone what says more", "GET /?visitorId=7", []],
    [
      "names what says more where all is seen",
      "POST /gizmo/password-reset | content=\nuser[email][]=a",
      ["CVE-2099-0017"],
    ],
    ["does not name what says more where the body is not seen", "POST /gizmo/password-reset", []],
    ["is found by how a body begins", "POST / | content=\nGIZMO_PREFIX_2", ["CVE-2099-0011"]],
    ["does not fit a body that begins otherwise", "POST / | content=\nx\nGIZMO_PREFIX", []],
    ["does not name what clients ask for by themselves", "GET /favicon.ico", []],
    ["does not name what every site has", "GET /login", []],
    ["leaves ties as they are", "GET /gizmo/login.php", ["CVE-2099-0004", "CVE-2099-0005"]],
  ];
  test.each(cases)("%s", (_why, example, expected) => {
    expect(named(example).sort()).toEqual(expected);
  });
});

test("a user agent is a shape: it says nothing of what is asked for", () => {
  const shapes = (example: string) =>
    matcher.checksOf(batch, addRequest(batch, example)).map(({ check }) => check.isShape);
  expect(shapes("GET /any | agent=gizmoscan/2.0")).toEqual([true]);
  expect(shapes("GET / | agent=}__gizmo|O:21:abc")).toEqual([undefined]);
});

test("a session narrows what one request leaves open", () => {
  const session = new CheckSession();
  const saw = (example: string) => session.saw(matcher.checksOf(batch, addRequest(batch, example)));
  saw("GET /gizmo/login.php");
  expect(session.checks().map(({ check, share }) => [check.id, share])).toEqual([
    ["CVE-2099-0004", 0.5],
    ["CVE-2099-0005", 0.5],
  ]);
  saw("GET /gizmo/upload.php");
  expect(session.checks().map(({ check, share }) => [check.id, share])).toEqual([["CVE-2099-0005", 1]]);
});

test("what an index does not hold is an index of nothing", () => {
  const bytes = compileRules(rules);
  for (const cut of [0, 3, 12, 40, bytes.length - 1]) expect(new RuleIndex(bytes.slice(0, cut)).requests).toBe(0);
  expect(new RuleIndex(bytes).requests).toBeGreaterThan(5);
});

test("authored and imported names of one check are one; the authored one knows an attempt", () => {
  const imported = rule("CVE-2017-9841", { conditions: [path("/vendor/phpunit/src/Util/PHP/eval-stdin.php")] });
  const checksOf = withRules(knowledge, [new RuleMatcher(new RuleIndex(compileRules([imported])))]);
  const row = addRequest(batch, "POST /vendor/phpunit/src/Util/PHP/eval-stdin.php");
  expect(checksOf(batch, row).map(({ check, share }) => [check.id, check.intent, share])).toEqual([
    ["CVE-2017-9841", "exploit", 1],
  ]);
});

const templates = "../shared/intel/nuclei/templates-half.tar.gz";
const log = "../shared/data/formats/web-logs/elastic+examples/Common Data Formats/apache_logs/apache_logs";

test.skipIf(!existsSync(templates) || !existsSync(log))(
  "with imported templates no more than 10 lines of an ordinary site's 10,000 are named wrongly (needs ../shared)",
  async () => {
    const into = mkdtempSync(join(tmpdir(), "vedette-rules-"));
    try {
      await importSet({ kind: kindOf("nuclei")!, path: templates, into, nowMs: 0 });
      const checksOf = withRules(
        knowledge,
        new Intel(into).ruleIndexes().map((index) => new RuleMatcher(index)),
      );
      let lines = 0;
      for (const line of readFileSync(log, "latin1").split("\n")) {
        const found = /"([A-Z]+ \S+)[^"]*" \d+ \S+ "([^"]*)" "([^"]*)"/.exec(line);
        // The site does not run WordPress: visits to its log-in page are what the checks say they are.
        if (!found || found[1]!.includes("/wp-login.php")) continue;
        const site = new Batch(4);
        if (checksOf(site, addRequest(site, `${found[1]} | referer=${found[2]} | agent=${found[3]}`)).length > 0)
          lines++;
      }
      expect(lines).toBeLessThanOrEqual(10);
    } finally {
      rmSync(into, { recursive: true, force: true });
    }
  },
);
