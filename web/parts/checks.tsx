import { formatCount } from "../../src/presentation/words.ts";
import type { ActorReport } from "../../src/stories/report.ts";
import { linkTo } from "../route.ts";
import { Table } from "./table.tsx";

type Check = ActorReport["checks"][number];

/** What was checked, by product; what was answered comes first. */
export function ChecksByProduct({ checks }: { readonly checks: readonly Check[] }) {
  const products = [...Map.groupBy(checks, ({ product }) => product)]
    .map(([product, alike]) => ({ product, checks: joinAlike(alike) }))
    .map((row) => ({ ...row, answered: sumOf(row.checks, "answered"), count: sumOf(row.checks, "count") }))
    .sort((a, b) => b.answered - a.answered || b.count - a.count || (a.product < b.product ? -1 : 1));
  return (
    <Table label="Checks by product" columns={["Product", "Checks", "Asked#", "Answered#"]}>
      {products.map(({ product, checks, count, answered }) => (
        <tr key={product}>
          <td>{product}</td>
          <td class="wide">
            <ul class="inline">
              {checks.map(({ id, answered }) => (
                <li key={id}>
                  <a href={linkTo(["actors"], { check: id })}>{id}</a>
                  {answered > 0 && <strong> answered</strong>}
                </li>
              ))}
            </ul>
          </td>
          <td class="number">{formatCount(count)}</td>
          <td class="number">{answered > 0 ? <strong>{formatCount(answered)}</strong> : "0"}</td>
        </tr>
      ))}
    </Table>
  );
}

/** Several actors may have asked the same check. */
function joinAlike(checks: readonly Check[]): Check[] {
  return [...Map.groupBy(checks, ({ id }) => id).values()].map((alike) => ({
    ...alike[0]!,
    count: sumOf(alike, "count"),
    answered: sumOf(alike, "answered"),
  }));
}

function sumOf(checks: readonly Check[], of: "count" | "answered"): number {
  return checks.reduce((sum, check) => sum + check[of], 0);
}
