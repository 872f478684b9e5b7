/** Members of a YAML mapping; none for anything else. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Elements of a YAML list; a single value counts as a list of one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

/** The texts and numbers of a YAML list. */
export function stringsOf(value: unknown): string[] {
  return listOf(value)
    .filter((each) => typeof each === "string" || typeof each === "number")
    .map(String);
}
