import { useEffect, useState } from "preact/hooks";

/** Where the reader is. It stands behind the `#` of the address, so that it can be shared and works in a file as well. */
export interface Place {
  /** `["incidents", "i-12"]` */
  readonly path: readonly string[];
  readonly params: Params;
}

export type Params = Readonly<Record<string, string>>;

export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return placeOf(hash);
}

export function placeOf(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const parts = path.split("/").filter(Boolean).map(decode);
  return { path: parts.length === 0 ? ["overview"] : parts, params: Object.fromEntries(new URLSearchParams(query)) };
}

/** Somebody may have cut the address anywhere. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The link to a place; parameters without a value are left out. */
export function linkTo(path: readonly string[], params: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) query.set(name, value);
  return `#/${path.map(encodeURIComponent).join("/")}${query.size === 0 ? "" : `?${query}`}`;
}

/** Changes parameters of this place without a new step in the history: a filter is no page. */
export function setParams(place: Place, changes: Readonly<Record<string, string | undefined>>): void {
  history.replaceState(null, "", linkTo(place.path, { ...place.params, ...changes }));
  dispatchEvent(new HashChangeEvent("hashchange"));
}
