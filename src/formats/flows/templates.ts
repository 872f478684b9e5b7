import { mix } from "../../bytes/hash.ts";

/** Length of a field whose length stands before its value (RFC 7011, section 7). */
export const VARIABLE = 65535;
/** Templates kept at once, of all exporters. */
const MOST_TEMPLATES = 4096;
/** A template with more fields is made up: it could not fit its message. */
export const MOST_FIELDS = 1024;

/** How the records of one kind are laid out. */
export interface Template {
  readonly exporter: number;
  readonly domain: number;
  readonly id: number;
  /** Bytes of each field; `VARIABLE` when it tells itself. */
  readonly lengths: Uint16Array;
  readonly roles: Uint8Array;
  /** Length of the shortest record; at least 1. */
  readonly least: number;
  /** Records of options, such as the sampling rate, not of flows. */
  readonly isOptions: boolean;
}

/** The templates that exporters told, the longest untouched forgotten first. */
export class Templates {
  /** Templates forgotten because there were too many. */
  forgotten = 0;
  readonly #byKey = new Map<number, Template>();

  put(template: Template): void {
    const key = keyOf(template.exporter, template.domain, template.id);
    this.#byKey.delete(key);
    this.#byKey.set(key, template);
    if (this.#byKey.size <= MOST_TEMPLATES) return;
    for (const oldest of this.#byKey.keys()) {
      this.#byKey.delete(oldest);
      break;
    }
    this.forgotten++;
  }

  /** The exporter takes it back (RFC 7011, section 8.1). */
  withdraw(exporter: number, domain: number, id: number): void {
    if (this.find(exporter, domain, id)) this.#byKey.delete(keyOf(exporter, domain, id));
  }

  find(exporter: number, domain: number, id: number): Template | undefined {
    const found = this.#byKey.get(keyOf(exporter, domain, id));
    return found?.exporter === exporter && found.domain === domain && found.id === id ? found : undefined;
  }
}

function keyOf(exporter: number, domain: number, id: number): number {
  return mix(mix(exporter, domain), id);
}
