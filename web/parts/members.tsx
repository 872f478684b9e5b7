import { formatCount, formatPlural, formatScore, verdictWord } from "../../src/presentation/words.ts";
import type { StoredActor, StoredIncident } from "../../src/stores/records.ts";
import { linkTo } from "../route.ts";
import { Table } from "./table.tsx";
import { ActorLink, When } from "./words.tsx";

const MOST_SHOWN = 100;

/** The sources of a campaign or hand-over, and why each is one. */
export function Members({
  incident,
  actors,
}: {
  readonly incident: StoredIncident;
  readonly actors: readonly StoredActor[];
}) {
  const { members, memberships = [], links = [], size, id } = incident;
  const reasons = new Map(memberships.map((membership) => [membership.address, membership]));
  const link = (address: string) => links.find(({ to }) => to === address);
  const known = new Map(actors.map((actor) => [actor.address, actor]));
  const shown = members.slice(0, MOST_SHOWN);
  return (
    <>
      <Table
        label="Members"
        columns={["Source", "Verdict", "Score#", "Observations#", "First (UTC)", "Why it is one", "How surely#"]}
      >
        {shown.map((address) => {
          const actor = known.get(address);
          const reason = reasons.get(address) ?? link(address);
          return (
            <tr key={address}>
              <td class="nowrap">
                <ActorLink address={address} />
              </td>
              <td>{actor && verdictWord[actor.verdict]}</td>
              <td class="number">{actor && formatScore(actor.score)}</td>
              <td class="number">{actor && formatCount(actor.observations)}</td>
              <td class="nowrap">{actor && <When at={actor.first} />}</td>
              <td class="wide">{reason?.because}</td>
              <td class="number">{reason && `${Math.round(reason.probability * 100)} %`}</td>
            </tr>
          );
        })}
      </Table>
      {size > shown.length && (
        <p>
          <a href={linkTo(["actors"], { incident: id })}>{formatPlural(size, "source")} in all</a>
        </p>
      )}
    </>
  );
}
