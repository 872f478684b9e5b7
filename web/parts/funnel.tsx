import { formatCount } from "../../src/presentation/words.ts";
import type { Overview } from "../../src/stores/records.ts";
import { linkTo } from "../route.ts";

/** From everybody to those who came back, each bar on one logarithmic scale. */
export function Funnel({ funnel }: { readonly funnel: Overview["funnel"] }) {
  const steps: readonly (readonly [string, number, string | undefined])[] = [
    ["Visitors of the last run", funnel.visitors, undefined],
    ["Scanners", funnel.scanners, linkTo(["actors"], { verdict: "scanner" })],
    ["Aimed at what we run", funnel.aimed, linkTo(["incidents"], { priority: "act,notable" })],
    ["Learned something", funnel.learned, linkTo(["exposures"])],
    ["Came back for more", funnel.returned, linkTo(["incidents"], { priority: "act" })],
  ];
  const most = Math.max(...steps.map(([, count]) => count), 1);
  const share = (count: number) => (count === 0 ? 0 : 0.04 + 0.96 * (Math.log1p(count) / Math.log1p(most)));
  return (
    <ol class="funnel" aria-label="From visitors to those who came back">
      {steps.map(([name, count, link]) => (
        <li key={name}>
          <span class="name">{link === undefined ? name : <a href={link}>{name}</a>}</span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect x={50 - 50 * share(count)} y="0" width={100 * share(count)} height="10" />
          </svg>
          <span class="count">{formatCount(count)}</span>
        </li>
      ))}
    </ol>
  );
}
