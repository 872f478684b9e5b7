/** What a tool, or the library that it is built on, gives away beside the name it says. */
export interface ToolMark {
  readonly tool: string;
  /** For people: what was recognised. */
  readonly because: string;
  /**
   * ln P(mark | scanner) - ln P(mark | visitor), from counted sources: (k + ½) / (n + 1) of each side, k of n bearing the mark. A library, which
   * ordinary clients use as well, weighs less than 1 and is told of an actor only beside other evidence.
   */
  readonly weight: number;
  /** What the clients of a library that walk a list of names mostly are. */
  readonly whenGuessing?: ToolMark;
}

/**
 * Names of request headers. `order`: these, in this order; `set`: in any; `start` and `end`: so the list begins or ends, with what the user adds behind or
 * before it. Default: `order`.
 */
export interface HeaderMark extends ToolMark {
  readonly names: string;
  readonly as?: "order" | "set" | "start" | "end";
}

/** Fingerprint of a hello: JA4 of `tls`, with or without a server's name, HASSH of `hassh`. */
export interface HelloMark extends ToolMark {
  readonly service: "tls" | "hassh";
  readonly fingerprints: readonly string[];
}

/**
 * A path, without query, that only this tool asks for; `tail` when the rest is the tool's own random text. `name`: in any directory, and with the ending that
 * the user has the tool append (`.php`, `/`).
 */
export interface PathMark extends ToolMark {
  readonly start: string;
  readonly tail?: "digits" | "uuid" | "name";
}
