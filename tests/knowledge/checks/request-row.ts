import type { Batch } from "../../../src/observations/batch.ts";
import { Kind } from "../../../src/observations/vocabulary.ts";

/**
 * Adds the request that an example of a check describes: `METHOD target`, then ` | field=value` for what else the input
 * showed (`agent`, `referer`, `host`, `header` for the list of header names, `content`).
 */
export function addRequest(batch: Batch, example: string): number {
  const [request = "", ...fields] = example.split(" | ");
  const space = request.indexOf(" ");
  const row = batch.add(Kind.request, 0, 1);
  batch.method[row] = batch.texts.addText(request.slice(0, space));
  batch.path[row] = batch.texts.addText(request.slice(space + 1));
  const value = (name: string) =>
    batch.texts.addText(fields.find((field) => field.startsWith(`${name}=`))?.slice(name.length + 1) ?? "");
  batch.agent[row] = value("agent");
  batch.referer[row] = value("referer");
  batch.host[row] = value("host");
  batch.detail[row] = value("header");
  batch.content[row] = value("content");
  return row;
}

/** Adds a request whose target is these bytes, whatever they are. */
export function addRawRequest(batch: Batch, method: string, target: Uint8Array, agent: Uint8Array): number {
  const row = addRequest(batch, `${method} `);
  batch.path[row] = batch.texts.add(target, 0, target.length);
  batch.agent[row] = batch.texts.add(agent, 0, agent.length);
  return row;
}
