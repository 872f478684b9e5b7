/** One element of an XML document, with its text and that of its CDATA sections. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const DEEPEST = 32;

/**
 * Parses what data files use of XML 1.0: elements, attributes, text, CDATA, comments, the five named and the numeric entities. A document type
 * (where entities are declared that expand without end, or that name files) is refused, and so is what is not well-formed.
 */
export function parseXml(text: string): { readonly root: XmlElement } | { readonly why: string } {
  const stack: { name: string; attributes: Record<string, string>; children: XmlElement[]; text: string }[] = [];
  const top: XmlElement[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf("<", at);
    const end = open < 0 ? text.length : open;
    if (stack.length > 0) stack.at(-1)!.text += decodeEntities(text.slice(at, end));
    if (open < 0) break;
    if (text.startsWith("<!--", open)) at = after(text, "-->", open + 4);
    else if (text.startsWith("<![CDATA[", open)) {
      at = after(text, "]]>", open + 9);
      if (stack.length > 0) stack.at(-1)!.text += text.slice(open + 9, at - 3);
    } else if (text.startsWith("<?", open)) at = after(text, "?>", open + 2);
    else if (text.startsWith("<!", open)) return { why: "XML with a document type is not read" };
    else if (text[open + 1] === "/") {
      at = after(text, ">", open);
      const element = stack.pop();
      if (element === undefined || element.name !== text.slice(open + 2, at - 1).trimEnd()) return { why: "not XML" };
      (stack.at(-1)?.children ?? top).push(element);
    } else {
      const tag = openingTag(text, open);
      if (tag === undefined) return { why: "not XML" };
      at = tag.end;
      const element = { name: tag.name, attributes: tag.attributes, children: [], text: "" };
      if (tag.isEmpty) (stack.at(-1)?.children ?? top).push(element);
      else if (stack.push(element) > DEEPEST) return { why: "the XML is nested too deeply" };
    }
  }
  return top.length === 1 && stack.length === 0 ? { root: top[0]! } : { why: "not XML" };
}

function after(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found < 0 ? text.length + what.length : found + what.length;
}

const name = /[A-Za-z_:][\w:.-]*/y;
const attribute = /\s+([A-Za-z_:][\w:.-]*)\s*=\s*("[^"<]*"|'[^'<]*')/y;
const tagEnd = /\s*(\/?)>/y;

function openingTag(
  text: string,
  open: number,
): { name: string; attributes: Record<string, string>; isEmpty: boolean; end: number } | undefined {
  name.lastIndex = open + 1;
  const named = name.exec(text);
  if (named === null) return undefined;
  const attributes: Record<string, string> = Object.create(null);
  let at = name.lastIndex;
  while (true) {
    attribute.lastIndex = at;
    const found = attribute.exec(text);
    if (found === null) break;
    attributes[found[1]!] = decodeEntities(found[2]!.slice(1, -1));
    at = attribute.lastIndex;
  }
  tagEnd.lastIndex = at;
  const end = tagEnd.exec(text);
  if (end === null) return undefined;
  return { name: named[0], attributes, isEmpty: end[1] === "/", end: tagEnd.lastIndex };
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,8}));/g, (whole, decimal, hex, word) => {
    if (word !== undefined) return entities[word] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
