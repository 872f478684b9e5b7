import { renderExposureMatrix } from "../../src/presentation/pictures/exposure-matrix.ts";
import { formatPlural } from "../../src/presentation/words.ts";
import type { StoredExposure } from "../../src/stores/records.ts";
import type { Asking } from "../api.ts";
import { ExposureTable } from "../parts/exposure-table.tsx";
import { SearchField } from "../parts/field.tsx";
import { More } from "../parts/more.tsx";
import { Picture } from "../parts/picture.tsx";
import { Nothing, Trouble } from "../parts/words.tsx";
import type { Place } from "../route.ts";
import { useAnswer } from "../use-answer.ts";
import { usePages } from "../use-pages.ts";

type Query = NonNullable<Asking<"get /api/exposures">["query"]>;

const AT_ONCE = 200;
/** Actors that may be columns of the picture. */
const MOST_LEARNERS = 200;

export function Exposures({ place }: { readonly place: Place }) {
  const query = { q: place.params.q } as Query;
  const { data, more, failure } = usePages("get /api/exposures", { query }, AT_ONCE);
  const actors = useAnswer("get /api/actors", { query: { limit: MOST_LEARNERS } });
  return (
    <>
      <h1>What your servers reveal</h1>
      <p class="faint">By host and service, who learned it, and how to say less.</p>
      <search>
        <form class="filters" aria-label="Filter exposures" onSubmit={(event) => event.preventDefault()}>
          <SearchField place={place} name="q" label="Search" hint="host, product or service" />
        </form>
      </search>
      <Trouble failure={failure} />
      {data === undefined || data.length === 0 ? (
        <Nothing isLoading={data === undefined && failure === undefined}>
          No server was seen to name its software{query.q ? " like this" : ""}.
        </Nothing>
      ) : (
        <>
          <Picture of={renderExposureMatrix({ exposures: data, actors: actors.data?.items ?? [] })} />
          <Hosts exposures={data} />
          <More shown={data.length} more={more} />
        </>
      )}
    </>
  );
}

function Hosts({ exposures }: { readonly exposures: readonly StoredExposure[] }) {
  const assets = useAnswer("get /api/assets");
  const names = new Map(assets.data?.items.map(({ address, name }) => [address, name]));
  const hosts = [...Map.groupBy(exposures, ({ target }) => target).values()].sort(
    (a, b) => urgencyOf(a) - urgencyOf(b) || learnersOf(b) - learnersOf(a) || (a[0]!.target < b[0]!.target ? -1 : 1),
  );
  return (
    <ExposureTable
      label="Exposures by host"
      exposures={hosts.flat()}
      describeHost={(target, alike) =>
        [names.get(target), `learned by ${formatPlural(learnersOf(alike), "actor")}`].filter(Boolean).join(", ")
      }
    />
  );
}

function urgencyOf(exposures: readonly StoredExposure[]): number {
  const isExploited = exposures.some(({ vulnerabilities }) =>
    vulnerabilities.some(({ knownExploited }) => knownExploited),
  );
  return isExploited ? 0 : 1;
}

function learnersOf(exposures: readonly StoredExposure[]): number {
  return new Set(exposures.flatMap(({ learnedBy }) => learnedBy)).size;
}
