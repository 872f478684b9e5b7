import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Rows that come and go together. */
const CHUNK = 50;
/** Shorter lists are drawn whole. */
const LONG = 200;
/** How far out of view rows are drawn, in pixels. */
const MARGIN = 1500;
/** Of a row that was never drawn, in pixels. */
const GUESSED_HEIGHT = 80;

interface Window {
  /** The rows to draw. */
  readonly from: number;
  readonly to: number;
  /** Pixels that the rows before and after them take. */
  readonly before: number;
  readonly after: number;
}

/** Which rows of a long list are in view or near it; the others are not drawn, so that lists of any length scroll alike. */
export function useWindow(count: number, list: RefObject<HTMLElement | null>): Window {
  const heights = useRef<number[]>([]);
  const [[first, last], setChunks] = useState<readonly [number, number]>([0, Number.POSITIVE_INFINITY]);
  const isLong = count > LONG;
  const chunks = Math.ceil(count / CHUNK);
  const [from, to] = isLong ? [first * CHUNK, Math.min(count, (last + 1) * CHUNK)] : [0, count];
  const heightOf = (chunk: number) => heights.current[chunk] ?? CHUNK * GUESSED_HEIGHT;
  const heightBetween = (begin: number, end: number) => {
    let height = 0;
    for (let chunk = begin; chunk < end; chunk++) height += heightOf(chunk);
    return height;
  };
  useLayoutEffect(() => {
    const rows = list.current?.querySelectorAll<HTMLElement>(":scope > :not([aria-hidden])") ?? [];
    for (let row = 0; row + CHUNK <= rows.length; row += CHUNK) {
      const bottom = rows[row + CHUNK - 1]!.getBoundingClientRect().bottom;
      heights.current[(from + row) / CHUNK] = bottom - rows[row]!.getBoundingClientRect().top;
    }
  });
  useEffect(() => {
    if (!isLong) return;
    const look = () => {
      const top = -(list.current?.getBoundingClientRect().top ?? 0);
      let begin = 0;
      let y = heightOf(0);
      while (begin < chunks - 1 && y < top - MARGIN) y += heightOf(++begin);
      let end = begin;
      while (end < chunks - 1 && y < top + innerHeight + MARGIN) y += heightOf(++end);
      setChunks((now) => (now[0] === begin && now[1] === end ? now : [begin, end]));
    };
    look();
    addEventListener("scroll", look, { passive: true });
    return () => removeEventListener("scroll", look);
  }, [isLong, chunks]);
  const isAll = !isLong || last === Number.POSITIVE_INFINITY;
  return {
    from,
    to,
    before: heightBetween(0, from / CHUNK),
    after: isAll ? 0 : heightBetween(last + 1, chunks),
  };
}
