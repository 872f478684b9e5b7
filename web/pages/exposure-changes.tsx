import { changeTitles, listTold, listWordings } from "../../src/presentation/exposure-changes.ts";
import { describePlace } from "../../src/presentation/exposure-words.ts";
import { formatPlural, formatTime } from "../../src/presentation/words.ts";
import type { Run } from "../../src/stores/records.ts";
import type { AnswerTo } from "../api.ts";
import { SelectField } from "../parts/field.tsx";
import { Table } from "../parts/table.tsx";
import { ActorLink, Nothing, Trouble } from "../parts/words.tsx";
import { linkTo, type Place } from "../route.ts";
import { useAnswer } from "../use-answer.ts";

type Compared = AnswerTo<"get /api/exposure-changes">;

/** Runs that can be chosen. */
const MOST_RUNS = 100;

/** What two runs differ in: whether a mend worked, and what the same scanners still learn. */
export function ExposureChanges({ place }: { readonly place: Place }) {
  const { before, after } = place.params;
  const query = { ...(before && { before }), ...(after && { after }) };
  const { data, failure } = useAnswer("get /api/exposure-changes", { query });
  const runs = useAnswer("get /api/runs", { query: { limit: MOST_RUNS } }).data?.items ?? [];
  const options = (first: string) =>
    [["", first], ...runs.map((run) => [run.id, describeRun(run)])] as [string, string][];
  return (
    <>
      <p>
        <a href={linkTo(["exposures"])}>Exposures</a>
      </p>
      <h1>Before and after</h1>
      <p class="faint">
        What your servers revealed in one run and in another, and what the same actors were told in both.
      </p>
      <form class="filters" aria-label="Runs to compare" onSubmit={(event) => event.preventDefault()}>
        <SelectField place={place} name="before" label="Before" options={options("the one before it")} />
        <SelectField place={place} name="after" label="After" options={options("the latest run")} />
      </form>
      <Trouble failure={failure} />
      {data?.before && data.after ? (
        <Differences of={data} />
      ) : (
        <Nothing isLoading={data === undefined && failure === undefined}>
          There are no two runs to compare yet: <code>vedette analyze --store FILE</code> and{" "}
          <code>vedette exposure check --store FILE</code> each add one.
        </Nothing>
      )}
    </>
  );
}

function describeRun({ at, kind, inputs }: Run): string {
  return `${formatTime(at)}, ${kind === "check" ? "check of own hosts" : formatPlural(inputs.length, "input")}`;
}

function Differences({ of }: { readonly of: Compared }) {
  const { before, after, counts, changes, learners, learnersAlike } = of;
  const told = changes.filter(({ change }) => change !== "same");
  return (
    <>
      <p class="since">
        {describeRun(before!)} against {describeRun(after!)}:{" "}
        {changeTitles
          .filter(([change]) => counts[change] > 0)
          .map(([change, title]) => `${counts[change]} ${title.toLowerCase()}`)
          .join("; ") || "neither reveals anything"}
        .
      </p>
      {told.length > 0 && <Changes of={told} />}
      <h2>The same actors, before and after</h2>
      {learners.length > 0 && (
        <Table label="What the same actors were told" columns={["Actor", "Was told", "Is told now"]}>
          {learners.map(({ address, before, after }) => (
            <tr key={address}>
              <td class="nowrap">
                <ActorLink address={address} />
              </td>
              <td class="wide">{listTold(before)}</td>
              <td class="wide">{listTold(after)}</td>
            </tr>
          ))}
        </Table>
      )}
      <p class="faint">
        {learnersAlike > 0
          ? `${formatPlural(learnersAlike, "actor")} learned the same in both.`
          : learners.length === 0 && "No actor was told something in both."}
      </p>
    </>
  );
}

function Changes({ of }: { readonly of: Compared["changes"] }) {
  const columns = ["Service", "Told by", "Before", "After"];
  return (
    <Table label="What changed" columns={columns}>
      {changeTitles.map(([kind, title]) => {
        const alike = of.filter(({ change }) => change === kind);
        return (
          alike.length > 0 && [
            <tr class="host" key={kind}>
              <th colSpan={columns.length} scope="rowgroup">
                {title}
              </th>
            </tr>,
            ...alike.map(({ before, after }) => {
              const one = (before[0] ?? after[0])!;
              return (
                <tr key={`${describePlace(one)} ${one.service} ${one.revealedBy}`}>
                  <td class="mono nowrap">{describePlace(one)}</td>
                  <td class="nowrap">{one.revealedBy}</td>
                  <td class="wide mono">{before.length === 0 ? "" : listWordings(before)}</td>
                  <td class="wide mono">{after.length === 0 ? "" : listWordings(after)}</td>
                </tr>
              );
            }),
          ]
        );
      })}
    </Table>
  );
}
