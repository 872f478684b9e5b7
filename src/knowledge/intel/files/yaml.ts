import { CORE_SCHEMA, load, loadAll, YAMLException } from "js-yaml";

/** Larger texts are refused before they are parsed. */
const LONGEST_TEXT = 8 * 1024 * 1024;
const DEEPEST = 64;
const MOST_ALIASES = 200;
/** Values that a document may hold once its aliases are followed: each of nine aliases ten times is 10⁹ of them. */
const MOST_VALUES = 500_000;

/**
 * Parses one YAML document of plain values: no merge keys, no types beyond YAML's core. Documents that are deep, cyclic, or that
 * grow when their aliases are followed ("a billion laughs") give a sentence that says so.
 */
export function parseYaml(text: string): { readonly value: unknown } | { readonly why: string } {
  return guarded(text, () =>
    load(text, { schema: CORE_SCHEMA, maxDepth: DEEPEST, maxAliases: MOST_ALIASES, json: true }),
  );
}

/** As `parseYaml`, for a stream of documents divided by `---`. */
export function parseYamlStream(text: string): { readonly value: readonly unknown[] } | { readonly why: string } {
  return guarded(text, () =>
    loadAll(text, { schema: CORE_SCHEMA, maxDepth: DEEPEST, maxAliases: MOST_ALIASES, json: true }),
  );
}

function guarded<T>(text: string, parse: () => T): { readonly value: T } | { readonly why: string } {
  if (text.length > LONGEST_TEXT) return { why: "the YAML text is too long" };
  try {
    const value = parse();
    const why = text.includes("*") ? refusalOf(value) : undefined;
    return why === undefined ? { value } : { why };
  } catch (error) {
    if (error instanceof YAMLException) return { why: sentenceOf(error) };
    throw error;
  }
}

function sentenceOf({ reason }: YAMLException): string {
  if (/alias/i.test(reason)) return "the YAML has too many aliases";
  if (/depth|nest/i.test(reason)) return "the YAML is nested too deeply";
  return "not YAML";
}

/** Walks every value as a reader would, aliases followed. */
function refusalOf(root: unknown): string | undefined {
  let left = MOST_VALUES;
  const open = new Set<object>();
  const walk = (value: unknown): string | undefined => {
    if (--left < 0) return "the YAML grows too large when its aliases are followed";
    if (typeof value !== "object" || value === null) return undefined;
    if (open.has(value)) return "the YAML contains itself";
    open.add(value);
    for (const each of Object.values(value)) {
      const why = walk(each);
      if (why !== undefined) return why;
    }
    open.delete(value);
    return undefined;
  };
  return walk(root);
}
