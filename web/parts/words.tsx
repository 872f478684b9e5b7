import type { ComponentChildren } from "preact";
import { formatTime } from "../../src/presentation/words.ts";
import type { Priority } from "../../src/stories/report.ts";
import type { Failure } from "../api.ts";
import { linkTo } from "../route.ts";

export function Tag({ priority }: { readonly priority: Priority }) {
  return <span class={`tag ${priority}`}>{priority}</span>;
}

/** A moment in UTC. */
export function When({ at }: { readonly at: string }) {
  return <time dateTime={at}>{formatTime(at)}</time>;
}

export function Trouble({ failure }: { readonly failure: Failure | undefined }) {
  if (failure === undefined) return null;
  return (
    <p role="alert" class="trouble">
      {failure.message}
    </p>
  );
}

/** What stands where there is nothing to show yet, or nothing at all. */
export function Nothing({
  isLoading,
  children,
}: {
  readonly isLoading: boolean;
  readonly children: ComponentChildren;
}) {
  return isLoading ? (
    <p class="faint" role="status">
      Loading
    </p>
  ) : (
    <p class="nothing">{children}</p>
  );
}
export function ActorLink({ address }: { readonly address: string }) {
  return (
    <a class="mono" href={linkTo(["actors", address])}>
      {address}
    </a>
  );
}

/** Names and what belongs to them; entries without a value are left out. */
export function Facts({ of }: { readonly of: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {of
        .filter(([, value]) => value !== undefined && value !== null && value !== "" && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
