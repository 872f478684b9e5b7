import type { HeaderMark, HelloMark, PathMark, ToolMark } from "./tool-mark.ts";

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
  // Of HEAD it asks for no encoding (net/http/transport.go).
  { ...library, names: "Host,User-Agent" },
  { ...library, names: "Host,User-Agent,Accept,Accept-Encoding" },
];

/** What a user adds stands sorted between agent and encodings, whatever it is: 30 of 30 recordings with headers of the user's. */
export function markOfGoOrder(names: readonly string[]): ToolMark | undefined {
  if (names[0] !== "Host" || names[1] !== "User-Agent" || names.at(-1) !== "Accept-Encoding") return undefined;
  const hasLength = names[2] === "Content-Length" || names[2] === "Transfer-Encoding";
  const own = names.slice(hasLength ? 3 : 2, -1);
  // curl --compressed sends one name in that place, too.
  const isSorted = own.every((name, i) => i === 0 || own[i - 1]! < name);
  return isSorted && own.join() !== "Accept" ? library : undefined;
}

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
