import { formatPlural } from "../../src/presentation/words.ts";
import { Table } from "../parts/table.tsx";
import { Nothing, Trouble } from "../parts/words.tsx";
import { useAnswer } from "../use-answer.ts";

export function Knowledge() {
  const { data, failure } = useAnswer("get /api/knowledge");
  return (
    <>
      <h1>Knowledge sets</h1>
      <p class="faint">
        Imported sets that the latest run quotes, and how old their data is by now. <code>vedette intel update</code>{" "}
        fetches newer ones. The program's own catalogues of checks, tools and software are always there beside them.
      </p>
      <Trouble failure={failure} />
      {data === undefined || data.items.length === 0 ? (
        <Nothing isLoading={data === undefined && failure === undefined}>
          No set is imported: findings rest on the catalogues that come with the program.
        </Nothing>
      ) : (
        <Table label="Knowledge sets" columns={["Set", "Data of", "Age#", "Licence", "From"]}>
          {data.items.map(({ id, title, date, ageDays, licence, notice, source }) => (
            <tr key={id}>
              <td class="wide">
                <strong>{title}</strong>
                <div class="faint">{id}</div>
              </td>
              <td class="nowrap">{date}</td>
              <td class="number">{formatPlural(ageNow(date) ?? ageDays, "day")}</td>
              <td class="wide">
                {licence}
                {notice !== undefined && <div class="faint">{notice}</div>}
              </td>
              <td class="wide mono">{source}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

/** Full days since a set's data was made. */
function ageNow(date: string): number | undefined {
  const days = Math.floor((Date.now() - Date.parse(date)) / 86_400_000);
  return days >= 0 ? days : undefined;
}
