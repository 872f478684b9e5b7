import { renderSlices } from "../../src/presentation/pictures/timeline.ts";
import { formatCount, formatPeriod, formatPlural, formatTime, priorityMeaning } from "../../src/presentation/words.ts";
import type { Overview as OverviewAnswer } from "../../src/stores/records.ts";
import { priorities } from "../../src/stories/priorities.ts";
import { isEmbedded } from "../api.ts";
import { Funnel } from "../parts/funnel.tsx";
import { IncidentList } from "../parts/incident-list.tsx";
import { Picture } from "../parts/picture.tsx";
import { Nothing, Trouble } from "../parts/words.tsx";
import { linkTo } from "../route.ts";
import { useAnswer } from "../use-answer.ts";
import { lastVisit } from "../visits.ts";

export function Overview() {
  const { data, failure } = useAnswer("get /api/overview", lastVisit === null ? {} : { query: { since: lastVisit } });
  return (
    <>
      <Trouble failure={failure} />
      {data === undefined ? (
        <Nothing isLoading={failure === undefined}>Nothing to show.</Nothing>
      ) : data.lastRun === null ? (
        <Empty />
      ) : (
        <Told overview={data} />
      )}
    </>
  );
}

function Empty() {
  return (
    <>
      <h1>Nothing is stored yet</h1>
      <p>
        Run <code>vedette analyze --store FILE INPUT...</code> with this store; what it finds appears here at once.
      </p>
    </>
  );
}

function Told({ overview }: { readonly overview: OverviewAnswer }) {
  const { incidents, since, top, period, lastRun } = overview;
  return (
    <>
      <h1>
        {incidents.act === 0
          ? "Nothing asks for a person today"
          : `${formatPlural(incidents.act, "incident")} to look at today`}
      </h1>
      <p class="faint">
        {formatPeriod(period.first, period.last)} UTC. The last run read {formatPlural(lastRun!.inputs.length, "input")}{" "}
        at {formatTime(lastRun!.at)}.
      </p>
      {since !== null && <Since since={since} />}
      <ul class="numbers" aria-label="Open incidents by priority">
        {priorities.map((priority) => (
          <li key={priority} class={incidents[priority] > 0 ? priority : ""}>
            <a href={linkTo(["incidents"], { priority, acknowledged: "false" })}>
              <span class="count">{formatCount(incidents[priority])}</span>
              <strong>{priority}</strong>
              <span class="faint">{priorityMeaning[priority]}</span>
            </a>
          </li>
        ))}
        {!isEmbedded() && (
          <li>
            <a href={linkTo(["incidents"], { acknowledged: "true" })}>
              <span class="count">{formatCount(overview.acknowledged)}</span>
              <strong>seen to</strong>
              <span class="faint">acknowledged by somebody</span>
            </a>
          </li>
        )}
      </ul>
      <div class="beside">
        <section>
          <h2>From visitors to those who came back</h2>
          <Funnel funnel={overview.funnel} />
        </section>
        <section>
          <h2>When</h2>
          <Picture of={drawTimeline(overview)} endsNow />
        </section>
      </div>
      <h2>Top incidents</h2>
      {top.length === 0 ? (
        <Nothing isLoading={false}>No incident is open.</Nothing>
      ) : (
        <IncidentList incidents={top} label="Top incidents" />
      )}
      <p>
        <a href={linkTo(["incidents"])}>All incidents</a>
      </p>
    </>
  );
}

function Since({ since }: { readonly since: NonNullable<OverviewAnswer["since"]> }) {
  const news = [
    ...(since.appeared > 0 ? [`${formatPlural(since.appeared, "new incident")}`] : []),
    ...(since.changed > 0 ? [`${formatCount(since.changed)} changed`] : []),
  ];
  return (
    <p class="since">
      Since your last visit, {formatTime(lastVisit!)} UTC:{" "}
      {news.length === 0 ? (
        "nothing changed"
      ) : (
        <a href={linkTo(["incidents"], { changedSince: lastVisit!, sort: "last" })}>{news.join(", ")}</a>
      )}
      .
    </p>
  );
}

const MOST_BARS = 100;

function drawTimeline({ timeline, sliceSeconds }: OverviewAnswer) {
  const [first, last] = [timeline[0], timeline.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const start = Date.parse(first.at);
  const slices = Math.round((Date.parse(last.at) - start) / sliceSeconds / 1000) + 1;
  const sliceMs = sliceSeconds * 1000 * Math.ceil(slices / MOST_BARS);
  const bars = Math.max(12, Math.ceil((slices * sliceSeconds * 1000) / sliceMs));
  const counts = Array.from({ length: bars }, () => ({ act: 0, notable: 0, noise: 0 }));
  for (const { at, ...slice } of timeline) {
    const bar = counts[Math.floor((Date.parse(at) - start) / sliceMs)]!;
    for (const priority of priorities) bar[priority] += slice[priority];
  }
  return renderSlices(counts, start, bars * sliceMs, {
    title: "Incidents by their last doing",
    note: "By priority; times are UTC.",
    noun: "incident",
    width: 600,
  });
}
