import { describeTroubles } from "../../src/presentation/report-words.ts";
import { formatBytes, formatCount, formatPeriod, formatPlural, formatTime } from "../../src/presentation/words.ts";
import type { Run } from "../../src/stores/records.ts";
import type { CoverageReport } from "../../src/stories/report.ts";
import { More } from "../parts/more.tsx";
import { Table } from "../parts/table.tsx";
import { Nothing, Trouble } from "../parts/words.tsx";
import { useAnswer } from "../use-answer.ts";
import { usePages } from "../use-pages.ts";

/** What could not be seen, and what was read. */
export function Coverage() {
  const { data, failure } = useAnswer("get /api/coverage");
  const runs = usePages("get /api/runs", {}, 20);
  return (
    <>
      <h1>What could not be seen</h1>
      <Trouble failure={failure} />
      {data === undefined || data.items.length === 0 ? (
        <Nothing isLoading={data === undefined && failure === undefined}>
          The latest run lacked nothing that it knows of.
        </Nothing>
      ) : (
        <Table label="What the latest run could not show" columns={["What", "So that"]}>
          {data.items.map(({ what, effect, close }) => (
            <tr key={what}>
              <td class="wide">{what}</td>
              <td class="wide">
                {effect}
                <Closers of={close} />
              </td>
            </tr>
          ))}
        </Table>
      )}
      <h2>Runs</h2>
      {runs.data === undefined || runs.data.length === 0 ? (
        <Nothing isLoading={runs.data === undefined && runs.failure === undefined}>There was none yet.</Nothing>
      ) : (
        <>
          {runs.data.map((run, i) => (
            <RunEntry key={run.id} run={run} isOpen={i === 0} />
          ))}
          <More shown={runs.data.length} more={runs.more} />
        </>
      )}
    </>
  );
}

/** What to log or capture so that the gap is closed. */
function Closers({ of: closers = [] }: { readonly of: CoverageReport["close"] }) {
  if (closers.length === 0) return null;
  return (
    <details>
      <summary>How to close this gap</summary>
      <ul class="plain">
        {closers.map(({ product, do: change }) => (
          <li key={change}>
            {product}: <code>{change}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}

function RunEntry({ run, isOpen }: { readonly run: Run; readonly isOpen: boolean }) {
  const { at, inputs, period, counts, home } = run;
  const troubles = inputs.flatMap(describeTroubles);
  return (
    <details open={isOpen} class="run">
      <summary>
        {formatTime(at)} UTC: {formatPlural(inputs.length, "input")}, {formatPlural(counts.observations, "observation")}
        , {formatPlural(counts.scanners, "scanner")}
      </summary>
      <p class="faint">
        {formatPeriod(period.first, period.last)} UTC. Home: {home.length === 0 ? "unknown" : home.join(", ")}.
      </p>
      <Table
        label={`Inputs of the run at ${formatTime(at)}`}
        columns={["Input", "Format", "Records#", "Size#", "Rejected#", "Period (UTC)"]}
      >
        {inputs.map(({ name, format, records, bytes, rejected, first, last }) => (
          <tr key={name}>
            <td class="mono wide">{name}</td>
            <td>{format}</td>
            <td class="number">{formatCount(records)}</td>
            <td class="number">{formatBytes(bytes)}</td>
            <td class="number">{formatCount(rejected)}</td>
            <td class="wide">{formatPeriod(first, last)}</td>
          </tr>
        ))}
      </Table>
      {troubles.length > 0 && (
        <ul>
          {troubles.map((trouble) => (
            <li key={trouble}>{trouble}</li>
          ))}
        </ul>
      )}
    </details>
  );
}
