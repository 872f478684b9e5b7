import type { Handover, LinkReason } from "../judgement/handovers.ts";
import { timeSpan } from "./story-words.ts";

/** What the follower did, after its name. */
export function followWords({ delayMs, isLogin, isLetIn, port, reasons }: Handover): string {
  if (goesOn(reasons)) return `went on in the same word list where the scan had stopped, ${timeSpan(delayMs)} after it`;
  const login = isLetIn ? "logged in" : "tried to log in";
  const what = isLogin ? `${login} to port ${port}, which the scan had found,` : "turned to the same service";
  return `${what} ${timeSpan(delayMs)} after the scan`;
}

/** Whether the follower did not use the scan but went on with it. */
export function goesOn(reasons: Handover["reasons"]): boolean {
  return reasons.some(({ kind }) => kind === "position");
}

/** Why the link is believed, in words. */
export function linkWords({ reasons, delayMs }: Handover): string {
  return reasons.map(({ kind, ratio }) => `${reasonWords[kind](delayMs)} (${oddsWords(ratio)})`).join("; ");
}

const reasonWords: Readonly<Record<LinkReason["kind"], (delayMs: number) => string>> = {
  time: (delayMs) => `a newcomer asked the same service, ${timeSpan(delayMs)} after the scan`,
  fingerprint: () => "its client is the same",
  prefix: () => "it comes from the same network",
  path: () => "it asks for a path that the scan had asked for",
  product: () => "it tries a weakness of what the scan was told is run here",
  port: () => "the scan had found little else",
  position: () => "it begins in a word list where the scan had stopped",
  "other-aim": () => "it asks for nothing that the scan had looked for",
  check: () => "it asks for a weakness that the scan had looked for",
};

function oddsWords(ratio: number): string {
  return ratio >= 1 ? `odds times ${format(ratio)}` : `odds divided by ${format(1 / ratio)}`;
}

function format(ratio: number): string {
  return ratio >= 10 ? String(Math.round(ratio)) : ratio.toFixed(1);
}
