import type { HeaderMark } from "./tool-mark.ts";

/**
 * Tools in Python, Ruby and Perl, versions of Debian 12; one or two recordings of each, all of their requests, none of 561 ordinary clients. Ordinary
 * scripts on the same libraries send the library's own order, which is listed as such.
 */
export const scriptHeaders: readonly HeaderMark[] = [
  {
    // wapiti 3.0.4 adds Accept-Language to a session of requests, 323 of 323 requests. A script may do so, too.
    tool: "wapiti",
    because: "headers of Python's requests with a language, as wapiti's crawler sends",
    weight: 2.5,
    names: "Host,User-Agent,Accept-Encoding,Accept,Connection,Accept-Language",
  },
  {
    // wapiti 3.0.4 with an agent of the user's (-A), which it writes in small letters: 69 of 69.
    tool: "wapiti",
    because: "headers of Python's requests with a language, and one in small letters, as wapiti sends",
    weight: 3.5,
    names: "Host,user-agent,Accept-Encoding,Accept,Connection,Accept-Language",
  },
  {
    // arjun 2.2.1: 72 of 72.
    tool: "arjun",
    because: "headers of Python's requests dressed up as arjun does",
    weight: 3,
    names: "Host,User-Agent,Accept-Encoding,Accept,Connection,Accept-Language,Upgrade-Insecure-Requests",
  },
  {
    // wafw00f 2.2.0: 14 of 14.
    tool: "wafw00f",
    because: "headers of Python's requests dressed up as wafw00f does",
    weight: 3,
    names: "Host,User-Agent,Accept-Encoding,Accept,Connection,Accept-Language,DNT,Upgrade-Insecure-Requests",
  },
  {
    // dirsearch 0.4.2: 9,412 of 9,412. Keep-Alive is a header of HTTP/1.0 that nothing else sends.
    tool: "dirsearch",
    because: "headers in dirsearch's order, with a Keep-Alive field",
    weight: 5,
    names: "Host,User-Agent,Accept-Language,Accept-Encoding,Keep-Alive,Cache-Control",
  },
  {
    // sqlmap 1.7.2: 68 of 68, in two recordings, one of them with a browser's name.
    tool: "sqlmap",
    because: "headers in sqlmap's order, the cache's first",
    weight: 5,
    names: "Cache-Control,User-Agent,Host,Accept,Accept-Encoding,Connection",
  },
  {
    // sqlmap 1.7.2 with --host: 252 of 252 requests of one recording.
    tool: "sqlmap",
    because: "headers in sqlmap's order, the cache's first",
    weight: 3.5,
    names: "Cache-Control,Host,User-Agent,Accept,Accept-Encoding,Connection",
  },
  {
    // sqlmap 1.7.2 with headers of the user's, which take the place of its Cache-Control: 75 of 75 requests of one recording.
    tool: "sqlmap",
    because: "headers in sqlmap's order",
    weight: 2.5,
    names: "User-Agent,Host,Accept,Accept-Encoding,Connection",
  },
  {
    // sqlmap 1.7.2 with --keep-alive: 6 of 6 requests. Python's urllib writes the second word of a name in small letters.
    tool: "sqlmap",
    because: "headers in sqlmap's order, the cache's first",
    weight: 5,
    names: "Cache-control,User-agent,Host,Accept,Accept-encoding,Connection",
  },
  {
    // whatweb 0.5.5, Ruby's net/http with its own headers, those of the user before them: 20 of 20, in eight recordings. Other Ruby scripts send no
    // Connection.
    tool: "whatweb",
    because: "headers in whatweb's order",
    weight: 3,
    names: "User-Agent,Accept-Encoding,Accept,Connection,Host",
    as: "end",
  },
  ...[
    "Upgrade-Insecure-Requests,User-Agent,Host,Sec-Fetch-Mode,Sec-Fetch-Site,Accept,Sec-Fetch-Dest,Sec-Fetch-User,Connection,Accept-Language,Cache-Control",
    "Upgrade-Insecure-Requests,User-Agent,Host,Sec-Fetch-Mode,Sec-Fetch-Site,Accept,Authorization,Sec-Fetch-Dest,Sec-Fetch-User,Connection,Accept-Language,Cache-Control",
  ].map((names) => ({
    // nikto 2.6.1 keeps a browser's headers in a Perl hash: another order with each run, 4 recordings, and no Accept-Encoding, which every browser sends.
    tool: "nikto",
    because: "a browser's headers without its encodings, in no order, as nikto sends",
    weight: 5,
    names,
    as: "set" as const,
  })),
];
