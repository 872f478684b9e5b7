import { useEffect, useState } from "preact/hooks";
import { type AnswerTo, type Asking, ask, type Call, Failure } from "./api.ts";
import { useLive } from "./live.ts";

export interface Loaded<T> {
  /** What was answered last; it stays while the same is asked again. */
  readonly data: T | undefined;
  readonly failure: Failure | undefined;
}

/** Asks when a page opens, when what is asked changes, and when the store changed. */
export function useAnswer<C extends Call>(call: C, asking: Asking<C> = {}): Loaded<AnswerTo<C>> {
  const { count: live } = useLive();
  const asked = JSON.stringify([call, asking]);
  const [state, setState] = useState<Loaded<AnswerTo<C>> & { asked: string }>({ ...nothing, asked });
  useEffect(() => {
    const leaving = new AbortController();
    ask(call, asking, leaving.signal).then(
      (data) => setState({ data, failure: undefined, asked }),
      (error) => {
        if (error instanceof Failure) setState((before) => ({ ...before, failure: error, asked }));
        else if (!leaving.signal.aborted) throw error;
      },
    );
    return () => leaving.abort();
  }, [asked, live]);
  return state.asked === asked ? state : nothing;
}

const nothing = { data: undefined, failure: undefined };
