import { renderCells } from "../../src/presentation/pictures/heat-map.ts";
import { renderPulse } from "../../src/presentation/pictures/pulse.ts";
import { formatCount, formatPlural, formatTime } from "../../src/presentation/words.ts";
import type { AnswerTo } from "../api.ts";
import { SearchField, SelectField } from "../parts/field.tsx";
import { Picture } from "../parts/picture.tsx";
import { Table } from "../parts/table.tsx";
import { Nothing, Trouble } from "../parts/words.tsx";
import { linkTo, type Place } from "../route.ts";
import { useAnswer } from "../use-answer.ts";

type Check = AnswerTo<"get /api/checks">["items"][number];

const DAY_MS = 86_400_000;
const MOST_BARS = 40;

/** What the world is probing for. */
export function Checks({ place }: { readonly place: Place }) {
  const { data, failure } = useAnswer("get /api/checks");
  const tried = useAnswer("get /api/tried").data;
  const shown = data?.items.filter((check) => isWanted(check, place));
  return (
    <>
      <h1>What the world is probing for</h1>
      {tried !== undefined && tried.cells.length > 0 && (
        <Picture
          of={renderCells(tried.cells, {
            services: tried.services - new Set(tried.cells.map(({ service }) => service)).size,
            targets: tried.targets - new Set(tried.cells.map(({ target }) => target)).size,
          })}
        />
      )}
      <h2>Checks</h2>
      <search>
        <form class="filters" aria-label="Filter checks" onSubmit={(event) => event.preventDefault()}>
          <SearchField place={place} name="q" label="Search" hint="product or CVE" />
          <SelectField
            place={place}
            name="which"
            label="Which"
            options={[
              ["", "all"],
              ["exploited", "known exploited"],
              ["cve", "with a CVE"],
              ["answered", "answered here"],
            ]}
          />
        </form>
      </search>
      <Trouble failure={failure} />
      {shown === undefined || shown.length === 0 ? (
        <Nothing isLoading={data === undefined && failure === undefined}>No check is like this.</Nothing>
      ) : (
        <Products checks={shown} />
      )}
    </>
  );
}

function isWanted({ id, product, knownExploited, answered }: Check, { params: { q = "", which } }: Place): boolean {
  if (which === "exploited" && !knownExploited) return false;
  if (which === "cve" && !id.startsWith("CVE-")) return false;
  if (which === "answered" && answered === 0) return false;
  return `${id} ${product}`.toLowerCase().includes(q.toLowerCase());
}

function Products({ checks }: { readonly checks: readonly Check[] }) {
  const days = checks.flatMap((check) => check.days.map(({ day }) => Date.parse(day)));
  const [start, end] = [Math.min(...days), Math.max(...days)];
  const products = [...Map.groupBy(checks, ({ product }) => product)]
    .map(([product, alike]) => ({ product, checks: alike, actors: Math.max(...alike.map(({ actors }) => actors)) }))
    .sort((a, b) => b.actors - a.actors || (a.product < b.product ? -1 : 1));
  const most = Math.max(...products.map(({ actors }) => actors));
  const hasCourse = end > start;
  const columns = [
    "Product",
    "Checks",
    ...(hasCourse ? ["Actors by day"] : []),
    "Actors#",
    "Asked#",
    "Answered#",
    "Last (UTC)",
  ];
  return (
    <Table label="Checks by product" columns={columns}>
      {products.map(({ product, checks, actors }) => (
        <tr key={product}>
          <td class="wide">
            <strong>{product}</strong>
          </td>
          <td class="wide">
            <Names checks={checks} />
          </td>
          {hasCourse && (
            <td class="course">
              <Course checks={checks} start={start} end={end} />
            </td>
          )}
          <td class="number">
            <Bar count={actors} most={most} /> {formatCount(actors)}
          </td>
          <td class="number">{formatCount(sumOf(checks, "count"))}</td>
          <td class="number">
            <Answered count={sumOf(checks, "answered")} />
          </td>
          <td class="nowrap">
            {formatTime(
              checks
                .map(({ last }) => last)
                .sort()
                .at(-1)!,
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** How much of the most it is; the number stands beside it. */
function Bar({ count, most }: { readonly count: number; readonly most: number }) {
  return (
    <svg class="bar" viewBox="0 0 80 10" aria-hidden="true">
      <rect class="against" width={(count / most) * 80} height="10" />
    </svg>
  );
}

function Answered({ count }: { readonly count: number }) {
  return count > 0 ? <strong class="alarm">{formatCount(count)}</strong> : "0";
}

function Names({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <ul class="inline">
      {checks.map(({ id, actors, knownExploited }) => (
        <li key={id}>
          <a href={linkTo(["actors"], { check: id })} title={`asked by ${formatPlural(actors, "actor")}`}>
            {id}
          </a>
          {knownExploited && (
            <>
              {" "}
              <span class="tag act" title="listed as exploited in the wild (CISA KEV)">
                KEV
              </span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Course({
  checks,
  start,
  end,
}: {
  readonly checks: readonly Check[];
  readonly start: number;
  readonly end: number;
}) {
  const bars = Math.min(MOST_BARS, Math.round((end - start) / DAY_MS) + 1);
  const counts = new Array<number>(bars).fill(0);
  for (const { day, actors } of checks.flatMap(({ days }) => days)) {
    const bar = Math.min(bars - 1, Math.floor(((Date.parse(day) - start) / (end - start + DAY_MS)) * bars));
    counts[bar]! += actors;
  }
  return <Picture of={renderPulse(counts, `Actors by day: at most ${Math.max(...counts)}`)} />;
}

function sumOf(checks: readonly Check[], of: "count" | "answered"): number {
  return checks.reduce((sum, check) => sum + check[of], 0);
}
