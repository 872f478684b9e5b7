import { describeStanding } from "../../src/presentation/standing-words.ts";
import { formatPeriod, formatPlural, formatScore, formatTime, techniqueInWords } from "../../src/presentation/words.ts";
import type { StoredActor } from "../../src/stores/records.ts";
import { linkTo } from "../route.ts";
import { Facts } from "./words.tsx";

export function ActorFacts({ actor }: { readonly actor: StoredActor }) {
  const { first, last, observations, guesses, score, decidedAt, techniques, tools, incident } = actor;
  const standing = describeStanding({ ...actor, evidence: [] });
  return (
    <Facts
      of={[
        ["Seen", `${formatPeriod(first, last)} UTC`],
        [
          "Asked",
          `${formatPlural(observations, "observation")}, ${formatPlural(guesses, "guess", "guesses")} at what visitors do not use`,
        ],
        [
          "Score",
          `${formatScore(score)}${decidedAt === null ? ", never decided" : `, decided ${formatTime(decidedAt)} UTC`}`,
        ],
        ["Did", techniques.map((id) => `${techniqueInWords(id)} (${id})`).join(", ")],
        [
          "Tools",
          tools.length > 0 && (
            <ul>
              {tools.map(({ name, confidence, because }) => (
                <li key={name}>
                  <strong>{name}</strong>, confidence {confidence.toFixed(2)}: {because}
                </li>
              ))}
            </ul>
          ),
        ],
        [
          "Known as",
          standing.length > 0 && (
            <ul>
              {standing.map((entry) => (
                <li key={entry}>{entry}</li>
              ))}
            </ul>
          ),
        ],
        ["Incident", incident !== null && <a href={linkTo(["incidents", incident])}>{incident}</a>],
      ]}
    />
  );
}
