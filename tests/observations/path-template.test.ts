import { describe, expect, test } from "vitest";
import { emptyTemplate, type PathTemplate, readPathTemplate } from "../../src/observations/path-template.ts";

function templateOf(path: string): PathTemplate {
  const template = emptyTemplate();
  const bytes = new TextEncoder().encode(path);
  readPathTemplate(bytes, 0, bytes.length, template);
  return template;
}

function isSame(a: string, b: string): boolean {
  const one = templateOf(a);
  const other = templateOf(b);
  return one.low === other.low && one.high === other.high;
}

describe("path templates", () => {
  test.each([
    ["numbers", "/items/400", "/items/7"],
    ["numbers inside words", "/pages/moved-12.html", "/pages/moved-6.html"],
    ["UUIDs", "/o/123e4567-e89b-12d3-a456-426614174000", "/o/9f1b2c3d-0000-4aaa-8bbb-0123456789ab"],
    ["content hashes", "/static/app.3f9a1c2b.js", "/static/app.00d1e2f3.js"],
    ["query values", "/search?q=cats&page=2", "/search?q=dogs&page=19"],
    ["doubled slashes", "/a//b///c", "/a/b/c"],
  ])("%s are folded", (_name, a, b) => {
    expect(isSame(a, b)).toBe(true);
  });

  test.each([
    ["words", "/admin", "/backup"],
    ["parameter names", "/item?id=1", "/item?debug=1"],
    ["a query and none", "/item", "/item?id=1"],
    ["directories", "/a/x", "/b/x"],
    ["case", "/Admin", "/admin"],
    ["a path and the same in a query", "/a/b", "/a?b"],
  ])("%s are told apart", (_name, a, b) => {
    expect(isSame(a, b)).toBe(false);
  });

  test("directory, those above it, page and depth", () => {
    const { directory, parent, grandparent, page, depth } = templateOf("/a/b/c.html?x=1");
    expect(directory).toBe(templateOf("/a/b/").directory);
    expect(parent).toBe(templateOf("/a/").directory);
    expect(grandparent).toBe(templateOf("/").directory);
    expect(page).toBe(templateOf("/a/b/c.html").page);
    expect(depth).toBe(3);
  });

  test.each([
    ["/search?q=cats", false],
    ["/search?q=two+words%20here", false],
    ["/search?q=%27%20or%201", true],
    ["/search?q=../../etc/hosts", true],
    ["/search?q=<b>", true],
    ["/it's", false],
  ])("%s has a marked value: %s", (path, marked) => {
    expect(templateOf(path).markedValue).toBe(marked);
  });

  test.each([
    ["/a", 0],
    ["/a?x", 1],
    ["/a?x=1&y=2&z", 3],
  ])("%s has %i parameters", (path, count) => {
    expect(templateOf(path).parameters).toBe(count);
  });
});
