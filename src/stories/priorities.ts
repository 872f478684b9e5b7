/** Words of the report's contract, apart from its schemas, so that a browser needs no validator to show a report. */

export const verdicts = ["scanner", "research-scanner", "authorised", "suspect", "visitor"] as const;
export const priorities = ["act", "notable", "noise"] as const;

export type Verdict = (typeof verdicts)[number];

/** How much an exposure matters, the most first. */
export const severities = ["high", "medium", "low", "info"] as const;
