import type { ActorReport } from "../stories/report.ts";

/** What is known of an actor beside what it did, one entry a source. */
export function describeStanding({ declared, operator, blockList, knownAs, network }: ActorReport): string[] {
  return [
    ...(declared === undefined
      ? []
      : [declared.inTime ? `your ${declared.name}` : `your ${declared.name}, outside its time`]),
    ...(operator === undefined ? [] : [`network of ${named(operator)}`]),
    ...(blockList === undefined ? [] : [`listed by ${blockList.set} (${blockList.date})`]),
    ...(knownAs ?? []).map(named),
    ...(network === undefined ? [] : [networkWords(network)]),
  ];
}

function named({ label, set, date }: { readonly label: string; readonly set: string; readonly date: string }): string {
  return label === "" ? `${set} (${date})` : `${label} (${set}, ${date})`;
}

/** `AS64500 Some Operator, DE (asn (2026-11-15))`. */
function networkWords({ asn, organisation, country, sets }: NonNullable<ActorReport["network"]>): string {
  const operator = [asn === undefined ? "" : `AS${asn}`, organisation ?? ""].filter((word) => word !== "").join(" ");
  return `${[operator, country ?? ""].filter((word) => word !== "").join(", ")} (${sets.join(", ")})`;
}
