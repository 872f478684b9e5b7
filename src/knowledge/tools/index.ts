import { goHeaders, goHellos, goPaths } from "./go-clients.ts";
import { handshakeHeaders, handshakeHellos } from "./handshake-scanners.ts";
import { libcurlHeaders, libcurlPaths } from "./libcurl-clients.ts";
import { nmapHeaders, nmapHellos, nmapPaths } from "./nmap.ts";
import { scriptHeaders } from "./script-clients.ts";
import type { HeaderMark, PathMark, ToolMark } from "./tool-mark.ts";

const headers: readonly HeaderMark[] = [
  ...goHeaders,
  ...libcurlHeaders,
  ...scriptHeaders,
  ...nmapHeaders,
  ...handshakeHeaders,
];
const paths: readonly PathMark[] = [...goPaths, ...libcurlPaths, ...nmapPaths];
const byOrder = new Map<string, ToolMark>(headers.flatMap((mark) => (mark.isSet ? [] : [[mark.names, mark]])));
const bySet = new Map<string, ToolMark>(
  headers.flatMap((mark) => (mark.isSet ? [[sorted(mark.names), mark] as const] : [])),
);
const byHello = new Map<string, ToolMark>(
  [...goHellos, ...nmapHellos, ...handshakeHellos].flatMap((mark) =>
    mark.fingerprints.map((fingerprint) => [`${mark.service} ${fingerprint}`, mark] as const),
  ),
);
/** Longest list of names that is sorted; no set is longer. */
const LONGEST_SET = Math.max(...[...bySet.keys()].map((names) => names.length));
/** What any client adds to its usual headers when a request calls for it; the others keep their order. */
const added = /^(?:Cookie|Referer|Authorization|Origin|Range|X-.*)$/;
const addedWithBody = /^(?:Content-Length|Content-Type|Cookie|Referer|Authorization|Origin|Range|X-.*)$/;
/** Longest list of names that is looked at again without those. */
const LONGEST_LIST = 256;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** See `Knowledge.toolOfHeaders`. */
export function toolOfHeaders(names: string): ToolMark | undefined {
  return (
    byOrder.get(names) ??
    byOrder.get(without(added, names)) ??
    byOrder.get(without(addedWithBody, names)) ??
    (names.length > LONGEST_SET ? undefined : bySet.get(sorted(names)))
  );
}

/** See `Knowledge.toolOfHello`. */
export function toolOfHello(service: string, fingerprint: string): ToolMark | undefined {
  return byHello.get(`${service} ${fingerprint}`);
}

/** See `Knowledge.toolOfPath`. */
export function toolOfPath(path: string): ToolMark | undefined {
  return paths.find(({ start, tail }) => {
    if (tail === undefined) return path === start;
    if (!path.startsWith(start)) return false;
    const rest = path.slice(start.length);
    return tail === "uuid" ? UUID.test(rest) : /^\d{6,12}$/.test(rest);
  });
}

function without(fields: RegExp, names: string): string {
  if (names.length > LONGEST_LIST) return names;
  return names
    .split(",")
    .filter((name) => !fields.test(name))
    .join();
}

function sorted(names: string): string {
  return names.split(",").sort().join();
}
