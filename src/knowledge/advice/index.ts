import type { Software } from "../types.ts";
import type { Advice } from "./advice.ts";
import { dataAdvice } from "./data-advice.ts";
import { mailAndAccessAdvice } from "./mail-and-access-advice.ts";
import { platformAdvice } from "./platform-advice.ts";
import { webAdvice } from "./web-advice.ts";

/** Everything that is advised; of several for one product, the first goes furthest for what it costs. */
export const advices: readonly Advice[] = [...webAdvice, ...mailAndAccessAdvice, ...dataAdvice, ...platformAdvice];

/** How software that was named by what `service` said is kept from telling so; empty where nothing is known. */
export function advicesFor({ product, cpe, version, note }: Software, service: string): readonly Advice[] {
  const names = [product.toLowerCase().replaceAll(" ", "_"), cpe?.split(":")[4]];
  return advices.filter(
    ({ products, services, against }) =>
      (services === undefined || services.includes(service)) &&
      (products === undefined || names.some((name) => name && products.includes(name))) &&
      (against === undefined || (against === "version" ? version : note) !== undefined),
  );
}
