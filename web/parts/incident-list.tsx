import { useRef } from "preact/hooks";
import { formatPlural } from "../../src/presentation/words.ts";
import type { IncidentRow } from "../../src/stores/records.ts";
import { linkTo } from "../route.ts";
import { useWindow } from "./use-window.ts";
import { Tag, When } from "./words.tsx";

interface IncidentListProps {
  readonly incidents: readonly IncidentRow[];
  readonly label: string;
}

/** Incidents, one a row; the arrow keys, and j and k, go from one to the next. */
export function IncidentList({ incidents, label }: IncidentListProps) {
  const list = useRef<HTMLUListElement>(null);
  const { from, to, before, after } = useWindow(incidents.length, list);
  return (
    <ul class="incidents" aria-label={label} ref={list} onKeyDown={step}>
      {before > 0 && <li key="before" aria-hidden="true" style={{ height: `${before}px` }} />}
      {incidents.slice(from, to).map((incident, i) => (
        <li key={incident.id} aria-setsize={incidents.length} aria-posinset={from + i + 1}>
          <IncidentEntry incident={incident} />
        </li>
      ))}
      {after > 0 && <li key="after" aria-hidden="true" style={{ height: `${after}px` }} />}
    </ul>
  );
}

function IncidentEntry({ incident }: { readonly incident: IncidentRow }) {
  const { id, priority, kind, objective, because, members, size, last, acknowledged, notes } = incident;
  const marks = [
    ...(acknowledged === null ? [] : [`seen to by ${acknowledged.by}`]),
    ...(notes === 0 ? [] : [formatPlural(notes, "note")]),
  ];
  return (
    <a class={`incident ${priority} ${acknowledged === null ? "" : "done"}`} href={linkTo(["incidents", id])}>
      <span class="tags">
        <Tag priority={priority} />
      </span>
      <span class="what">
        <strong>{objective}</strong>
        <span class="faint">{because}</span>
      </span>
      <span class="who">
        <span class="mono">{members[0]}</span>
        <span class="faint">{describeSize(kind, size)}</span>
      </span>
      <span class="when">
        <When at={last} />
        {marks.length > 0 && <span class="faint">{marks.join(", ")}</span>}
      </span>
    </a>
  );
}

function describeSize(kind: IncidentRow["kind"], size: number): string {
  if (kind === "single") return "";
  return `${kind === "campaign" ? "campaign of" : "hand-over between"} ${formatPlural(size, "source")}`;
}

const steps: Readonly<Record<string, -1 | 1>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

function step(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const by = steps[event.key];
  if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...event.currentTarget.querySelectorAll("a")];
  const next = links[links.indexOf(document.activeElement as HTMLAnchorElement) + by];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
