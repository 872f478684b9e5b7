import { formatCount, formatScore, listSome, techniqueInWords, verdictWord } from "../../src/presentation/words.ts";
import type { ActorRow } from "../../src/stores/records.ts";
import { priorities, verdicts } from "../../src/stories/priorities.ts";
import type { Asking } from "../api.ts";
import { SearchField, SelectField } from "../parts/field.tsx";
import { More } from "../parts/more.tsx";
import { Table } from "../parts/table.tsx";
import { ActorLink, Nothing, Tag, Trouble, When } from "../parts/words.tsx";
import { linkTo, type Place } from "../route.ts";
import { usePages } from "../use-pages.ts";

type Query = NonNullable<Asking<"get /api/actors">["query"]>;

export function Actors({ place }: { readonly place: Place }) {
  const { q, verdict, priority, sort, check, incident } = place.params;
  const query = { q, verdict, priority, sort, check, incident } as Query;
  const { data, more, renew, failure } = usePages("get /api/actors", { query });
  return (
    <>
      <h1>Actors</h1>
      <search>
        <form class="filters" aria-label="Filter actors" onSubmit={(event) => event.preventDefault()}>
          <SearchField place={place} name="q" label="Search" hint="beginning of an address" />
          <SelectField
            place={place}
            name="verdict"
            label="Verdict"
            options={[["", "all"], ...verdicts.map((each) => [each, verdictWord[each]] as const)]}
          />
          <SelectField
            place={place}
            name="priority"
            label="Priority"
            options={[["", "all"], ...priorities.map((each) => [each, each] as const)]}
          />
          <SelectField
            place={place}
            name="sort"
            label="Order"
            options={[
              ["", "most urgent first"],
              ["last", "latest first"],
              ["score", "highest score first"],
            ]}
          />
        </form>
      </search>
      {(check || incident) && (
        <p class="since">
          Only {check ? `who asked ${check}` : `those of incident ${incident}`}.{" "}
          <a href={linkTo(["actors"])}>Show all</a>
        </p>
      )}
      <Trouble failure={failure} />
      {data === undefined || data.length === 0 ? (
        <Nothing isLoading={data === undefined && failure === undefined}>No actor is like this.</Nothing>
      ) : (
        <>
          <Table
            label="Actors"
            columns={["Address", "Priority", "Verdict", "Did", "Score#", "Seen#", "Checks#", "Learned#", "Last (UTC)"]}
          >
            {data.map((actor) => (
              <Entry key={actor.address} actor={actor} />
            ))}
          </Table>
          <More shown={data.length} more={more} renew={renew} />
        </>
      )}
    </>
  );
}

function Entry({ actor }: { readonly actor: ActorRow }) {
  const {
    address,
    priority,
    verdict,
    tools,
    techniques,
    network,
    operator,
    score,
    observations,
    checks,
    learned,
    last,
  } = actor;
  const whose = operator?.label || network?.organisation;
  return (
    <tr>
      <td class="nowrap">
        <ActorLink address={address} />
        {whose && <div class="faint">{whose}</div>}
      </td>
      <td>
        <Tag priority={priority} />
      </td>
      <td>{verdictWord[verdict]}</td>
      <td class="wide">
        {tools.length > 0 && <strong>{tools.join(", ")} </strong>}
        <span class="faint">{listSome(techniques.map(techniqueInWords), 3)}</span>
      </td>
      <td class="number">{formatScore(score)}</td>
      <td class="number">{formatCount(observations)}</td>
      <td class="number">{formatCount(checks)}</td>
      <td class="number">{formatCount(learned)}</td>
      <td class="nowrap">
        <When at={last} />
      </td>
    </tr>
  );
}
