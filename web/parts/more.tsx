import { useEffect, useRef } from "preact/hooks";
import { formatCount } from "../../src/presentation/words.ts";

interface MoreProps {
  readonly shown: number;
  readonly total?: number | undefined;
  readonly more: (() => void) | undefined;
  readonly renew?: (() => void) | undefined;
}

/** Loads the next page when its button comes near the view, or is pressed. */
export function More({ shown, total, more, renew }: MoreProps) {
  const button = useRef<HTMLButtonElement>(null);
  const latest = useRef(more);
  latest.current = more;
  const hasMore = more !== undefined;
  useEffect(() => {
    if (!hasMore || button.current === null) return;
    const watcher = new IntersectionObserver((entries) => entries.at(-1)?.isIntersecting && latest.current?.(), {
      rootMargin: "600px",
    });
    watcher.observe(button.current);
    return () => watcher.disconnect();
  }, [hasMore, shown]);
  const count =
    total === undefined || total <= shown ? formatCount(shown) : `${formatCount(shown)} of ${formatCount(total)}`;
  return (
    <p class="more faint">
      {count} shown
      {more !== undefined && (
        <button type="button" ref={button} onClick={more}>
          Show more
        </button>
      )}
      {renew !== undefined && (
        <span class="news" role="status">
          <button type="button" onClick={() => [scrollTo(0, 0), renew()]}>
            The list changed: show it anew
          </button>
        </span>
      )}
    </p>
  );
}
