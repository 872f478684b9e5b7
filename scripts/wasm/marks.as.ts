// AssemblyScript: `npm run wasm` compiles it into src/bytes/marks-wasm.ts, which src/bytes/marks.ts runs.

/** Where the positions go, in bytes: behind the lead and twice the room for text and a block. */
const OUT: usize = 64 + 2 * (65536 + 512);

/**
 * Writes to OUT, ascending, `base` plus the place of every byte of the `length` ones at `from` that is any of `a`, `b`, `c`.
 * Returns how many. Sixteen bytes at once; those behind the text do not count.
 */
export function marks(from: usize, length: usize, base: u32, a: u32, b: u32, c: u32): u32 {
  const isA = i8x16.splat(<i8>a);
  const isB = i8x16.splat(<i8>b);
  const isC = i8x16.splat(<i8>c);
  let out = OUT;
  for (let i: usize = 0; i < length; i += 16) {
    const block = v128.load(from + i);
    let bits = i8x16.bitmask(v128.or(i8x16.eq(block, isA), v128.or(i8x16.eq(block, isB), i8x16.eq(block, isC))));
    if (length - i < 16) bits &= (1 << (<i32>(length - i))) - 1;
    while (bits) {
      store<u32>(out, base + <u32>i + <u32>ctz(bits));
      out += 4;
      bits &= bits - 1;
    }
  }
  return <u32>((out - OUT) >> 2);
}

/** The first place from `from` to `last` where `first` stands, and `end` stands `distance` behind it; or one behind `last`. */
export function pairAt(from: usize, last: usize, first: u32, end: u32, distance: usize): usize {
  const isFirst = i8x16.splat(<i8>first);
  const isEnd = i8x16.splat(<i8>end);
  for (let i = from; i <= last; i += 16) {
    const firsts = i8x16.eq(v128.load(i), isFirst);
    const bits = i8x16.bitmask(v128.and(firsts, i8x16.eq(v128.load(i + distance), isEnd)));
    if (bits) {
      const at = i + <usize>ctz(bits);
      return at <= last ? at : last + 1;
    }
  }
  return last + 1;
}
