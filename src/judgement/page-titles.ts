const SLASH = 47;
const DOT = 46;
const SEMICOLON = 59;
const QUESTION_MARK = 63;
/** Words of a title: so many below a directory; at the root, where lists of words have a few such entries, one more. */
const FEWEST_WORDS = 3;
const FEWEST_AT_ROOT = 4;
const SHORTEST_WORD = 2;
/** Letters of all words together. */
const FEWEST_LETTERS = 10;

/** What pages and their pictures end in: a backup or an archive may well be guessed by a name of many words. */
const endingsOfPages = new Set(
  [
    "",
    "htm",
    "html",
    "xhtml",
    "shtml",
    "php",
    "asp",
    "aspx",
    "jsp",
    "jpg",
    "jpeg",
    "png",
    "gif",
    "webp",
    "avif",
  ].concat(["svg", "pdf", "mp3", "mp4", "webm", "ogg"]),
);

/**
 * Whether a path ends in the title of a page, `/2019/05/how-we-moved-the-shop.html`: many words, such as somebody wrote and others
 * linked to, and such as no list of words holds.
 */
export function endsInTitle(path: Uint8Array): boolean {
  const query = path.indexOf(QUESTION_MARK);
  let end = query < 0 ? path.length : query;
  if (path[end - 1] === SLASH) end--;
  const from = path.lastIndexOf(SLASH, end - 1) + 1;
  if (isDetour(path, end)) return false;
  const dot = path.lastIndexOf(DOT, end - 1);
  const hasEnding = dot >= from && end - dot <= 6;
  if (hasEnding && !endingsOfPages.has(String.fromCharCode(...path.subarray(dot + 1, end)).toLowerCase())) return false;
  return wordsIn(path, from, hasEnding ? dot : end) >= (from <= 1 ? FEWEST_AT_ROOT : FEWEST_WORDS);
}

/** Whether a server may take the path for another one: by what stands behind a semicolon, or between dots. */
function isDetour(path: Uint8Array, end: number): boolean {
  for (let i = 0; i < end; i++) if (path[i] === SEMICOLON || (path[i] === DOT && path[i + 1] === DOT)) return true;
  return false;
}

/** Words of letters in a name; none when they are short. */
function wordsIn(path: Uint8Array, from: number, to: number): number {
  let words = 0;
  let letters = 0;
  let length = 0;
  for (let i = from; i <= to; i++) {
    const c = i < to ? path[i]! | 32 : 0;
    if (c >= 97 && c <= 122) length++;
    else {
      if (length >= SHORTEST_WORD) words++;
      letters += length;
      length = 0;
    }
  }
  return letters < FEWEST_LETTERS ? 0 : words;
}
