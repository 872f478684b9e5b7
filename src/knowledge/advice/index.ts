import type { Leak } from "../software/leak.ts";
import type { Software } from "../types.ts";
import type { Advice } from "./advice.ts";
import { dataAdvice } from "./data-advice.ts";
import { leakAdvice } from "./leak-advice.ts";
import { mailAndAccessAdvice } from "./mail-and-access-advice.ts";
import { platformAdvice } from "./platform-advice.ts";
import { serviceAdvice } from "./service-advice.ts";
import { webAdvice } from "./web-advice.ts";

/** Everything that is advised; of several for one product, the first goes furthest for what it costs. */
export const advices: readonly Advice[] = [
  ...webAdvice,
  ...mailAndAccessAdvice,
  ...dataAdvice,
  ...platformAdvice,
  ...leakAdvice,
  ...serviceAdvice,
];

/**
 * How software that was named by what `service` said is kept from telling so, and what leaked with it; without `software`, what holds for
 * the service whatever offers it. Empty where nothing is known.
 */
export function advicesFor(
  software: Software | undefined,
  service: string,
  leaks: readonly Pick<Leak, "kind">[] = [],
): readonly Advice[] {
  return advices.filter(
    (advice) =>
      advice.services?.includes(service) !== false &&
      (advice.leaks === undefined || leaks.some(({ kind }) => advice.leaks!.includes(kind))) &&
      isFor(advice, software),
  );
}

function isFor({ products, against, isWholeService }: Advice, software: Software | undefined): boolean {
  if (products === undefined) return true;
  if (software === undefined) return isWholeService === true;
  const { product, cpe, version, note } = software;
  const isNamed = products.includes(product.toLowerCase().replaceAll(" ", "_"));
  const isOfCpe = cpe !== undefined && products.includes(cpe.split(":")[4]!);
  const isTold = against === undefined || (against === "version" ? version : note) !== undefined;
  return (isNamed || isOfCpe) && isTold;
}
