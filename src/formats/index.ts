import type { Format } from "./format.ts";

/** Every format that can be read. On a tie of recognition the one listed first is taken. */
export const formats: readonly Format[] = [];
