import { goHeaders, goHellos, goPaths, markOfGoOrder } from "./go-clients.ts";
import { handshakeHeaders, handshakeHellos } from "./handshake-scanners.ts";
import { libcurlHeaders, libcurlPaths } from "./libcurl-clients.ts";
import { libraryHeaders } from "./libraries.ts";
import { nmapHeaders, nmapHellos, nmapPaths } from "./nmap.ts";
import { scriptHeaders } from "./script-clients.ts";
import { sshHellos } from "./ssh-clients.ts";
import type { HeaderMark, PathMark, ToolMark } from "./tool-mark.ts";

/** Names that tell a tool when its agent was taken away; of two, ordinary clients send as many. */
const FEWEST_NAMES = 3;
/** Of two with the same names the later one counts. */
const withAgents: readonly HeaderMark[] = [
  ...libraryHeaders,
  ...goHeaders,
  ...libcurlHeaders,
  ...scriptHeaders,
  ...nmapHeaders,
  ...handshakeHeaders,
];
const headers: readonly HeaderMark[] = [...withAgents, ...withAgents.flatMap(withoutAgent)];
const paths: readonly PathMark[] = [...goPaths, ...libcurlPaths, ...nmapPaths];
const named = (as: HeaderMark["as"]) => headers.filter((mark) => (mark.as ?? "order") === as);
const byOrder = new Map<string, ToolMark>(named("order").map((mark) => [mark.names, mark]));
const bySet = new Map<string, ToolMark>(named("set").map((mark) => [sorted(mark.names), mark]));
const byStart = named("start").sort((a, b) => b.weight - a.weight);
const byEnd = named("end");
const byHello = new Map<string, ToolMark>(
  [...goHellos, ...nmapHellos, ...handshakeHellos, ...sshHellos].flatMap((mark) =>
    mark.fingerprints.map((fingerprint) => [helloKey(mark.service, fingerprint), mark] as const),
  ),
);
/** What any client adds to its usual headers when a request calls for it; the others keep their order. */
const added = /^(?:Cookie|Referer|Authorization|Origin|Range|X-.*)$/;
const addedWithBody = /^(?:Content-Length|Content-Type|Cookie|Referer|Authorization|Origin|Range|X-.*)$/;
/** Longest list of names that is looked at. */
const LONGEST_LIST = 256;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** See `Knowledge.toolOfHeaders`. */
export function toolOfHeaders(names: string): ToolMark | undefined {
  if (names.length > LONGEST_LIST) return undefined;
  const found = [
    byOrder.get(names),
    byOrder.get(without(added, names)),
    byOrder.get(without(addedWithBody, names)),
    byStart.find((mark) => names === mark.names || names.startsWith(`${mark.names},`)),
    byEnd.find((mark) => names === mark.names || names.endsWith(`,${mark.names}`)),
    markOfGoOrder(names.split(",")),
    bySet.get(sorted(names)),
  ];
  let best: ToolMark | undefined;
  for (const mark of found) if (mark !== undefined && (best === undefined || mark.weight > best.weight)) best = mark;
  return best;
}

/** See `Knowledge.toolOfHello`. */
export function toolOfHello(service: string, fingerprint: string): ToolMark | undefined {
  return byHello.get(helloKey(service, fingerprint));
}

/** The same mark on a request from which the user agent was left out. */
function withoutAgent(mark: HeaderMark): HeaderMark[] {
  const names = without(/^user-agent$/i, mark.names);
  const isTelling = mark.weight < 1 || names.split(",").length >= FEWEST_NAMES;
  return names === mark.names || !isTelling ? [] : [{ ...mark, names }];
}

/** A hello is the tool's whether it was sent to a name (`d` and one more extension in JA4) or to an address (`i`). */
function helloKey(service: string, fingerprint: string): string {
  if (service !== "tls" || fingerprint[3] !== "d") return `${service} ${fingerprint}`;
  const extensions = String(Number(fingerprint.slice(6, 8)) - 1).padStart(2, "0");
  return `${service} ${fingerprint.slice(0, 3)}i${fingerprint.slice(4, 6)}${extensions}${fingerprint.slice(8)}`;
}

/** See `Knowledge.toolOfPath`. */
export function toolOfPath(path: string): ToolMark | undefined {
  return paths.find(({ start, tail }) => {
    if (tail === undefined) return path === start;
    if (tail === "name") return isNamed(path, start);
    if (!path.startsWith(start)) return false;
    const rest = path.slice(start.length);
    return tail === "uuid" ? UUID.test(rest.replace(/\/$/, "")) : /^\d{6,12}$/.test(rest);
  });
}

/** Whether the last segment of a path is `name`, with an ending perhaps. */
function isNamed(path: string, name: string): boolean {
  const at = path.lastIndexOf(name);
  return at >= 0 && /^(?:\.\w{1,8}|~)?\/?$/.test(path.slice(at + name.length));
}

function without(fields: RegExp, names: string): string {
  return names
    .split(",")
    .filter((name) => !fields.test(name))
    .join();
}

function sorted(names: string): string {
  return names.split(",").sort().join();
}
