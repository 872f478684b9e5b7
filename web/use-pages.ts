import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type AnswerTo, type Asking, ask, type Call, Failure } from "./api.ts";
import { useLive } from "./live.ts";
import type { Loaded } from "./use-answer.ts";

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
  /** Begins anew; only where the store changed and the list is too long to be loaded at once. */
  readonly renew: (() => void) | undefined;
}

/** A list that is loaded page by page. When the store changed, as much as is shown is loaded anew, up to a limit. */
export function usePages<C extends PageCall>(call: C, asking: Asking<C>, atOnce = AT_ONCE): Pages<ItemOf<C>> {
  type Page = { items: ItemOf<C>[]; next: string | null; total?: number };
  const { count: live } = useLive();
  const asked = JSON.stringify([call, asking]);
  const [state, setState] = useState<{ page?: Page; failure?: Failure; asked: string }>({ asked });
  const shown = useRef({ asked, length: 0, isLoading: false });
  const latest = useRef(asked);
  latest.current = asked;
  const load = useCallback(
    async (query: object, signal: AbortSignal | undefined, join: (page: Page) => Page) => {
      try {
        const page = (await ask(
          call,
          { ...asking, query: { ...(asking.query as object), ...query } } as Asking<C>,
          signal,
        )) as Page;
        // Another page, or another filter, is shown by now.
        if (latest.current !== asked) return;
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
  const [staleAt, setStaleAt] = useState<number>();
  const renew = (length: number) => {
    const leaving = new AbortController();
    setStaleAt(undefined);
    void load({ limit: Math.max(atOnce, length) }, leaving.signal, (page) => page);
    return () => leaving.abort();
  };
  useEffect(() => {
    const length = shown.current.asked === asked ? shown.current.length : 0;
    if (length <= MOST_AT_ONCE) return renew(length);
    // Nothing moves under a reader who has come that far.
    setStaleAt(live);
    return undefined;
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
    renew: staleAt === live ? () => void renew(0) : undefined,
  };
}
