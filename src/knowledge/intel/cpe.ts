/** The parts of a CPE name that a look-up needs, lower case, quoting removed. */
export interface CpeName {
  /** `vendor:product`. */
  readonly product: string;
  /** Undefined for `*` and `-`. */
  readonly version: string | undefined;
  /** `p1`, `rc2`; undefined for `*` and `-`. */
  readonly update: string | undefined;
}

/** Reads CPE 2.3 formatted strings (NISTIR 7695, section 6.2) and 2.2 URIs (section 6.1). */
export function parseCpe(text: string): CpeName | undefined {
  const uri = /^cpe:\/[aoh]:(.+)$/i.exec(text);
  const name = /^cpe:2\.3:[aoh]:(.+)$/i.exec(text);
  const parts = uri ? uri[1]!.split(":") : (name?.[1] ?? "").split(/(?<!\\):/);
  if (!parts[0] || !parts[1]) return undefined;
  const plain = parts.map((part) => unquoted(part).toLowerCase());
  return { product: `${plain[0]}:${plain[1]}`, version: told(plain[2]), update: told(plain[3]) };
}

function unquoted(part: string): string {
  return part
    .replace(/\\(.)/g, "$1")
    .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function told(part: string | undefined): string | undefined {
  return part === undefined || part === "" || part === "*" || part === "-" ? undefined : part;
}
