import { verdictWord } from "../../src/presentation/words.ts";
import type { StoredActor } from "../../src/stores/records.ts";
import { ActorFacts } from "../parts/actor-facts.tsx";
import { ChecksByProduct } from "../parts/checks.tsx";
import { DeclareScanner } from "../parts/declare-scanner.tsx";
import { ExposureTable } from "../parts/exposure-table.tsx";
import { Ledger } from "../parts/ledger.tsx";
import { Nothing, Tag, Trouble } from "../parts/words.tsx";
import { linkTo } from "../route.ts";
import { useMayChange } from "../session.ts";
import { useAnswer } from "../use-answer.ts";

export function Actor({ address }: { readonly address: string }) {
  const { data, failure } = useAnswer("get /api/actors/:address", { key: address });
  return (
    <>
      <p>
        <a href={linkTo(["actors"])}>Actors</a>
      </p>
      {data !== undefined ? (
        <>
          <Trouble failure={failure} />
          <Known actor={data} />
        </>
      ) : failure?.code === "not-found" ? (
        <>
          <h1 class="mono">{address}</h1>
          <p>Not listed: nobody was seen there, or a plain visitor, or what it did is no longer kept.</p>
        </>
      ) : failure !== undefined ? (
        <>
          <h1>This actor cannot be shown</h1>
          <Trouble failure={failure} />
        </>
      ) : (
        <Nothing isLoading>Nothing to show.</Nothing>
      )}
    </>
  );
}

function Known({ actor }: { readonly actor: StoredActor }) {
  return (
    <>
      <h1>
        <span class="mono">{actor.address}</span> <Tag priority={actor.priority} />{" "}
        <span class="faint">{verdictWord[actor.verdict]}</span>
      </h1>
      {useMayChange() && (
        <div class="actions">
          <DeclareScanner address={actor.address} />
        </div>
      )}
      <ActorFacts actor={actor} />
      {actor.learned.length > 0 && <Learned actor={actor} />}
      {actor.checks.length > 0 && (
        <>
          <h2>What it checked</h2>
          <ChecksByProduct checks={actor.checks} />
        </>
      )}
      <h2>Evidence</h2>
      <Ledger actor={actor} />
    </>
  );
}

function Learned({ actor: { address } }: { readonly actor: StoredActor }) {
  const { data } = useAnswer("get /api/exposures", { query: { learnedBy: address, limit: 200 } });
  if (data === undefined) return null;
  return (
    <>
      <h2>What it learned</h2>
      <ExposureTable label="What it learned" exposures={data.items} />
    </>
  );
}
