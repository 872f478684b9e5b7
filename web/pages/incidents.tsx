import { useEffect, useRef } from "preact/hooks";
import { formatTime } from "../../src/presentation/words.ts";
import { type Asking, isEmbedded, pathOf } from "../api.ts";
import { SearchField, SelectField } from "../parts/field.tsx";
import { IncidentList } from "../parts/incident-list.tsx";
import { More } from "../parts/more.tsx";
import { Nothing, Trouble } from "../parts/words.tsx";
import type { Place } from "../route.ts";
import { linkTo } from "../route.ts";
import { usePages } from "../use-pages.ts";

type Query = NonNullable<Asking<"get /api/incidents">["query"]>;

export function Incidents({ place }: { readonly place: Place }) {
  const query = queryOf(place);
  const { data, total, more, renew, failure } = usePages("get /api/incidents", { query });
  const filters = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const seek = (event: KeyboardEvent) => {
      if (event.key !== "/" || /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "")) return;
      event.preventDefault();
      filters.current?.querySelector("input")?.focus();
    };
    addEventListener("keydown", seek);
    return () => removeEventListener("keydown", seek);
  }, []);
  return (
    <>
      <h1>Incidents</h1>
      <search>
        <form class="filters" aria-label="Filter incidents" ref={filters} onSubmit={(event) => event.preventDefault()}>
          <SearchField place={place} name="q" label="Search" hint="address or words  ( / )" />
          <SelectField
            place={place}
            name="priority"
            label="Priority"
            options={[
              ["", "all"],
              ["act", "act"],
              ["act,notable", "act and notable"],
              ["notable", "notable"],
              ["noise", "noise"],
            ]}
          />
          <SelectField
            place={place}
            name="kind"
            label="Kind"
            options={[
              ["", "all"],
              ["single", "one source"],
              ["campaign", "campaign"],
              ["handover", "hand-over"],
            ]}
          />
          {!isEmbedded() && (
            <SelectField
              place={place}
              name="acknowledged"
              label="Seen to"
              options={[
                ["", "all"],
                ["false", "open"],
                ["true", "seen to"],
              ]}
            />
          )}
          <SelectField
            place={place}
            name="sort"
            label="Order"
            options={[
              ["", "most urgent first"],
              ["last", "latest first"],
              ["first", "latest begun first"],
              ["size", "most sources first"],
            ]}
          />
        </form>
      </search>
      {query.changedSince !== undefined && (
        <p class="since">
          Only what changed since {formatTime(query.changedSince)} UTC. <a href={linkTo(["incidents"])}>Show all</a>
        </p>
      )}
      <Trouble failure={failure} />
      {data === undefined || data.length === 0 ? (
        <Nothing isLoading={data === undefined && failure === undefined}>No incident is like this.</Nothing>
      ) : (
        <>
          <IncidentList incidents={data} label="Incidents" />
          <More shown={data.length} total={total} more={more} renew={renew} />
        </>
      )}
      {!isEmbedded() && <Exports query={query} />}
    </>
  );
}

/** What the address asks for; what it holds else is not passed on. */
function queryOf({ params }: Place): Query {
  const { q, priority, kind, acknowledged, sort, changedSince, since, until } = params;
  return { q, priority, kind, acknowledged, sort, changedSince, since, until } as Query;
}

function Exports({ query }: { readonly query: Query }) {
  return (
    <p class="exports">
      These as{" "}
      <a download href={pathOf("get /api/incidents.csv", { query })}>
        a table (CSV)
      </a>{" "}
      or{" "}
      <a download href={pathOf("get /api/incidents.ndjson", { query })}>
        JSON, one a line
      </a>
    </p>
  );
}
