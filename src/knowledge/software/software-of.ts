import type { Software } from "../types.ts";
export function softwareOf(_service: string, _text: string): Software | undefined {
  return undefined;
}
