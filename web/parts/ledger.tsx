import { decidingRow, describeDecision, describePosition } from "../../src/presentation/ledger-words.ts";
import { formatPacket } from "../../src/presentation/packet.ts";
import { renderHeatMap } from "../../src/presentation/pictures/heat-map.ts";
import { renderRhythm } from "../../src/presentation/pictures/rhythm.ts";
import { renderOdds, renderStep, type Scale, scaleOf } from "../../src/presentation/pictures/waterfall.ts";
import { keepEnd } from "../../src/presentation/width.ts";
import { formatPlural, formatProbability, formatWeight } from "../../src/presentation/words.ts";
import type { StoredActor } from "../../src/stores/records.ts";
import type { EvidenceReport, RawReport } from "../../src/stories/report.ts";
import { useAnswer } from "../use-answer.ts";
import { usePages } from "../use-pages.ts";
import { More } from "./more.tsx";
import { Picture } from "./picture.tsx";
import { Table } from "./table.tsx";
import { Nothing, Trouble } from "./words.tsx";

const AT_ONCE = 100;
const WHERE_COLUMNS = 24;

const columns = ["At (UTC)", "Where", "What was seen", "If scanner, visitor", "Weight#", "Score"];

/** An actor's evidence as a waterfall: each row has both probabilities and its step towards the threshold. */
export function Ledger({ actor }: { readonly actor: StoredActor }) {
  const { data: rows, more, failure } = usePages("get /api/actors/:address/evidence", { key: actor.address }, AT_ONCE);
  const runs = useAnswer("get /api/runs", { query: { limit: 1 } });
  const threshold = runs.data?.items[0]?.threshold;
  if (rows === undefined || threshold === undefined)
    return <Nothing isLoading={failure === undefined}>Nothing to show.</Nothing>;
  if (rows.length === 0) return <Nothing isLoading={false}>No observation of it weighed anything.</Nothing>;
  const told = { ...actor, evidence: [...rows] };
  const ledger = { actor: told, threshold };
  const scale = scaleOf(rows, threshold);
  const deciding = decidingRow(ledger);
  return (
    <>
      <Trouble failure={failure} />
      <p>{describeDecision(ledger)}</p>
      <p class="faint">
        A weight is ln(if scanner / if visitor), clipped. Bars of both probabilities are logarithmic; the score steps
        towards the dashed threshold, {threshold.toFixed(1)}.
      </p>
      <Table label={`Evidence for ${actor.address}`} columns={columns}>
        {rows.map((row, i) => (
          <Row
            key={`${row.at} ${row.input} ${row.position} ${row.what}`}
            row={row}
            scale={scale}
            isDeciding={i === deciding}
            isNewDay={row.at.slice(0, 10) !== rows[i - 1]?.at.slice(0, 10)}
            actor={actor}
          />
        ))}
      </Table>
      <More shown={rows.length} more={more} />
      {actor.evidenceOmitted > 0 && (
        <p class="faint">
          {formatPlural(actor.evidenceOmitted, "row")} not kept: the ledger keeps the first, the last and the
          weightiest.
        </p>
      )}
      <Picture of={renderRhythm(told)} />
      <Picture of={renderHeatMap([told])} />
    </>
  );
}

interface RowProps {
  readonly row: EvidenceReport;
  readonly scale: Scale;
  readonly isDeciding: boolean;
  readonly isNewDay: boolean;
  readonly actor: StoredActor;
}

function Row({ row, scale, isDeciding, isNewDay, actor }: RowProps) {
  const before = Math.max(0, row.score - row.weight);
  const where = describePosition(row);
  return (
    <>
      {isNewDay && (
        <tr class="day">
          <th colSpan={columns.length} scope="rowgroup">
            {row.at.slice(0, 10)}
          </th>
        </tr>
      )}
      <tr>
        <td class="nowrap">{row.at.slice(11, 23)}</td>
        <td class="where mono" title={where}>
          {keepEnd(where, WHERE_COLUMNS)}
        </td>
        <td class="wide mono">
          {row.what}
          {row.raw !== undefined && <Raw of={row.raw} where={where} />}
        </td>
        <td class="both">
          <Picture of={renderOdds(row)} />
          <span>
            {formatProbability(row.ifScanner)}
            <br />
            {formatProbability(row.ifVisitor)}
          </span>
        </td>
        <td class="number">{formatWeight(row.weight)}</td>
        <td class="score">
          <Picture of={renderStep(before, row.score, scale)} />
          {row.score.toFixed(2)}
        </td>
      </tr>
      {isDeciding && (
        <tr class="decided">
          <td colSpan={columns.length}>
            Decided here: {actor.verdict}
            {actor.decidedAfter !== null && ` after ${formatPlural(actor.decidedAfter, "distinct observation")}`}
          </td>
        </tr>
      )}
    </>
  );
}

/** The line or packet itself, as far as it is kept. */
function Raw({ of, where }: { readonly of: RawReport; readonly where: string }) {
  const { kind, content, bytes } = of;
  const kept = kind === "packet" ? content.length / 2 : undefined;
  return (
    <details class="raw">
      <summary>{kind === "packet" ? "packet" : "line"}</summary>
      <p class="faint">
        {where}, {formatPlural(bytes, "byte")}
        {kept !== undefined && kept < bytes && `, the first ${kept}`}
      </p>
      <pre>{kind === "packet" ? formatPacket(content) : content}</pre>
    </details>
  );
}
