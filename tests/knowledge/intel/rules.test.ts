import { expect, test } from "vitest";
import type { CheckRule, RequestRule } from "../../../src/knowledge/intel/check-rule.ts";
import { classOf, literalsOf, plainTextsOf } from "../../../src/knowledge/intel/importers/pattern-literals.ts";
import { zipOf } from "./archives.ts";
import { imported, rulesFrom } from "./imported.ts";

/** A request rule in one line: `GET path=/a/*.php queryParam:id=7 ~body=x`. */
function lineOf({ methods, conditions, step, isLoose }: RequestRule): string {
  const signs = { whole: "=", start: "^=", end: "$=", anywhere: "~=" };
  const words = conditions.map(({ of, name, parts, fit, isNot, isExact }) => {
    const place = name === undefined ? of : `${of}:${name}`;
    return `${isNot ? "!" : ""}${place}${isExact ? "=" : ""}${signs[fit]}${parts.join("*")}`;
  });
  return [methods?.join(",") ?? "ANY", ...words, ...(step > 0 ? [`#${step}`] : []), ...(isLoose ? ["loose"] : [])].join(
    " ",
  );
}

const linesOf = (rule: CheckRule | undefined) => rule?.requests.map(lineOf);

const template = (http: string, more = "") => `id: CVE-2021-1234
info:
  name: "Some Product <= 1.2 - Remote\\u001b[31m Code Execution"
  author: somebody
  severity: critical
  classification:
    cve-id: CVE-2021-1234,CVE-2021-1235
    cpe: cpe:2.3:a:some_vendor:some_product:1.2:*:*:*:*:*:*:*
  metadata:
    product: some_product
  tags: cve2021,rce
${more}http:
${http}
# digest: 4a0a0047304502210:922c64590222798bb761d5b6d8e72950
`;

test("a nuclei template keeps what names it", async () => {
  const [rule] = await rulesFrom("nuclei", { "a.yaml": template('  - path: ["{{BaseURL}}/x"]') });
  expect(rule).toEqual({
    id: "CVE-2021-1234",
    title: "Some Product <= 1.2 - Remote [31m Code Execution",
    cves: ["CVE-2021-1234", "CVE-2021-1235"],
    cpe: "some_vendor:some_product",
    product: "some_product",
    severity: "critical",
    tags: ["cve2021", "rce"],
    set: "nuclei",
    requests: [{ methods: ["GET"], step: 0, conditions: [{ of: "path", fit: "whole", parts: ["/x"] }] }],
  });
});

test.each([
  [
    "a path with variables",
    '  - path: ["{{BaseURL}}/a/{{randstr}}.php?id={{rand_int(1,9)}}&cmd=id"]',
    ["GET path=/a/*.php queryName=id queryParam:cmd=id"],
  ],
  ["percent escapes", '  - path: ["{{BaseURL}}/a%2fb/..%252f?q=%27%20or"]', ["GET path=/a/b/..%2f queryParam:q=' or"]],
  [
    "payloads of a short list",
    '  - payloads: {file: [one, two]}\n    path: ["{{BaseURL}}/{{file}}.bak"]',
    ["GET path=/one.bak", "GET path=/two.bak"],
  ],
  ["another port", '  - path: ["{{RootURL}}:8080/status"]', ["GET path=/status"]],
  [
    "a raw request",
    "  - raw:\n      - |\n        @timeout: 20s\n        POST /login?x HTTP/1.1\n        Host: {{Hostname}}\n        X-Token: {{randstr}}abc\n        Cookie: sid=1; lang={{x}}\n\n        user={{user}}&cmd=%3bid",
    ["POST path=/login query=x header:x-token=*abc cookie:sid=1 cookie:lang=* bodyName=user bodyParam:cmd=;id"],
  ],
  [
    "two steps",
    '  - raw: ["GET /one HTTP/1.1\\nHost: {{Hostname}}", "PUT /two HTTP/1.1\\nHost: {{Hostname}}"]',
    ["GET path=/one", "PUT path=/two #1"],
  ],
  [
    "a JSON body over lines",
    '  - method: POST\n    path: ["{{BaseURL}}/api"]\n    headers: {Content-Type: application/json}\n    body: "{\\n  \\"a\\": \\"{{x}}\\",\\n  \\"b\\": 1\\n}"',
    ['POST path=/api body~="a": "*",*"b": 1'],
  ],
])("nuclei: %s", async (_, http, lines) => {
  const [rule] = await rulesFrom("nuclei", { "a.yaml": template(http) });
  expect(linesOf(rule)).toEqual(lines);
});

test("nuclei: variables that are plain are filled in", async () => {
  const http = '  - path: ["{{BaseURL}}/{{dir}}/{{name}}"]';
  const [rule] = await rulesFrom("nuclei", {
    "a.yaml": template(http, 'variables: {dir: cgi-bin, name: "{{rand_base(5)}}"}\n'),
  });
  expect(linesOf(rule)).toEqual(["GET path=/cgi-bin/*"]);
});

test("nuclei: templates that ask hosts of other parties are left out, each with its reason", async () => {
  const good = template('  - path: ["{{BaseURL}}/x"]').replace("id: CVE-2021-1234", "id: good");
  const files = [
    ["osint.yaml", template('  - path: ["https://api.example.com/users/{{user}}"]')],
    ["token.yaml", template('  - raw: ["GET /v1/me HTTP/1.1\\nHost: api.example.com"]')],
    ["dns.yaml", "id: x\ninfo: {name: x}\ndns: []"],
    ["no.yaml", "a: b"],
    ["good.yaml", good],
    ["twice.yaml", good],
  ].map(([name, content]) => ({ name: name!, content: content! }));
  const { set, intel } = await imported("nuclei", { "t.zip": zipOf(files) });
  expect(intel.checkRules()[0]!.rules.map(({ id }) => id)).toEqual(["good"]);
  expect(set.rejects).toEqual([
    { reason: "asks other parties' hosts", count: 2, first: "osint.yaml" },
    { reason: "another template has the same id", count: 1, first: "twice.yaml" },
    { reason: "asks nothing over HTTP", count: 1, first: "dns.yaml" },
    { reason: "not a nuclei template", count: 1, first: "no.yaml" },
  ]);
});

test("CrowdSec: conditions, alternatives, and what literals cannot say", async () => {
  const text = `name: someone/vpatch-CVE-2024-5555
rules:
  - and:
      - zones: [METHOD]
        match: {type: equals, value: post}
      - zones: [URI]
        transform: [lowercase, urldecode]
        match: {type: endsWith, value: /ajax.php}
      - or:
          - zones: [ARGS]
            variables: [a, b]
            transform: [lowercase]
            match: {type: contains, value: "../"}
          - zones: [BODY_ARGS]
            variables: [id]
            match: {type: regex, value: "union.+select"}
          - zones: [HEADERS]
            variables: [X-Evil]
            match: {type: startsWith, value: yes}
labels:
  type: exploit
  label: "Thing - RCE"
  classification: [cve.CVE-2024-5555, attack.T1190]
`;
  const [rule] = await rulesFrom("crowdsec", { "v.yaml": text });
  expect(rule).toMatchObject({ id: "vpatch-CVE-2024-5555", title: "Thing - RCE", cves: ["CVE-2024-5555"] });
  expect(linesOf(rule)).toEqual([
    "POST path$=/ajax.php queryParam:a~=../",
    "POST path$=/ajax.php queryParam:b~=../",
    "POST path$=/ajax.php bodyParam:id~=union*select loose",
    "POST path$=/ajax.php header:x-evil=^=yes",
  ]);
});

const et = (sid: number, options: string, head = "alert http $EXTERNAL_NET any -> $HOME_NET any") =>
  `${head} (msg:"ET WEB Thing \\"x\\" CVE-2022-1"; ${options} reference:cve,2022-12345; classtype:web-application-attack; sid:${sid}; rev:2; metadata:signature_severity Major;)`;

test("Suricata: sticky buffers, older modifiers, bytes, negation", async () => {
  const lines = [
    et(
      2030001,
      'http.method; content:"POST"; http.uri; content:"/a|2f 2E|b\\;c"; startswith; nocase; http.header; content:!"Referer|3a|"; pcre:"/^x(abc|def)ghij/i";',
    ),
    et(2030002, 'content:"/old.php"; http_uri; content:"sqlmap"; http_user_agent; nocase;'),
  ];
  const rules = await rulesFrom("suricata", { "et.rules": lines.join("\n") });
  expect(rules.map(linesOf)).toEqual([
    ["POST target^=/a/.b;c !headers=~=Referer: headers~=ghij loose"],
    ["ANY target=~=/old.php header:user-agent~=sqlmap"],
  ]);
  expect(rules[0]).toMatchObject({
    id: "sid:2030001",
    title: 'ET WEB Thing "x" CVE-2022-1',
    cves: ["CVE-2022-12345"],
    severity: "high",
    tags: ["web-application-attack"],
  });
});

test("Suricata: rules that are not free need the user's word", async () => {
  const files = {
    "et.rules": [
      et(2030001, 'http.uri; content:"/one";'),
      et(2800001, 'http.uri; content:"/two";'),
      et(1234, 'http.uri; content:"/three";'),
      et(2101201, 'http.uri; content:"/four";'),
      et(2221000, 'http.uri; content:"/five";'),
      et(2030002, 'http.uri; content:"/six";').replace("alert", "pass"),
    ].join("\n"),
  };
  const { set } = await imported("suricata", files);
  expect(set.counts).toEqual({ rules: 1 });
  expect(set.rejects).toEqual([
    { reason: "its licence is not free; say --licensed if you have one", count: 4, first: "et.rules:2" },
  ]);
  expect(await rulesFrom("suricata", files, { isLicensed: true })).toHaveLength(5);
});

test.each([
  ["an answer", 'flow:established,to_client; http.stat_code; content:"200";', "about what a server answers"],
  ["no words", 'http.method; content:"GET";', "cannot be told by what stands in a request"],
])("Suricata: a rule about %s is left out", async (_, options, reason) => {
  const { set } = await imported("suricata", {
    "et.rules": `${et(2030001, options)}\n${et(2030002, 'http.uri; content:"/one";')}`,
  });
  expect(set.rejects).toMatchObject([{ reason, count: 1 }]);
});

const sigma = (detection: string, more = "logsource: {category: webserver}") => `title: Some exploitation
id: 11111111-2222-3333-4444-555555555555
author: Jane Doe, John Roe
tags: [attack.t1190, cve.2021-26855]
level: high
${more}
detection:
${detection}`;

test.each([
  [
    "lists are alternatives, maps are not",
    "  s: {cs-uri-query|contains: [/a.php, /b.php], cs-method: POST}\n  condition: s",
    ["POST target~=/a.php", "POST target~=/b.php"],
  ],
  [
    "all, filters and wildcards",
    "  s: {cs-uri-query|contains|all: [/x/, 'cmd=*id']}\n  f: {cs-user-agent|startswith: Mon}\n  condition: s and not f",
    ["ANY target~=/x/ target~=cmd=*id !header:user-agent^=Mon"],
  ],
  [
    "one of many",
    "  s_a: {c-uri-stem|endswith: .jsp}\n  s_b: {cs-referer: 'a\\*b'}\n  condition: 1 of s_*",
    ["ANY path$=.jsp", "ANY header:referer=a*b"],
  ],
  [
    "keywords and expressions",
    "  k: ['jndi:ldap']\n  s: {cs-uri-query|re: 'x=.+passwd'}\n  condition: k or (s)",
    ["ANY target~=jndi:ldap", "ANY target~=passwd loose"],
  ],
  [
    "what a server answered cannot be said",
    "  s: {cs-uri-query|contains: /y, sc-status: 200}\n  condition: s",
    ["ANY target~=/y loose"],
  ],
])("Sigma: %s", async (_, detection, lines) => {
  const [rule] = await rulesFrom("sigma", { "s.yml": sigma(detection) });
  expect(linesOf(rule)).toEqual(lines);
  expect(rule).toMatchObject({ author: "Jane Doe, John Roe", cves: ["CVE-2021-26855"], severity: "high" });
});

test("Sigma: rules about other logs are left out", async () => {
  const other = sigma("  s: {x: y}\n  condition: s", "logsource: {product: windows}");
  const { set } = await imported("sigma", {
    "s.yml": `${sigma("  s: {cs-uri-query: /a*}\n  condition: s")}\n---\n${other}`,
  });
  expect(set.counts).toEqual({ rules: 1, requests: 1 });
  expect(set.rejects).toMatchObject([{ reason: "not about the log of a web server" }]);
});

test("own checks, as a table and as YAML", async () => {
  const tsv =
    "id\tproduct\trequest\nour-app\tOur App\tGET /our/*/admin?x=1\nour-app\tOur App\tPOST /our/login\nbroken\t\t\n";
  const yaml = "checks:\n  - {id: CVE-2026-1, cpe: us:app, severity: high, requests: [/v1/status]}\n";
  const { set, intel } = await imported("own", { "a.tsv": tsv, "b.yaml": yaml });
  expect(intel.checkRules()[0]!.rules.map((rule) => [rule.id, ...linesOf(rule)!])).toEqual([
    ["our-app", "GET path=/our/*/admin queryParam:x=1", "POST path=/our/login"],
    ["CVE-2026-1", "ANY path=/v1/status"],
  ]);
  expect(set.rejects).toEqual([{ reason: "not a check: it needs an id and a request", count: 1, first: "a.tsv:3" }]);
});

test.each([
  ["union.+select", ["union", "select"]],
  ["(?i)/abc\\.php$", ["/abc.php"]],
  ["abcd|efgh", []],
  ["ab(cd|ef)?ghi+j[xy]klm", ["ghi", "klm"]],
  ["colou?r-of", ["colo", "r-of"]],
  ["\\x2fetc\\x2fpasswd", ["/etc/passwd"]],
  ["a{3}bcd", ["bcd"]],
])("the literals of %s", (pattern, literals) => {
  expect(literalsOf(pattern)).toEqual(literals);
});

test("an archive in a folder is opened where it lies", async () => {
  const zip = zipOf([
    { name: "b.yaml", content: template('  - path: ["{{BaseURL}}/b"]').replace("CVE-2021-1234", "b") },
  ]);
  const rules = await rulesFrom("nuclei", {
    "templates.zip": zip,
    "a.yaml": template('  - path: ["{{BaseURL}}/a"]'),
    "no-archive.zip": "not one",
  });
  expect(rules.map(({ id }) => id).sort()).toEqual(["CVE-2021-1234", "b"]);
});

test.each([
  ["/(dns|ftp)/status", ["~/dns/status", "~/ftp/status"]],
  ["^(http|https)://", ["^http://", "^https://"]],
  ["php://filter|phar://", ["~php://filter", "~phar://"]],
  ["\\.jsp$", ["$.jsp"]],
  ["^exact$", ["=exact"]],
  ["a.*b", undefined],
  ["(a|b)+", undefined],
  ["[ab]c", undefined],
  ["^a|b", undefined],
  ["(a|b)(a|b)(a|b)(a|b)(a|b)", undefined],
])("the texts of the pattern %s are %s", (pattern, texts) => {
  const signs = { whole: "=", start: "^", end: "$", anywhere: "~" };
  expect(plainTextsOf(pattern)?.map(({ text, fit }) => signs[fit] + text)).toEqual(texts);
});

test.each([
  ["[`|;$]", "`", "a"],
  ["[^0-9]", "'", "7"],
  ["[^a-zA-Z0-9_.-]+", "/", "q"],
  ["[A-F]", "c", "g"],
  ["[\\]x]", "]", "\\"],
])("of the class %s %s is one, %s is not", (pattern, one, other) => {
  expect(classOf(pattern)).toContain(one);
  expect(classOf(pattern)).not.toContain(other);
});

test.each(["[ab]*", "[ab]c", "\\d", "[[:alpha:]]x", "[\\w]"])(
  "%s is no class of characters that is read",
  (pattern) => {
    expect(classOf(pattern)).toBeUndefined();
  },
);
