import { useState } from "preact/hooks";
import { renderListProgress } from "../../src/presentation/pictures/list-progress.ts";
import { renderStages } from "../../src/presentation/pictures/stages.ts";
import { formatPeriod, formatPlural, formatTime, listSome, techniqueInWords } from "../../src/presentation/words.ts";
import type { StoredIncident } from "../../src/stores/records.ts";
import { type AnswerTo, ask, isEmbedded, pathOf } from "../api.ts";
import { ActButton } from "../parts/act-button.tsx";
import { ActorFacts } from "../parts/actor-facts.tsx";
import { ChecksByProduct } from "../parts/checks.tsx";
import { DeclareScanner } from "../parts/declare-scanner.tsx";
import { ExposureTable } from "../parts/exposure-table.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import { Ledger } from "../parts/ledger.tsx";
import { Members } from "../parts/members.tsx";
import { Picture } from "../parts/picture.tsx";
import { Facts, Nothing, Tag, Trouble } from "../parts/words.tsx";
import { linkTo } from "../route.ts";
import { useMayChange } from "../session.ts";
import { useAnswer } from "../use-answer.ts";

type Told = AnswerTo<"get /api/incidents/:id">;

/** Of what was looked for; all of it stands below, by product. */
const MOST_LISTED = 12;
/** Rows of evidence whose times are drawn. */
const MOST_DRAWN = 500;

export function Incident({ id }: { readonly id: string }) {
  const { data, failure } = useAnswer("get /api/incidents/:id", { key: id });
  return (
    <>
      <p>
        <a href={linkTo(["incidents"])}>Incidents</a>
      </p>
      <Trouble failure={failure} />
      {data !== undefined ? (
        <Story told={data} />
      ) : failure !== undefined ? (
        <h1>This incident cannot be shown</h1>
      ) : (
        <Nothing isLoading>Nothing to show.</Nothing>
      )}
    </>
  );
}

function Story({ told }: { readonly told: Told }) {
  const { incident, actors, exposures } = told;
  const checks = actors.flatMap((actor) => actor.checks);
  return (
    <>
      <h1>
        {incident.objective} <Tag priority={incident.priority} />
      </h1>
      <p>
        <strong>Because</strong> {incident.because}.
      </p>
      {incident.acknowledged !== null && <Acknowledged incident={incident} />}
      {!isEmbedded() && <Actions incident={incident} />}
      <Facts
        of={[
          ["When", `${formatPeriod(incident.first, incident.last)} UTC`],
          ["Who", describeWho(incident)],
          ["Looked for", listSome(incident.intent?.looksFor ?? [], MOST_LISTED)],
          ["Products", listSome(incident.intent?.products ?? [], MOST_LISTED)],
          ["CVEs", listSome(incident.intent?.vulnerabilities ?? [], MOST_LISTED)],
          ["How", incident.intent?.profile],
          ["Reached", incident.intent?.reached],
          [
            "Stored",
            !isEmbedded() && `${formatTime(incident.appeared)} UTC, told by ${formatPlural(incident.runs, "run")}`,
          ],
        ]}
      />
      <h2>Stages</h2>
      <Stages incident={incident} />
      <Picture of={renderListProgress(incident.intent)} />
      {exposures.length > 0 && (
        <>
          <h2>What was learned</h2>
          <ExposureTable label="What was learned" exposures={exposures} />
        </>
      )}
      {checks.length > 0 && (
        <>
          <h2>What was checked</h2>
          <ChecksByProduct checks={checks} />
        </>
      )}
      {incident.kind !== "single" && (
        <>
          <h2>Members</h2>
          <Members incident={incident} actors={actors} />
        </>
      )}
      <h2>Evidence</h2>
      <Evidence actors={actors} />
      {!isEmbedded() && (
        <>
          <h2>Notes</h2>
          <Notes told={told} />
        </>
      )}
    </>
  );
}

function describeWho({ kind, members, size }: StoredIncident): string {
  if (kind === "single") return members[0] ?? "";
  return `${kind === "campaign" ? "a campaign" : "a hand-over"}: ${formatPlural(size, "source")}`;
}

function Acknowledged({ incident: { acknowledged } }: { readonly incident: StoredIncident }) {
  const { by, at, reason } = acknowledged!;
  return (
    <p class="since">
      Seen to by {by}, {formatTime(at)} UTC{reason !== "" && `: ${reason}`}
    </p>
  );
}

function Actions({ incident: { id, acknowledged, kind, members } }: { readonly incident: StoredIncident }) {
  return (
    <div class="actions">
      {useMayChange() && (
        <>
          {acknowledged === null ? (
            <FormDialog
              label="Acknowledge"
              title="Acknowledge this incident"
              act="Acknowledge"
              onSend={(field) =>
                ask("put /api/incidents/:id/acknowledgement", { key: id, body: { reason: field("reason") } })
              }
            >
              <p class="faint">It then no longer counts as open. When it goes on, it is told as changed.</p>
              <label class="field">
                <span>Reason (may be empty)</span>
                <textarea name="reason" maxLength={2000} />
              </label>
            </FormDialog>
          ) : (
            <ActButton
              label="Open it again"
              onAct={() => ask("delete /api/incidents/:id/acknowledgement", { key: id })}
            />
          )}
          {kind === "single" && members[0] !== undefined && <DeclareScanner address={members[0]} />}
        </>
      )}
      <a class="button" download={`${id}.json`} href={pathOf("get /api/incidents/:id", { key: id })}>
        Export JSON
      </a>
      <a class="button" download={`${id}.csv`} href={pathOf("get /api/incidents/:id/evidence.csv", { key: id })}>
        Export evidence as CSV
      </a>
    </div>
  );
}

function Stages({ incident: { id, stages } }: { readonly incident: StoredIncident }) {
  const { data } = useAnswer("get /api/incidents/:id/evidence", { key: id, query: { limit: MOST_DRAWN } });
  return (
    <>
      <Picture of={renderStages(stages, data?.items ?? [])} />
      <ol class="stages">
        {stages.map(({ technique, first, last, summary }) => (
          <li key={`${technique} ${first}`}>
            <strong>{techniqueInWords(technique)}</strong>{" "}
            <span class="faint">
              {technique}, {formatPeriod(first, last)}
            </span>
            <br />
            {summary}
          </li>
        ))}
      </ol>
    </>
  );
}

function Evidence({ actors }: { readonly actors: Told["actors"] }) {
  const [address, setAddress] = useState<string>();
  const actor = actors.find((each) => each.address === address) ?? actors[0];
  if (actor === undefined) return <Nothing isLoading={false}>Its actors are no longer kept.</Nothing>;
  return (
    <>
      {actors.length > 1 && (
        <div class="filters">
          <label class="field">
            <span>Of</span>
            <select value={actor.address} onChange={(event) => setAddress(event.currentTarget.value)}>
              {actors.map((each) => (
                <option key={each.address} value={each.address}>
                  {each.address}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      <ActorFacts actor={{ ...actor, incident: null }} />
      <Ledger key={actor.address} actor={actor} />
    </>
  );
}

function Notes({ told: { incident, notes } }: { readonly told: Told }) {
  return (
    <>
      {notes.length === 0 && <p class="faint">Nobody wrote one.</p>}
      <ul class="notes">
        {notes.map(({ id, at, by, text }) => (
          <li key={id}>
            <p class="faint">
              {by}, {formatTime(at)} UTC
            </p>
            <p class="text">{text}</p>
          </li>
        ))}
      </ul>
      {useMayChange() && (
        <FormDialog
          label="Add a note"
          title="Add a note"
          act="Add"
          onSend={(field) => ask("post /api/incidents/:id/notes", { key: incident.id, body: { text: field("text") } })}
        >
          <label class="field">
            <span>Note</span>
            <textarea name="text" required maxLength={10_000} />
          </label>
        </FormDialog>
      )}
    </>
  );
}
