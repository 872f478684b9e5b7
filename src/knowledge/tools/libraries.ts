import type { HeaderMark } from "./tool-mark.ts";

const library = (tool: string, names: string, as: HeaderMark["as"] = "order"): HeaderMark => ({
  tool,
  because: `headers in the order of ${tool}`,
  weight: 0.7,
  names,
  as,
});

/** Clients that nobody takes for a scanner, until one guesses with them; Debian 12, a recording of each. */
export const libraryHeaders: readonly HeaderMark[] = [
  // requests 2.28.1; what the user adds comes last.
  library("python-requests", "Host,User-Agent,Accept-Encoding,Accept,Connection", "start"),
  library("python-urllib", "Accept-Encoding,Host,User-Agent,Connection"),
  library("python-urllib3", "Host,Accept-Encoding,User-Agent"),
  library("python-aiohttp", "Host,Accept,Accept-Encoding,User-Agent"),
  library("python-httpx", "Host,Accept,Accept-Encoding,Connection,User-Agent"),
  library("wget", "Host,User-Agent,Accept,Accept-Encoding,Connection"),
  library("perl-lwp", "TE,Connection", "start"),
  library("ruby-net-http", "Accept-Encoding,Accept,User-Agent,Host"),
  library("java", "User-Agent,Host,Accept,Connection"),
  library("okhttp", "Host,Connection,Accept-Encoding,User-Agent"),
  library("apache-httpclient", "Host,Connection,User-Agent,Accept-Encoding"),
  library("node-fetch", "host,connection,accept,accept-language,sec-fetch-mode,user-agent,accept-encoding"),
];
