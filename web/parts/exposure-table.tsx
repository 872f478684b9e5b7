import { Fragment } from "preact";
import { describeSoftware } from "../../src/presentation/exposure-words.ts";
import { formatPlural, formatTime } from "../../src/presentation/words.ts";
import type { StoredExposure } from "../../src/stores/records.ts";
import { Table } from "./table.tsx";
import { ActorLink, Facts } from "./words.tsx";

const FEW_LEARNERS = 4;
const FEW_VULNERABILITIES = 6;
/** Which priority a severity looks like. */
const severityTags = { high: "act", medium: "notable", low: "noise", info: "noise" };

interface ExposureTableProps {
  readonly label: string;
  readonly exposures: readonly StoredExposure[];
  /** Words beside a host's address. */
  readonly describeHost?: (target: string, exposures: readonly StoredExposure[]) => string;
}

/** By host, then by service. Hosts stand in the order of their first exposure. */
export function ExposureTable({ label, exposures, describeHost = () => "" }: ExposureTableProps) {
  const hasKnown = exposures.some(({ vulnerabilities }) => vulnerabilities.length > 0);
  const columns = [
    "Service",
    "What it reveals",
    ...(hasKnown ? ["Known vulnerabilities"] : []),
    "Learned by",
    "How to hide it",
  ];
  return (
    <Table label={label} columns={columns}>
      {[...Map.groupBy(exposures, ({ target }) => target)].map(([target, alike]) => (
        <Fragment key={target}>
          <tr class="host">
            <th colSpan={columns.length} scope="rowgroup">
              <span class="mono">{target || "This site"}</span> {describeHost(target, alike)}
            </th>
          </tr>
          {alike
            .toSorted((a, b) => a.port - b.port || (a.service < b.service ? -1 : 1))
            .map((exposure) => (
              <Entry key={exposure.id} exposure={exposure} hasKnown={hasKnown} />
            ))}
        </Fragment>
      ))}
    </Table>
  );
}

function Entry({ exposure, hasKnown }: { readonly exposure: StoredExposure; readonly hasKnown: boolean }) {
  const { port, transport, service, revealedBy, text, advice, severity, leaks = [], remedies = [] } = exposure;
  return (
    <tr>
      <td class="nowrap">
        {port === 0 ? service : `${port}/${transport} ${service}`}
        {severity !== undefined && (
          <div>
            <span class={`tag ${severityTags[severity.level]}`}>{severity.level}</span>
          </div>
        )}
      </td>
      <td class="wide">
        <strong>{exposure.product === null ? revealedBy : describeSoftware(exposure)}</strong>
        <div class="faint">
          {exposure.product !== null && `${revealedBy}: `}
          <span class="mono">{text}</span>
        </div>
        {leaks
          .filter(({ kind, what }) => text !== `${kind} ${what}`)
          .map(({ kind, what, isProbable }) => (
            <div key={`${kind} ${what}`}>
              {kind}: <span class="mono">{what}</span>
              {isProbable && <span class="faint"> (probably: nobody saw the content)</span>}
            </div>
          ))}
        {severity !== undefined && severity.because.length > 0 && (
          <div>
            {severity.level}, because {severity.because.join("; ")}
          </div>
        )}
      </td>
      {hasKnown && (
        <td>
          <Vulnerabilities of={exposure} />
        </td>
      )}
      <td>
        <Learners of={exposure} />
      </td>
      <td class="wide">
        {advice ?? <span class="faint">no advice known</span>}
        {remedies.length > 0 && <Remedies of={remedies} />}
      </td>
    </tr>
  );
}

function Vulnerabilities({ of: { vulnerabilities, vulnerabilitiesOmitted = 0 } }: { readonly of: StoredExposure }) {
  const left = vulnerabilities.length - FEW_VULNERABILITIES + vulnerabilitiesOmitted;
  return (
    <ul class="plain">
      {vulnerabilities.slice(0, FEW_VULNERABILITIES).map(({ id, knownExploited }) => (
        <li key={id}>
          {id} {knownExploited && <span class="tag act">exploited</span>}
        </li>
      ))}
      {left > 0 && <li class="faint">and {left} more</li>}
    </ul>
  );
}

/** The exact changes, first things first. Texts are escaped by now, so that a line's end reads `\\n`. */
function Remedies({ of }: { readonly of: NonNullable<StoredExposure["remedies"]> }) {
  return (
    <details>
      <summary>{formatPlural(of.length, "remedy", "remedies")} in full</summary>
      <ol class="remedies">
        {of.map(({ mitigation, do: todo, file, before = "", after = "", apply, hides, leaves, source }) => (
          <li key={todo}>
            {todo} <span class="faint">{mitigation}</span>
            {file !== undefined && <div class="mono">{file}</div>}
            {(before !== "" || after !== "") && (
              <pre>{[...lineByLine("-", before), ...lineByLine("+", after)].join("\n")}</pre>
            )}
            <Facts
              of={[
                ["Then", apply],
                ["Hides", hides],
                ["Leaves", leaves],
                ["Source", source],
              ]}
            />
          </li>
        ))}
      </ol>
    </details>
  );
}

function lineByLine(sign: string, text: string): string[] {
  return text === "" ? [] : text.split("\\n").map((line) => `${sign} ${line.trim()}`);
}

/** Who was told, with the line or packet that shows it. */
function Learners({ of: { learnedBy, told = [] } }: { readonly of: StoredExposure }) {
  if (learnedBy.length === 0) return <span class="faint">nobody known</span>;
  const entries = learnedBy.map((address) => {
    const first = told.find(({ to }) => to === address);
    return (
      <li key={address} class="nowrap">
        <ActorLink address={address} />
        {first !== undefined && (
          <span class="faint" title={`first told by ${first.input}:${first.position}`}>
            {" "}
            {formatTime(first.at)}
          </span>
        )}
      </li>
    );
  });
  return (
    <>
      <ul class="plain">{entries.slice(0, FEW_LEARNERS)}</ul>
      {entries.length > FEW_LEARNERS && (
        <details>
          <summary>{formatPlural(entries.length - FEW_LEARNERS, "more", "more")}</summary>
          <ul class="plain">{entries.slice(FEW_LEARNERS)}</ul>
        </details>
      )}
    </>
  );
}
