import { renderPulse } from "../../src/presentation/pictures/pulse.ts";
import { formatPeriod, formatPlural } from "../../src/presentation/words.ts";
import type { Campaign } from "../../src/stores/records.ts";
import { More } from "../parts/more.tsx";
import { Picture } from "../parts/picture.tsx";
import { Nothing, Tag, Trouble } from "../parts/words.tsx";
import { linkTo } from "../route.ts";
import { usePages } from "../use-pages.ts";

/** Small multiples: the course of each campaign, all drawn alike. */
export function Campaigns() {
  const { data, more, failure } = usePages("get /api/campaigns", {}, 24);
  return (
    <>
      <h1>Campaigns</h1>
      <p class="faint">
        One scan, shared out over many sources so that none stands out. Bars are the sources that were about, over the
        time of each.
      </p>
      <Trouble failure={failure} />
      {data === undefined || data.length === 0 ? (
        <Nothing isLoading={data === undefined && failure === undefined}>No campaign was found.</Nothing>
      ) : (
        <>
          <ul class="multiples" aria-label="Campaigns">
            {data.map((campaign) => (
              <li key={campaign.id}>
                <Multiple campaign={campaign} />
              </li>
            ))}
          </ul>
          <More shown={data.length} more={more} />
        </>
      )}
    </>
  );
}

function Multiple({ campaign }: { readonly campaign: Campaign }) {
  const { id, priority, objective, size, first, last, pulse, members, summary } = campaign;
  return (
    <a href={linkTo(["incidents", id])} class={priority}>
      <strong>{objective}</strong>
      <span>
        <Tag priority={priority} /> <span class="faint">{formatPlural(size, "source")}</span>
      </span>
      <Picture of={renderPulse(pulse, `Sources over time: at most ${Math.max(...pulse)} at once`)} />
      <span class="faint">{formatPeriod(first, last)}</span>
      <span class="faint clamped">{summary}</span>
      <span class="faint mono">{members.slice(0, 3).join(", ")}</span>
    </a>
  );
}
