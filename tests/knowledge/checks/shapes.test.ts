import { expect, test } from "vitest";
import { catalogue } from "../../../src/knowledge/checks/catalogue/index.ts";
import { CheckMatcher } from "../../../src/knowledge/checks/check-matcher.ts";
import { Batch } from "../../../src/observations/batch.ts";
import { addRequest } from "./request-row.ts";

const matcher = new CheckMatcher(catalogue);

function named(example: string): string[] {
  const batch = new Batch(4);
  return matcher
    .checksOf(batch, addRequest(batch, example))
    .map(({ check }) => (check.intent === "exploit" ? `${check.id} attempted` : check.id));
}

test.each([
  ["GET /item?id=1%20union%20select%201,2,3", "generic-sql-injection attempted"],
  ["GET /item?id=-1+UNION+ALL+SELECT+null,null--", "generic-sql-injection attempted"],
  ["GET /item?id=1/**/union/**/select/**/user(),2", "generic-sql-injection attempted"],
  ["GET /item?id=1;select%20pg_sleep(5)--", "generic-sql-injection attempted"],
  ["GET /item?id=1;WAITFOR+DELAY+'0:0:5'--", "generic-sql-injection attempted"],
  ["GET /item?id=1+and+sleep(5)", "generic-sql-injection attempted"],
  ["GET /item?id=1+AND+(SELECT+1+FROM+x)", "generic-sql-injection attempted"],
  ["GET /item?id=1;drop+table+users", "generic-sql-injection attempted"],
  ["GET /item?id=1+AND+5432=5432", "generic-sql-injection"],
  ["GET /search?q=or%201=1%20--", "generic-sql-injection"],
  ["GET /login?user=admin'--+-", "generic-sql-injection"],
  ["GET /login?user=x'+or+'a'='a", "generic-sql-injection"],
  ["GET /item?id=1+ORDER+BY+10", "generic-sql-injection"],
  ["GET /item?id=1'", "generic-sql-injection"],
  ["GET /?file=../../../../etc/passwd", "generic-path-traversal attempted"],
  ["GET /?file=..%5c..%5cwindows%5cwin.ini", "generic-path-traversal attempted"],
  ["GET /?page=php://filter/convert.base64-encode/resource=index", "generic-path-traversal attempted"],
  ["GET /?x=/etc/passwd", "generic-path-traversal attempted"],
  ["GET /a/..;/..;/b", "generic-path-traversal"],
  ["GET /static/%2e%2e/%2e%2e/x", "generic-path-traversal"],
  ["GET /?host=127.0.0.1;cat+/etc/group", "generic-command-injection attempted"],
  ["GET /?host=x%26ping+-c+3+198.51.100.9", "generic-command-injection attempted"],
  ["GET /?host=$(id)", "generic-command-injection attempted"],
  ["GET /?host=%60whoami%60", "generic-command-injection attempted"],
  ["GET /?cmd=whoami", "generic-command-injection attempted"],
  ["GET / | agent=() { :; }; /bin/bash -c id", "CVE-2014-6271 attempted"],
  ["GET /?q=%3Cscript%3Ealert(1)%3C/script%3E", "generic-script-injection"],
  ["GET /?q=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E", "generic-script-injection"],
  ["GET /?q={{7*7}}", "generic-template-injection"],
  ["GET /?q=$%7B@java.lang.Runtime@getRuntime()%7D", "generic-template-injection attempted"],
  ["GET /?url=http://169.254.169.254/latest/meta-data/", "generic-server-side-request attempted"],
  ["GET /?x=a%0d%0aSet-Cookie:a=b", "generic-header-injection"],
  ["GET /x%c0%aey", "generic-encoding-evasion"],
])("%s is %s", (example, id) => {
  expect(named(example)).toContain(id);
});

test.each([
  ["words of SQL in a search", "GET /search?q=select+union+bus+route"],
  ["a union that selects its committee", "GET /search?q=union+select+committee"],
  ["and, or, in prose", "GET /search?q=salt+and+pepper+or+2+spoons"],
  ["a comparison in prose", "GET /search?q=order+by+phone+in+10+minutes"],
  ["an apostrophe", "GET /search?q=rock+'n'+roll"],
  ["an Irish name", "GET /search?q=O'Brien"],
  ["two feet and some inches", "GET /search?q=6'2%22+tall"],
  ["a relative path in a search", "GET /search?q=../../maps"],
  ["a tag in a tutorial", "GET /search.php?q=%3Cscript%3E+tag+tutorial"],
  ["a function and its definition", "GET /search?q=benchmark+(computing)"],
  ["a semicolon and a verb", "GET /search?q=tea;+update+on+order"],
  ["a semicolon and a cat", "GET /search?q=salt;+cat+food"],
  ["a return address", "GET /login?from=https://example.org/a/b?c=d"],
  ["a local redirect of OAuth", "GET /authorize?redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fcallback"],
  ["brackets of an encyclopaedia", "GET /wiki/Mercury_(planet)"],
  ["brackets of a form", "GET /list?filter[price][gte]=10&sort=-date"],
  ["an old crawler's single climb", "GET /../images/logo.png"],
  ["an ellipsis in a path", "GET /docs/.../page"],
  ["JSON in a query", 'GET /api?filter={"name":"x","tags":["a","b"]}'],
  ["a well-known file", "GET /.well-known/security.txt"],
  ["a template placeholder that nobody filled in", "GET /users/{id}/photo"],
  ["a session id in the path", "GET /shop/cart;jsessionid=0123456789ABCDEF"],
  ["Chinese, percent-encoded", "GET /search?q=%E4%B8%AD%E6%96%87"],
  ["a price in dollars", "GET /search?q=$100+or+less"],
  ["a pipe between titles", "GET /search?q=cats+|+dogs"],
])("%s is ordinary: %s", (_name, example) => {
  expect(named(example)).toEqual([]);
});
