import type { Condition, RequestPart, RequestRule } from "../check-rule.ts";
import { bytesOf } from "./byte-text.ts";
import { literalsOf } from "./pattern-literals.ts";

/** `name:value;` of a rule's options, in their order, the value as written. */
export interface Option {
  readonly name: string;
  readonly value: string;
}

/** Options of a rule's body (Suricata user guide, "Rules Format"): a semicolon within quotes or after a backslash ends nothing. */
export function optionsOf(body: string): Option[] {
  const options: Option[] = [];
  let text = "";
  let isQuoted = false;
  for (let i = 0; i < body.length; i++) {
    const c = body[i]!;
    if (c === "\\") text += c + (body[++i] ?? "");
    else if (c === ";" && !isQuoted) {
      const colon = text.indexOf(":");
      const name = (colon < 0 ? text : text.slice(0, colon)).trim();
      if (name !== "") options.push({ name, value: colon < 0 ? "" : text.slice(colon + 1).trim() });
      text = "";
    } else {
      if (c === '"') isQuoted = !isQuoted;
      text += c;
    }
  }
  return options;
}

interface Place {
  readonly of: RequestPart | "method";
  readonly name?: string;
}

/** What each buffer holds (Suricata user guide, "HTTP Keywords"), by its name and by the older one that follows a content. */
const places: Readonly<Record<string, Place>> = {
  "http.method": { of: "method" },
  "http.uri": { of: "target" },
  "http.uri.raw": { of: "rawTarget" },
  "http.header": { of: "headers" },
  "http.header.raw": { of: "headers" },
  "http.header_names": { of: "headers" },
  "http.cookie": { of: "header", name: "cookie" },
  "http.user_agent": { of: "header", name: "user-agent" },
  "http.host": { of: "header", name: "host" },
  "http.host.raw": { of: "header", name: "host" },
  "http.referer": { of: "header", name: "referer" },
  "http.accept": { of: "header", name: "accept" },
  "http.accept_lang": { of: "header", name: "accept-language" },
  "http.accept_enc": { of: "header", name: "accept-encoding" },
  "http.connection": { of: "header", name: "connection" },
  "http.content_type": { of: "header", name: "content-type" },
  "http.content_len": { of: "header", name: "content-length" },
  "http.request_body": { of: "body" },
  file_data: { of: "body" },
};
const older: Readonly<Record<string, string>> = {
  http_method: "http.method",
  http_uri: "http.uri",
  http_raw_uri: "http.uri.raw",
  http_header: "http.header",
  http_raw_header: "http.header.raw",
  http_cookie: "http.cookie",
  http_user_agent: "http.user_agent",
  http_host: "http.host",
  http_client_body: "http.request_body",
};
const ofAnswers = /^(http\.(stat_code|stat_msg|response_\w+|server|location)|http_(stat_code|stat_msg|server_body))$/;
/** What narrows a rule in ways that literals cannot say. */
const narrowing =
  /^(pcre|flowbits|byte_\w+|isdataat|urilen|bsize|threshold|detection_filter|luajit|lua|dataset|http\.(request_line|start|protocol|headers?|request_header)|dsize)$/;

interface Content {
  place: Place | undefined;
  text: string;
  isNot: boolean;
  fit: Condition["fit"];
  isExact: boolean;
}

/** The request that a rule's contents describe; a sentence when they describe none. */
export function requestOf(options: readonly Option[]): RequestRule | string {
  if (
    options.some(({ name, value }) => ofAnswers.test(name) || (name === "flow" && /to_client|from_server/.test(value)))
  ) {
    return "about what a server answers";
  }
  const { contents, isLoose } = contentsOf(options);
  const methods = contents
    .filter(({ place, isNot }) => place?.of === "method" && !isNot)
    .map(({ text }) => text.toUpperCase());
  const conditions = contents.flatMap(({ place, text, isNot, fit, isExact }): Condition[] => {
    if (place === undefined || place.of === "method" || text === "") return [];
    const named = place.name === undefined ? {} : { name: place.name };
    return [{ of: place.of, ...named, fit, parts: [text], ...(isExact && { isExact }), ...(isNot && { isNot }) }];
  });
  if (!conditions.some(({ isNot, parts }) => !isNot && parts[0]!.length > 2))
    return "cannot be told by what stands in a request";
  const lost = contents.some(({ place }) => place === undefined);
  return {
    ...(methods.length > 0 && { methods: [...new Set(methods)] }),
    step: 0,
    conditions,
    ...((isLoose || lost) && { isLoose: true }),
  };
}

function contentsOf(options: readonly Option[]): { contents: Content[]; isLoose: boolean } {
  const contents: Content[] = [];
  let place: Place | undefined;
  let isLoose = false;
  for (const { name, value } of options) {
    const last = contents.at(-1);
    if (name in places) place = places[name];
    else if (name === "content" || name === "uricontent") {
      contents.push({
        place: name === "uricontent" ? places["http.uri"] : place,
        text: contentText(value),
        isNot: /^\s*!/.test(value),
        fit: "anywhere",
        isExact: true,
      });
    } else if (name === "pcre") {
      isLoose = true;
      contents.push(...patternContents(value, place));
    } else if (name === "pkt_data") place = undefined;
    else if (narrowing.test(name)) isLoose = true;
    else if (last && name in older) last.place = places[older[name]!];
    else if (last && name === "nocase") last.isExact = false;
    else if (last && name === "startswith") last.fit = "start";
    else if (last && name === "endswith") last.fit = last.fit === "start" ? "whole" : "end";
  }
  return { contents, isLoose };
}

/** `"GET |2f|x\;"`: hexadecimal between bars, backslashes before `"`, `;`, `:` and `\`. */
function contentText(value: string): string {
  const quoted = /"(.*)"/s.exec(value)?.[1] ?? "";
  return bytesOf(quoted.replace(/\\(.)/g, "$1")).replace(/\|([0-9a-fA-F\s]+)\|/g, (_, hex: string) =>
    hex
      .trim()
      .split(/\s+/)
      .flatMap((group) => group.match(/../g) ?? [])
      .map((pair) => String.fromCharCode(Number.parseInt(pair, 16)))
      .join(""),
  );
}

function patternContents(value: string, place: Place | undefined): Content[] {
  const found = /^\s*"\/(.*)\/(\w*)"\s*$/s.exec(value);
  if (found === null) return [];
  const of = found[2]!.includes("U") ? places["http.uri"] : place;
  return literalsOf(found[1]!).map((text) => ({ place: of, text, isNot: false, fit: "anywhere", isExact: false }));
}
