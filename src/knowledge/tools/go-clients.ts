import type { HeaderMark, HelloMark, PathMark } from "./tool-mark.ts";

/**
 * Tools on Go's net/http, which writes Host, User-Agent, Content-Length, then the other headers sorted, then Accept-Encoding (Go source
 * net/http/request.go, `Request.write`). Seen from gobuster 3.5.0-1+b1 and ffuf 1.1.0-1+b8 of Debian 12, in 9 and 66 recordings; of 561 ordinary clients
 * none is a Go program, but many monitors and exporters elsewhere are: hence a library's weight.
 */
const ffuf = {
  tool: "ffuf",
  because: "Go's HTTP client walks a list of names without gobuster's calibration, as ffuf does",
  weight: 1.5,
};
const library = {
  tool: "go-http-client",
  because: "headers in the order of Go's HTTP client",
  weight: 0.7,
  whenGuessing: ffuf,
};

export const goHeaders: readonly HeaderMark[] = [
  { ...library, names: "Host,User-Agent,Accept-Encoding" },
  { ...library, names: "Host,User-Agent,Connection,Accept-Encoding" },
  { ...library, names: "Host,User-Agent,Content-Length,Content-Type,Accept-Encoding" },
  { ...library, names: "Host,User-Agent,Accept,Accept-Encoding" },
];

/** Hello of Go 1.19 (Debian 12), 65 of gobuster's 65; none of the ordinary clients', but other Go programs say the same. */
export const goHellos: readonly HelloMark[] = [
  {
    tool: "go-http-client",
    because: "the TLS hello of Go",
    weight: 0.7,
    service: "tls",
    fingerprints: ["t13i190800_9dc949149365_97f8aa674fd9", "t13d190900_9dc949149365_97f8aa674fd9"],
  },
];

/**
 * Before its list gobuster asks for a random UUID, as a path or as a host name, to see how what is absent is answered (gobuster gobusterdir.go,
 * gobustervhost.go): 2 of 2 recordings in the clear.
 */
export const goPaths: readonly PathMark[] = [
  {
    tool: "gobuster",
    because: "asks for a random UUID first, as gobuster calibrates",
    weight: 4,
    start: "/",
    tail: "uuid",
  },
];
