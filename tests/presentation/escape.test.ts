import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeCsv, escapeHtml, escapeText } from "../../src/presentation/escape.ts";

test.each([
  ["plain text stays", "GET /index.html?q=1", "GET /index.html?q=1"],
  ["letters of other scripts stay", "/поиск/検索/é", "/поиск/検索/é"],
  ["a colour code loses its ESC", "\x1b[31mred", "\\x1b[31mred"],
  ["C1 controls, which some terminals obey", "\u009b31m", "\\x9b31m"],
  ["line ends have their names", "a\r\nb\tc", "a\\r\\nb\\tc"],
  ["a bidirectional override", "exe.\u202egnp", "exe.\\u202egnp"],
  ["isolates and zero-width", "\u2066a\u200b\ufeff", "\\u2066a\\u200b\\ufeff"],
  ["a soft hyphen and a no-break space", "a\u00ad\u00a0b", "a\\xad\\xa0b"],
  ["tag characters beyond the first plane", "a\u{e0041}", "a\\u{e0041}"],
  ["fillers that look like nothing", "\u3164\u2800", "\\u3164\\u2800"],
  ["half a surrogate pair", "a\ud800b", "a\\ud800b"],
  ["line and paragraph separators", "\u2028\u2029", "\\u2028\\u2029"],
  ["the third mark on one letter", "e\u0301\u0302\u0303", "e\u0301\u0302\\u0303"],
  ["bytes that were not UTF-8 stay visible", "a\ufffdb", "a\ufffdb"],
])("for a terminal: %s", (_, text, expected) => {
  expect(escapeText(text)).toBe(expected);
});

test.each([
  ["a tag", "<script>", "&lt;script&gt;"],
  ["an attribute's end", `" onload='x'`, "&quot; onload=&#39;x&#39;"],
  ["an entity", "&amp;", "&amp;amp;"],
  ["a control", "\0<", "\\x00&lt;"],
])("for a page: %s", (_, text, expected) => {
  expect(escapeHtml(text)).toBe(expected);
});

test.each([
  ["plain", "nikto", "nikto"],
  ["a comma", "a,b", '"a,b"'],
  ["a quote", 'a"b', '"a""b"'],
  ["a formula", "=cmd|'/c calc'!A1", `"'=cmd|'/c calc'!A1"`],
  ["a formula behind a space", " +1", `"' +1"`],
  ["a formula behind a tab, which is shown", "\t=1", "\\t=1"],
  ["a line end, which is shown", "a\nb", "a\\nb"],
])("for a spreadsheet: %s", (_, text, expected) => {
  expect(escapeCsv(text)).toBe(expected);
});

const anyText = fc.string({ unit: "binary", maxLength: 40 });

test("whatever the text, nothing steers a terminal, and escaping twice changes nothing", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const escaped = escapeText(text);
      expect(escaped).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(escapeText(escaped)).toBe(escaped);
    }),
  );
});

test("whatever the text, nothing ends an element or an attribute", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"']/);
    }),
  );
});
