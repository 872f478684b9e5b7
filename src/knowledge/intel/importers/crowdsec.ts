import type { CheckRule, Condition, RequestPart } from "../check-rule.ts";
import { type Alternative, allOf, anyOf, requestsFrom, unsaid } from "./alternatives.ts";
import { bytesOf, cvesIn, listOf, membersOf, stringsOf, titleOf } from "./byte-text.ts";
import { classOf, literalsOf, plainTextsOf } from "./pattern-literals.ts";
import { yamlRuleImporter } from "./yaml-rules.ts";

/** CrowdSec's rules for its web application firewall (docs.crowdsec.net, "AppSec rules syntax"): `appsec-rules/` of its hub. */
export const importCrowdsec = yamlRuleImporter({
  what: "CrowdSec virtual patch",
  other: /(^|\/)(\.|scenarios|parsers)/,
  ruleOf,
});

function ruleOf(document: Readonly<Record<string, unknown>>, set: string): CheckRule | string {
  if (typeof document.name !== "string" || !Array.isArray(document.rules)) return "not a virtual patch";
  const requests = requestsFrom(anyOf(document.rules.map((rule) => alternativesOf(membersOf(rule)))));
  if (requests.length === 0) return "cannot be told by what stands in a request";
  const labels = membersOf(document.labels);
  const classes = stringsOf(labels.classification);
  return {
    id: titleOf(document.name.replace(/^.*\//, "")).slice(0, 120),
    title: titleOf(labels.label ?? document.description),
    cves: cvesIn(`${document.name} ${classes.join(" ")}`),
    severity: "unknown",
    tags: [labels.type, labels.behavior, ...classes]
      .filter((tag) => typeof tag === "string")
      .map((tag) => tag.toLowerCase()),
    set,
    requests,
  };
}

function alternativesOf(rule: Readonly<Record<string, unknown>>): readonly Alternative[] {
  if (rule.and !== undefined) return allOf(listOf(rule.and).map((each) => alternativesOf(membersOf(each))));
  if (rule.or !== undefined) return anyOf(listOf(rule.or).map((each) => alternativesOf(membersOf(each))));
  const match = membersOf(rule.match);
  const names = stringsOf(rule.variables);
  const transforms = stringsOf(rule.transform).map((each) => each.toLowerCase());
  const isChanged = transforms.some((each) => each === "count" || each === "length" || each.startsWith("b64"));
  return anyOf(
    stringsOf(rule.zones).map((zone) => {
      if (zone === "METHOD") return methodsOf(match);
      const part = partByZone[zone];
      if (part === undefined) return unsaid;
      const places = names.length === 0 ? [undefined] : names;
      return anyOf(places.map((name) => waysToFit(part, name, isChanged ? {} : match, transforms)));
    }),
  );
}

function methodsOf({ type, value }: Readonly<Record<string, unknown>>): readonly Alternative[] {
  const isPlain = type === "equals" && /^[A-Za-z]{3,20}$/.test(String(value));
  return isPlain ? [{ methods: [String(value).toUpperCase()], conditions: [] }] : unsaid;
}

const partByZone: Readonly<Record<string, RequestPart>> = {
  URI: "path",
  URI_FULL: "target",
  ARGS: "queryParam",
  ARGS_NAMES: "queryName",
  BODY_ARGS: "bodyParam",
  BODY_ARGS_NAMES: "bodyName",
  HEADERS: "header",
  HEADERS_NAMES: "headers",
  RAW_BODY: "body",
  FILENAMES: "fileName",
  COOKIES: "cookie",
};

const namePart: Partial<Record<RequestPart, RequestPart>> = { queryParam: "queryName", bodyParam: "bodyName" };

function waysToFit(
  of: RequestPart,
  name: string | undefined,
  { type, value }: Readonly<Record<string, unknown>>,
  transforms: readonly string[],
): Alternative[] {
  const named = name === undefined ? {} : { name: bytesOf(of === "header" ? name.toLowerCase() : name) };
  const text = bytesOf(String(value ?? ""));
  const exact = transforms.includes("lowercase") || transforms.includes("uppercase") ? {} : { isExact: true };
  switch (type) {
    case "equals":
      return [{ conditions: [{ of, ...named, fit: "whole", parts: [text], ...exact }] }];
    case "contains":
      return [{ conditions: [{ of, ...named, fit: "anywhere", parts: [text], ...exact }] }];
    case "startsWith":
      return [{ conditions: [{ of, ...named, fit: "start", parts: [text], ...exact }] }];
    case "endsWith":
      return [{ conditions: [{ of, ...named, fit: "end", parts: [text], ...exact }] }];
    default: {
      const texts = type === "regex" ? plainTextsOf(text) : undefined;
      if (texts)
        return texts.map((each) => ({ conditions: [{ of, ...named, fit: each.fit, parts: [each.text], ...exact }] }));
      const oneOf = type === "regex" ? classOf(text) : undefined;
      if (oneOf) return [{ conditions: [{ of, ...named, fit: "anywhere", parts: [], oneOf }] }];
      const parts = type === "regex" ? literalsOf(text) : [];
      const said: Condition[] = parts.length > 0 ? [{ of, ...named, fit: "anywhere", parts }] : [];
      const isThere = namePart[of];
      if (said.length === 0 && isThere && named.name) said.push({ of: isThere, fit: "whole", parts: [named.name] });
      return [{ conditions: said, isLoose: true }];
    }
  }
}
