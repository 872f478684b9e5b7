/** What a server says that tells which software it is. A fingerprint carries its own proof: `examples` are run by the tests. */
export interface Fingerprint {
  /** Services whose words are read, as in a reveal's `service`. */
  readonly services: readonly string[];
  /** HTTP header that is read, lower case; `server` when absent. Only for `http`. */
  readonly header?: string;
  /** Fits the text from its start or anywhere; group 1 is the version, group 2 the update (`p1`) where CPE keeps it apart. */
  readonly says: RegExp;
  readonly vendor?: string;
  readonly product: string;
  /** CPE 2.3 `vendor:product` of an application, only where NVD uses exactly this and the version is the banner's. */
  readonly cpe?: string;
  /** The change that hides it, where the catalogue of advice (knowledge/advice) has none for the product. */
  readonly advice?: string;
  /** Text → version told, empty when none is. */
  readonly examples: Readonly<Record<string, string>>;
}
