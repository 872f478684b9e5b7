import type { HeaderMark, PathMark } from "./tool-mark.ts";

/**
 * Tools on libcurl, which writes Host, User-Agent, Accept, then what it was told to add (curl source lib/http.c). curl 7.88.1 and dirb 2.22 of Debian 12
 * in 39 recordings of scanners; 5 of 561 ordinary clients are scripts of the same order, hence a library's weight.
 */
const library = { tool: "curl", because: "headers in the order of libcurl", weight: 0.7 };

export const libcurlHeaders: readonly HeaderMark[] = [
  { ...library, names: "Host,User-Agent,Accept" },
  { ...library, names: "Host,User-Agent,Accept,Connection" },
  { ...library, names: "Host,User-Agent,Accept,Content-Length,Content-Type" },
  { ...library, names: "Host,User-Agent,Accept,Content-Type,Content-Length" },
  {
    // pycurl with wfuzz 3.1.0-2: 10 of 10 recordings, 2,600 requests, what the user adds behind them; nobody sends Content-Type with a GET that has no body. None of 561.
    tool: "wfuzz",
    because: "headers in wfuzz's order, with a content type where there is no content",
    weight: 5,
    names: "Host,Accept,Content-Type,User-Agent",
    as: "start",
  },
];

/** dirb's calibration, fixed strings of its source (dirb 2.22, src/get_nec.c), before each directory and ending: 36 of 36 recordings, none of 561. */
export const libcurlPaths: readonly PathMark[] = [
  {
    tool: "dirb",
    because: "asks for /randomfile1, as dirb calibrates",
    weight: 6,
    start: "/randomfile1",
    tail: "name",
  },
  { tool: "dirb", because: "asks for /frand2, as dirb calibrates", weight: 6, start: "/frand2", tail: "name" },
];
