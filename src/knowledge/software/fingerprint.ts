import { advicesFor } from "../advice/index.ts";

/** What a server says that tells which software it is. A fingerprint carries its own proof: the tests run `examples` and `ignores`. */
export interface Fingerprint {
  /** Services whose words are read, as in a reveal's `service`. */
  readonly services: readonly string[];
  /**
   * HTTP header that is read, lower case; `server` when absent. Only for `http`. `title`, `generator` and `favicon` are a page's, and of `set-cookie` a
   * cookie's name and `=` are told.
   */
  readonly header?: string;
  /** Fits the text from its start or anywhere; group 1 is where the version begins (whole-version.ts reads on). */
  readonly says: RegExp;
  readonly vendor?: string;
  readonly product: string;
  /** CPE 2.3 `vendor:product`, only where NVD uses exactly this and the version is the banner's. */
  readonly cpe?: string;
  /** The CPE's part: an application, or an operating system (firmware). Default: an application. */
  readonly part?: "a" | "o";
  /** The system that it only runs on. */
  readonly operatingSystem?: string;
  readonly advice?: string;
  /** Text → version told, empty when none is. */
  readonly examples: Readonly<Record<string, string>>;
  /** Look-alikes that are not this product. */
  readonly ignores?: readonly string[];
}

/**
 * A fingerprint in one line: what is said, NVD's `vendor:product` (or a name of our own), an example, the version that it tells, a look-alike, and, where the
 * name and version are those of a CPE, its part.
 */
export type FingerprintRow = readonly [
  says: RegExp,
  name: string,
  example: string,
  version: string,
  lookAlike: string,
  cpe?: "a" | "o",
];

/** The fingerprints of rows that are read in one place: a service, or one header of `http`. `advice` is for those that no other is known for. */
export function fromRows(service: string, header: string, advice: string, rows: readonly FingerprintRow[]) {
  const before = service === "http" ? `${header}: ` : "";
  return rows.map(([says, name, example, version, lookAlike, cpe]): Fingerprint => {
    const [vendor = "", product = ""] = name.split(":");
    const isAdvised = advicesFor({ product, version: "any", note: "any" }, service).length > 0;
    return {
      services: [service],
      ...(service === "http" && { header: header.toLowerCase() }),
      says,
      ...(vendor && { vendor }),
      product,
      ...(cpe && { cpe: name, part: cpe }),
      ...(!isAdvised && { advice }),
      examples: { [before + example]: version },
      ignores: [before + lookAlike],
    };
  });
}
