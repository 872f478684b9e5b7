import type { AgentLabel } from "../types.ts";
import { type AgentToken, agentGroups } from "./agent-tokens.ts";

/**
 * All tokens are looked for in one pass: an Aho-Corasick automaton (Aho and Corasick, 1975) over the lower-cased text, as one
 * flat table of states × byte classes. Bytes that no token has share a class.
 */
class TokenAutomaton {
  readonly #classOf = new Uint8Array(256);
  readonly #classes: number;
  readonly #next: Uint16Array;
  /** Token that ends in a state, plus one; 0 is none. */
  readonly #ends: Uint16Array;
  /** Nearest shorter suffix state in which a token ends. */
  readonly #shorter: Uint16Array;

  constructor(texts: readonly string[]) {
    let classes = 1;
    for (const text of texts) {
      for (let i = 0; i < text.length; i++) {
        const c = text.charCodeAt(i);
        if (this.#classOf[c] === 0) this.#classOf[c] = classes++;
      }
    }
    this.#classes = classes;
    const most = texts.reduce((sum, text) => sum + text.length, 1);
    this.#next = new Uint16Array(most * classes);
    this.#ends = new Uint16Array(most);
    this.#shorter = new Uint16Array(most);
    let states = 1;
    texts.forEach((text, index) => {
      let state = 0;
      for (let i = 0; i < text.length; i++) {
        const cell = state * classes + this.#classOf[text.charCodeAt(i)]!;
        if (this.#next[cell] === 0) this.#next[cell] = states++;
        state = this.#next[cell]!;
      }
      if (this.#ends[state] === 0) this.#ends[state] = index + 1;
    });
    this.#link(states);
  }

  /** Breadth first, so that a state's fallback is complete before the state is. */
  #link(states: number): void {
    const classes = this.#classes;
    const fallback = new Uint16Array(states);
    const queue = [0];
    for (const state of queue) {
      for (let c = 1; c < classes; c++) {
        const child = this.#next[state * classes + c]!;
        const other = state === 0 ? 0 : this.#next[fallback[state]! * classes + c]!;
        if (child === 0) this.#next[state * classes + c] = other;
        else {
          fallback[child] = other;
          this.#shorter[child] = this.#ends[other] !== 0 ? other : this.#shorter[other]!;
          queue.push(child);
        }
      }
    }
  }

  /** Calls `found(token, end)` for every place where a token ends in `text`. */
  find(text: string, found: (token: number, end: number) => void): void {
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      state = c < 256 ? this.#next[state * this.#classes + this.#classOf[c]!]! : 0;
      for (let at = this.#ends[state] !== 0 ? state : this.#shorter[state]!; at !== 0; at = this.#shorter[at]!) {
        found(this.#ends[at]! - 1, i + 1);
      }
    }
  }
}

interface Entry {
  readonly token: AgentToken;
  /** The longest named scanner first, then the order of the groups. */
  readonly rank: number;
  readonly label: AgentLabel;
}

const entries: Entry[] = agentGroups.flatMap(({ kind, weight, tokens }, rank) =>
  tokens.map((token) => ({ token, rank, label: { kind, weight, tool: token.tool ?? toolName(token.token) } })),
);
const automaton = new TokenAutomaton(entries.map(({ token }) => token.token));

/** `curl/` → `curl`, `lwp::` → `lwp`. */
function toolName(token: string): string {
  return token.replace(/[/:( ]+$/, "");
}

/** Longest part of a user agent that is read; a longer one is odd, but not odd enough to say who sent it. */
const LONGEST_AGENT = 1024;

/** Scripts and health checks send none, too. */
const none: AgentLabel = { kind: "none", weight: 0.7 };
const browser: AgentLabel = { kind: "browser", weight: -0.2 };
const crawler: AgentLabel = { kind: "crawler", weight: 0 };
/** Begins like a browser and stops, or names the header twice: libraries and scanners that wanted to look like one. */
const stub: AgentLabel = { kind: "other", weight: 1.5 };
const other: AgentLabel = { kind: "other", weight: 0.2 };

/** What a user agent says of its sender; see `Knowledge.agentOf`. */
export function agentOf(agent: string): AgentLabel {
  const text = withoutProtocol(agent.slice(0, LONGEST_AGENT).trim().toLowerCase());
  if (text === "" || text === "-") return none;
  let best: Entry | undefined;
  automaton.find(text, (index, end) => {
    const entry = entries[index]!;
    if (best && best.rank <= entry.rank) return;
    if (stands(entry.token, text, end)) best = entry;
  });
  return best?.label ?? unnamed(text);
}

/** An SSH ident without `SSH-2.0-`, which the software's name follows (RFC 4253, section 4.2). */
function withoutProtocol(text: string): string {
  return /^ssh-\d\.\d+-(.*)/s.exec(text)?.[1] ?? text;
}

function stands(token: AgentToken, text: string, end: number): boolean {
  const start = end - token.token.length;
  switch (token.as) {
    case "part":
      return true;
    case "whole":
      return start === 0 && end === text.length;
    case "word":
      return isWordStart(text, start) && (!isLetter(text.charCodeAt(end - 1)) || !isLetter(text.charCodeAt(end)));
  }
}

/** A hyphen joins: `python-httpx` is not `httpx`. */
function isWordStart(text: string, start: number): boolean {
  return text[start - 1] !== "-" && !isLetter(text.charCodeAt(start - 1));
}

/** Letters and digits; false past either end, where the code is NaN. */
function isLetter(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c === 95;
}

function unnamed(text: string): AgentLabel {
  if (/bot\b|crawl|spider|fetcher|\breader\b|\+?https?:\/\//.test(text)) return crawler;
  if (isBrowser(text)) return browser;
  return /^(?:user-agent:|mozilla\/[\d.]*;?(?: \(compatible;?\))?$)/.test(text) ? stub : other;
}

/** Engines, browsers, and the networking layers that apps of phones name themselves after. */
function isBrowser(text: string): boolean {
  return /gecko\/|webkit\/|trident\/|msie \d|presto\/|khtml\/|firefox\/|chrome\/|safari\/|^opera|netfront|goanna|cfnetwork|dalvik|midp|lynx|links/.test(
    text,
  );
}
