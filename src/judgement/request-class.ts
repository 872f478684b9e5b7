import { Count, type Estate } from "../observations/estate.ts";
import { Class } from "./classes.ts";
import { resourceTag } from "./lessons.ts";
import type { PathMemo } from "./path-memo.ts";

/** Distinct credible visitors that make a resource popular. */
const POPULAR = 2;
/** Distinct credible visitors that make a miss popular: broken links are met by many. */
const POPULAR_MISS = 2;

/** What an HTTP status says about what was asked for. */
export function succeeded(status: number): boolean {
  return (status >= 200 && status < 400) || status === 101;
}

/**
 * The class of a request for something this actor had not asked for before.
 * @param path the request's template
 * @param knowsPage whether this actor has asked for the same page with other parameters
 * @param automatic whether browsers ask for this path by themselves
 */
export function classOfRequest(
  estate: Estate,
  path: PathMemo,
  status: number,
  automatic: boolean,
  knowsPage: boolean,
): number {
  const { low, high } = path;
  const row = estate.find(low, resourceTag(high));
  const hits = estate.get(row, Count.hits);
  const misses = estate.get(row, Count.misses);
  // Calendars, shares and scripts of other sites ask with methods of their own before they know what a server takes.
  if (status === 405 && !path.isPlain) return hits >= POPULAR ? Class.popularPath : Class.missingNearby;
  if (status === 400 || status === 405 || status === 414 || status === 431 || status === 501 || status === 505)
    return hits >= POPULAR ? Class.popularPath : Class.malformed;
  if (automatic) return Class.ownSoftware;
  if (succeeded(status) || status === 304) {
    if (hits >= POPULAR) return Class.popularPath;
    if (hits > 0) return Class.rarePath;
    if (path.names !== 0 && (knowsPage || isUsed(estate, path.page)))
      return isUsed(estate, path.names) ? Class.newPathNearby : Class.newParameters;
    return isNearby(estate, path) ? Class.newPathNearby : Class.newPath;
  }
  if (misses >= POPULAR_MISS) return Class.popularMiss;
  if (hits >= POPULAR) return Class.rarePath;
  if (status === 401) return Class.logInAsked;
  if (status === 403) return Class.forbiddenPath;
  if (status >= 500) return Class.failingPath;
  if (status === 0 || status === 499 || status === 408) return Class.unansweredPath;
  // Whoever asks for an identifier has it from somewhere: nobody guesses one.
  return path.identified || isNearby(estate, path) ? Class.missingNearby : Class.missingPath;
}

/** Whether visitors use a directory not far above the path: dead and mangled links point beside what exists. */
function isNearby(estate: Estate, path: PathMemo): boolean {
  const { depth, directory, parent, grandparent } = path;
  return (
    (depth > 1 && isUsed(estate, directory)) ||
    (depth > 2 && isUsed(estate, parent)) ||
    (depth > 3 && isUsed(estate, grandparent))
  );
}

function isUsed(estate: Estate, container: number): boolean {
  return estate.get(estate.find(container, container), Count.hits) > 0;
}
