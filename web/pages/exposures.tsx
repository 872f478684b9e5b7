import { renderExposureMatrix } from "../../src/presentation/pictures/exposure-matrix.ts";
import { formatPlural } from "../../src/presentation/words.ts";
import type { StoredExposure } from "../../src/stores/records.ts";
import { type Asking, isEmbedded } from "../api.ts";
import { ExposureTable } from "../parts/exposure-table.tsx";
import { SearchField, SelectField } from "../parts/field.tsx";
import { More } from "../parts/more.tsx";
import { Picture } from "../parts/picture.tsx";
import { Nothing, Trouble } from "../parts/words.tsx";
import { linkTo, type Place } from "../route.ts";
import { useAnswer } from "../use-answer.ts";
import { usePages } from "../use-pages.ts";

type Query = NonNullable<Asking<"get /api/exposures">["query"]>;

const AT_ONCE = 200;
/** Actors that may be columns of the picture. */
const MOST_LEARNERS = 200;

export function Exposures({ place }: { readonly place: Place }) {
  const { q, severity, sort } = place.params;
  const query = { q, severity, sort } as Query;
  const { data, more, failure } = usePages("get /api/exposures", { query }, AT_ONCE);
  const actors = useAnswer("get /api/actors", { query: { limit: MOST_LEARNERS } });
  return (
    <>
      <h1>What your servers reveal</h1>
      <p class="faint">
        By host and service, who learned it, and how to say less.{" "}
        {!isEmbedded() && (
          <a href={linkTo(["exposures", "changes"])}>Before and after: what changed between two runs</a>
        )}
      </p>
      <search>
        <form class="filters" aria-label="Filter exposures" onSubmit={(event) => event.preventDefault()}>
          <SearchField place={place} name="q" label="Search" hint="host, product or service" />
          <SelectField
            place={place}
            name="severity"
            label="Severity"
            options={[
              ["", "all"],
              ["high", "high"],
              ["high,medium", "high and medium"],
              ["high,medium,low", "all but info"],
            ]}
          />
          <SelectField
            place={place}
            name="sort"
            label="Order"
            options={[
              ["", "gravest first"],
              ["last", "latest told first"],
            ]}
          />
        </form>
      </search>
      <Trouble failure={failure} />
      {data === undefined || data.length === 0 ? (
        <Nothing isLoading={data === undefined && failure === undefined}>
          No server was seen to name its software{q || severity ? " like this" : ""}.
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
  return (
    <ExposureTable
      label="Exposures by host"
      exposures={exposures}
      describeHost={(target, alike) =>
        [names.get(target), describeLearners(learnersOf(alike))].filter(Boolean).join(", ")
      }
    />
  );
}

function describeLearners(count: number): string {
  return count === 0 ? "told to nobody known" : `told to ${formatPlural(count, "address", "addresses")}`;
}

function learnersOf(exposures: readonly StoredExposure[]): number {
  return new Set(exposures.flatMap(({ learnedBy }) => learnedBy)).size;
}
