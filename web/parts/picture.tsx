import { useLayoutEffect, useRef } from "preact/hooks";
import type { Markup } from "../../src/presentation/markup.ts";

/**
 * A picture that the report's functions drew; `Markup` is made by their template alone, which escapes whatever is put in.
 * Where it is wider than the window, one that `endsNow` shows its end first.
 */
export function Picture({ of, endsNow = false }: { readonly of: Markup | undefined; readonly endsNow?: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const scroller = place.current?.querySelector(".scroll");
    if (endsNow && scroller) scroller.scrollLeft = scroller.scrollWidth;
  }, [of?.text]);
  if (of === undefined) return null;
  return <div class="drawn" ref={place} dangerouslySetInnerHTML={{ __html: of.text }} />;
}
