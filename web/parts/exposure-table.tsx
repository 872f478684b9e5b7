import { describeSoftware } from "../../src/presentation/exposure-words.ts";
import { formatPlural } from "../../src/presentation/words.ts";
import type { StoredExposure } from "../../src/stores/records.ts";
import { Table } from "./table.tsx";
import { ActorLink, When } from "./words.tsx";

const FEW_LEARNERS = 4;
const FEW_VULNERABILITIES = 6;

interface ExposureTableProps {
  readonly label: string;
  readonly exposures: readonly StoredExposure[];
  /** Whether the host stands above the table already. */
  readonly isOneHost?: boolean;
}

export function ExposureTable({ label, exposures, isOneHost = false }: ExposureTableProps) {
  const hasKnown = exposures.some(({ vulnerabilities }) => vulnerabilities.length > 0);
  const columns = [
    isOneHost ? "Service" : "Where",
    "What it reveals",
    ...(hasKnown ? ["Known vulnerabilities"] : []),
    "Learned by",
    "How to hide it",
    "Told",
  ];
  return (
    <Table label={label} columns={columns}>
      {exposures.map((exposure) => (
        <tr key={exposure.id}>
          <td class="nowrap">
            {!isOneHost && <div class="mono">{exposure.target || "this site"}</div>}
            <div class={isOneHost ? "" : "faint"}>
              {exposure.port === 0 ? exposure.service : `${exposure.port}/${exposure.transport} ${exposure.service}`}
            </div>
          </td>
          <td class="wide">
            <strong>{describeSoftware(exposure)}</strong>
            <div class="faint">
              {exposure.revealedBy}: <span class="mono">{exposure.text}</span>
            </div>
          </td>
          {hasKnown && (
            <td>
              <Vulnerabilities of={exposure} />
            </td>
          )}
          <td>
            <Learners of={exposure} />
          </td>
          <td class="wide">{exposure.advice ?? <span class="faint">no advice known</span>}</td>
          <td class="nowrap faint">
            <When at={exposure.first} />
            <br />
            <When at={exposure.last} />
          </td>
        </tr>
      ))}
    </Table>
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

/** Who was told, with the line or packet that shows it. */
function Learners({ of: { learnedBy, told = [] } }: { readonly of: StoredExposure }) {
  if (learnedBy.length === 0) return <span class="faint">no known actor</span>;
  const entries = learnedBy.map((address) => {
    const first = told.find(({ to }) => to === address);
    return (
      <li key={address} title={first && `${first.input}:${first.position}`}>
        <ActorLink address={address} />
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
