import { expect, test } from "vitest";
import { techniques, techniqueUrl } from "../../src/knowledge/attack.ts";

test("sub-techniques carry the name of their technique, and link to its page", () => {
  expect(techniques["T1595.002"]).toBe(`${techniques.T1595}: Vulnerability Scanning`);
  expect(techniqueUrl("T1595.002")).toBe("https://attack.mitre.org/techniques/T1595/002/");
  expect(techniqueUrl("T1190")).toBe("https://attack.mitre.org/techniques/T1190/");
});
