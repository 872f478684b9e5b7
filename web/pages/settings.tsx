import { useContext } from "preact/hooks";
import { formatCount, formatPlural, formatTime } from "../../src/presentation/words.ts";
import { ask, pathOf } from "../api.ts";
import { ActButton } from "../parts/act-button.tsx";
import { DeclareScanner } from "../parts/declare-scanner.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import { Table } from "../parts/table.tsx";
import { Nothing, Trouble } from "../parts/words.tsx";
import { SessionContext, useMayChange } from "../session.ts";
import { useAnswer } from "../use-answer.ts";
import { usePages } from "../use-pages.ts";

export function Settings() {
  const mayChange = useMayChange();
  return (
    <>
      <h1>Settings</h1>
      <OwnScanners />
      <Hosts />
      <Storage />
      {mayChange && <Accounts />}
      {mayChange && <Audit />}
      <h2>For programs</h2>
      <p>
        <a href={pathOf("get /api/openapi.json", {})}>The API (OpenAPI)</a>,{" "}
        <a href={pathOf("get /metrics", {})}>counters for Prometheus</a>
      </p>
    </>
  );
}

function OwnScanners() {
  const { data, failure } = useAnswer("get /api/scanners");
  const mayChange = useMayChange();
  return (
    <section aria-label="Own scanners">
      <h2>Own scanners</h2>
      <Trouble failure={failure} />
      {data?.items.length === 0 && <p class="faint">None is declared.</p>}
      {data !== undefined && data.items.length > 0 && (
        <Table
          label="Own scanners"
          columns={["Address", "What it is", "From", "Until", "Declared", ...(mayChange ? [" "] : [])]}
        >
          {data.items.map(({ id, address, name, from, until, by, at }) => (
            <tr key={id}>
              <td class="mono">{address}</td>
              <td class="wide">{name}</td>
              <td class="nowrap">{from === null ? "always" : formatTime(from)}</td>
              <td class="nowrap">{until === null ? "always" : formatTime(until)}</td>
              <td class="nowrap faint">
                {by}, {formatTime(at)}
              </td>
              {mayChange && (
                <td>
                  <ActButton label="Withdraw" onAct={() => ask("delete /api/scanners/:id", { key: id })} />
                </td>
              )}
            </tr>
          ))}
        </Table>
      )}
      {mayChange && (
        <div class="actions">
          <DeclareScanner />
        </div>
      )}
    </section>
  );
}

function Hosts() {
  const { data, failure } = useAnswer("get /api/assets");
  const mayChange = useMayChange();
  return (
    <section aria-label="Names of hosts">
      <h2>Names of hosts</h2>
      <Trouble failure={failure} />
      {data?.items.length === 0 && <p class="faint">No host is named; what it reveals is shown by its address.</p>}
      {data !== undefined && data.items.length > 0 && (
        <Table label="Names of hosts" columns={["Address", "Name", "Note", ...(mayChange ? [" "] : [])]}>
          {data.items.map(({ address, name, note }) => (
            <tr key={address}>
              <td class="mono">{address}</td>
              <td class="wide">{name}</td>
              <td class="wide">{note}</td>
              {mayChange && (
                <td>
                  <ActButton label="Forget" onAct={() => ask("delete /api/assets/:address", { key: address })} />
                </td>
              )}
            </tr>
          ))}
        </Table>
      )}
      {mayChange && (
        <div class="actions">
          <FormDialog
            label="Name a host"
            title="Name a host"
            act="Name"
            onSend={(field) =>
              ask("post /api/assets", { body: { address: field("address"), name: field("name"), note: field("note") } })
            }
          >
            <label class="field">
              <span>Address</span>
              <input name="address" required maxLength={50} />
            </label>
            <label class="field">
              <span>Name</span>
              <input name="name" required maxLength={200} />
            </label>
            <label class="field">
              <span>Note (may be empty)</span>
              <textarea name="note" maxLength={2000} />
            </label>
          </FormDialog>
        </div>
      )}
    </section>
  );
}

function Storage() {
  const { data, failure } = useAnswer("get /api/storage");
  const limits: Readonly<Record<string, number>> = data?.limits ?? {};
  return (
    <section aria-label="What is kept" class="small">
      <h2>What is kept</h2>
      <Trouble failure={failure} />
      {data !== undefined && (
        <>
          <p class="faint">
            What no longer changes is kept for {formatPlural(data.limits.days, "day")} (<code>--keep-days</code>);
            beyond a limit what deserves least attention goes first.
          </p>
          <Table label="What is kept" columns={["What", "Rows#", "Limit#"]}>
            {Object.entries(data.rows).map(([name, rows]) => (
              <tr key={name}>
                <td>{name}</td>
                <td class="number">{formatCount(rows)}</td>
                <td class="number">{limits[name] === undefined ? "" : formatCount(limits[name])}</td>
              </tr>
            ))}
          </Table>
        </>
      )}
    </section>
  );
}

function Accounts() {
  const { data, failure } = useAnswer("get /api/accounts");
  const session = useContext(SessionContext);
  return (
    <section aria-label="Accounts" class="small">
      <h2>Accounts</h2>
      <Trouble failure={failure} />
      {data?.items.length === 0 && (
        <p class="faint">
          None: whoever uses this machine may do all. <code>vedette account add NAME --store FILE</code> makes one.
        </p>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Table label="Accounts" columns={["Name", "Role", "Signs in by"]}>
          {data.items.map(({ name, role, kind }) => (
            <tr key={name}>
              <td>
                {name}
                {name === session?.name && <span class="faint"> (you)</span>}
              </td>
              <td>{role}</td>
              <td>{kind}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function Audit() {
  const { data, more, failure } = usePages("get /api/audit", {}, 20);
  return (
    <section aria-label="Audit log">
      <h2>Who did what</h2>
      <Trouble failure={failure} />
      {data === undefined || data.length === 0 ? (
        <Nothing isLoading={data === undefined && failure === undefined}>Nobody changed anything yet.</Nothing>
      ) : (
        <Table label="Audit log" columns={["At (UTC)", "Who", "From", "What", "Subject"]}>
          {data.map(({ id, at, who, from, what, subject }) => (
            <tr key={id}>
              <td class="nowrap">{formatTime(at)}</td>
              <td>{who}</td>
              <td class="mono">{from}</td>
              <td class="wide">{what}</td>
              <td class="mono wide">{subject}</td>
            </tr>
          ))}
        </Table>
      )}
      {more !== undefined && (
        <p>
          <button type="button" onClick={more}>
            Show more
          </button>
        </p>
      )}
    </section>
  );
}
