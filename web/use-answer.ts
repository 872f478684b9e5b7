import { useCallback, useEffect, useRef, useState } from "preact/hooks";
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

type PageCall = {
  [C in Call]: AnswerTo<C> extends { items: unknown[]; next: string | null } ? C : never;
}[Call];
type ItemOf<C extends PageCall> = AnswerTo<C> extends { items: (infer Item)[] } ? Item : never;

const AT_ONCE = 50;
/** The most that the server gives in one page. */
const MOST_AT_ONCE = 500;

export interface Pages<Item> extends Loaded<readonly Item[]> {
  readonly total: number | undefined;
  /** Loads the next page; undefined on the last one. */
  readonly more: (() => void) | undefined;
}

/** A list that is loaded page by page. When the store changed, as much as is shown is loaded anew. */
export function usePages<C extends PageCall>(call: C, asking: Asking<C>, atOnce = AT_ONCE): Pages<ItemOf<C>> {
  type Page = { items: ItemOf<C>[]; next: string | null; total?: number };
  const { count: live } = useLive();
  const asked = JSON.stringify([call, asking]);
  const [state, setState] = useState<{ page?: Page; failure?: Failure; asked: string }>({ asked });
  const shown = useRef({ asked, length: 0, isLoading: false });
  const load = useCallback(
    async (query: object, signal: AbortSignal | undefined, join: (page: Page) => Page) => {
      try {
        const page = (await ask(
          call,
          { ...asking, query: { ...(asking.query as object), ...query } } as Asking<C>,
          signal,
        )) as Page;
        const joined = join(page);
        shown.current = { asked, length: joined.items.length, isLoading: false };
        setState({ page: joined, asked });
      } catch (error) {
        if (!(error instanceof Failure)) {
          if (signal?.aborted) return;
          throw error;
        }
        shown.current.isLoading = false;
        setState((before) => ({ ...before, failure: error, asked }));
      }
    },
    [asked],
  );
  useEffect(() => {
    const leaving = new AbortController();
    const length = shown.current.asked === asked ? shown.current.length : 0;
    void load({ limit: Math.min(MOST_AT_ONCE, Math.max(atOnce, length)) }, leaving.signal, (page) => page);
    return () => leaving.abort();
  }, [asked, live]);
  const page = state.asked === asked ? state.page : undefined;
  const cursor = page?.next ?? null;
  const more = () => {
    if (shown.current.isLoading) return;
    shown.current.isLoading = true;
    void load({ limit: atOnce, cursor }, undefined, (next) => ({
      ...page!,
      ...next,
      items: [...page!.items, ...next.items],
    }));
  };
  return {
    data: page?.items,
    failure: state.asked === asked ? state.failure : undefined,
    total: page?.total,
    more: cursor === null ? undefined : more,
  };
}
