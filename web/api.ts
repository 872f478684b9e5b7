import type { Answer, Asked, Problem, RouteName, Routes, Sent, Session } from "../src/server/api.ts";

/** `get /api/incidents/:id`: a route as the server's own list writes it. Types alone are taken from there, so that no schema is shipped. */
type Names = { [Name in RouteName as `${Routes[Name]["method"]} ${Routes[Name]["path"]}`]: Name };
export type Call = keyof Names;
export type AnswerTo<C extends Call> = Answer<Names[C]>;

export interface Asking<C extends Call> {
  /** What stands for the part of the path after the colon. */
  readonly key?: string;
  readonly query?: Asked<Names[C]>;
  readonly body?: Sent<Names[C]>;
}

/** An answer that is none. */
export class Failure extends Error {
  readonly code: string;

  constructor({ error, message }: Problem) {
    super(message);
    this.code = error;
  }
}

/** Answers of a page that has its report in it, instead of a server's. */
export type Answers = { readonly [C in Call]?: (asking: Asking<C>) => AnswerTo<C> | undefined };

let embedded: Answers | undefined;
let csrf: string | null = null;
let onSignedOut = () => {};

/** Calls back when the server no longer knows who asks. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

/** From now on nothing is asked of a server. */
export function answerFrom(answers: Answers): void {
  embedded = answers;
}

/** Whether the page has its report in it: then nothing can be changed, and nothing changes. */
export function isEmbedded(): boolean {
  return embedded !== undefined;
}

export function adoptSession(session: Session): void {
  csrf = session.csrf;
}

/** Asks the server. @throws Failure */
export async function ask<C extends Call>(call: C, asking: Asking<C> = {}, signal?: AbortSignal): Promise<AnswerTo<C>> {
  if (embedded !== undefined) return answerHere(embedded, call, asking);
  const [method] = call.split(" ", 1);
  const sent = asking.body === undefined ? {} : { body: JSON.stringify(asking.body) };
  const headers = {
    ...(asking.body !== undefined && { "content-type": "application/json" }),
    ...(method !== "get" && csrf !== null && { "x-vedette-csrf": csrf }),
  };
  const response = await fetch(pathOf(call, asking), {
    method: method!.toUpperCase(),
    headers,
    ...sent,
    ...(signal && { signal }),
  }).catch((cause) => {
    if (cause instanceof DOMException) throw cause;
    throw new Failure({ error: "unreachable", message: "the server does not answer" });
  });
  const answer: unknown = await response.json();
  if (response.ok) return answer as AnswerTo<C>;
  const problem = answer as Problem;
  if (problem.error === "sign-in-required") onSignedOut();
  throw new Failure(problem);
}

function answerHere<C extends Call>(answers: Answers, call: C, asking: Asking<C>): AnswerTo<C> {
  const answer = answers[call]?.(asking);
  if (answer !== undefined) return answer;
  throw new Failure({ error: "not-found", message: "this report does not hold it" });
}

/** Where a route is found, for a link or for `ask`. */
export function pathOf<C extends Call>(call: C, { key, query }: Asking<C>): string {
  const path = call.slice(call.indexOf(" ") + 1).replace(/:\w+/, encodeURIComponent(key ?? ""));
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== "") params.set(name, String(value));
  }
  return params.size === 0 ? path : `${path}?${params}`;
}
