import type { Reader } from "../formats/read-input.ts";
import { Seen, type SeenService, type Sight } from "../judgement/sight.ts";
import { type GapReason, gapClosers, portsOfWeb } from "../knowledge/closing-gaps.ts";
import { Transport } from "../observations/vocabulary.ts";
import { Gap } from "../wire/tally-words.ts";
import type { CoverageReport } from "./report.ts";

/** Services that are named for one reason; the others are counted. */
const MOST_NAMED = 50;
/** Of them, those that stand in the sentence. */
const MOST_SAID = 4;
const MOST_CLOSERS = 8;
const webPorts: ReadonlySet<number> = new Set(portsOfWeb);

const words: Readonly<Record<GapReason, readonly [one: string, many: string, effect: string]>> = {
  encrypted: [
    "was seen encrypted only",
    "were seen encrypted only",
    "what is asked of them, and what they tell, is not known",
  ],
  "one-sided": [
    "was seen from one side only",
    "were seen from one side only",
    "whether and how they answer is not known",
  ],
  truncated: ["was captured cut short", "were captured cut short", "what they tell stands behind the cut"],
  sampled: [
    "is known from samples only",
    "are known from samples only",
    "most of what they are asked and tell was not seen",
  ],
  "flows-only": [
    "is known from flow records only",
    "are known from flow records only",
    "what they are asked and tell was not seen",
  ],
  "firewall-only": [
    "is known from firewall lines only",
    "are known from firewall lines only",
    "whether they answered, and what, was not seen",
  ],
  "denied-only": [
    "logs only what it keeps away",
    "log only what they keep away",
    "what visitors use, and who was let through, is not known",
  ],
};

type Service = SeenService & { readonly reason: GapReason };

/** Services that were seen without readable replies, by the reason, and what would close the gap. */
export function listBlindServices(
  sight: Sight,
  readers: readonly Reader[],
  isOwn: (address: string) => boolean,
): CoverageReport[] {
  const services = sight.list().flatMap((service): Service[] => {
    const reason = reasonOf(service, readers[service.input]);
    return reason === undefined || !isOwn(service.target) ? [] : [{ ...service, reason }];
  });
  const byReason = Map.groupBy(services, ({ reason }) => reason);
  const webLogs = readers.some(({ format }, i) => format.kind === "log" && (sight.byInput[i] ?? 0) & Seen.readable);
  return [...byReason].map(([reason, alike]) => reportServices(reason, alike, readers, webLogs));
}

/** Firewalls whose logs tell only whom they kept away. */
export function listDeniedOnly(sight: Sight, readers: readonly Reader[]): CoverageReport[] {
  return readers.flatMap(({ name, format }, i): CoverageReport[] => {
    const seen = sight.byInput[i] ?? 0;
    if (format.kind !== "log" || !(seen & Seen.denied) || seen & ~Seen.denied) return [];
    const [logs, , effect] = words["denied-only"];
    const close = closersFor("denied-only", [], format.id);
    return [{ what: `the firewall of ${name} ${logs}`, effect, reason: "denied-only", close }];
  });
}

function reasonOf({ seen }: SeenService, reader: Reader | undefined): GapReason | undefined {
  if (seen & Seen.readable || reader === undefined) return undefined;
  if (seen & Seen.encrypted) return "encrypted";
  const has = (part: string) => [...reader.tally.gaps.keys()].some((gap) => gap.includes(part));
  const { kind } = reader.format;
  if (kind === "flow") return has("known from samples") ? "sampled" : "flows-only";
  if (seen & Seen.answered && (has(Gap.cutPackets) || has(Gap.shortHeaders))) return "truncated";
  if (seen & Seen.oneSided) return "one-sided";
  // A handshake without words is none that could have been read.
  return seen & Seen.answered ? undefined : "firewall-only";
}

function reportServices(
  reason: GapReason,
  services: readonly Service[],
  readers: readonly Reader[],
  webLogs: boolean,
): CoverageReport {
  const [one, many, effect] = words[reason];
  const named = services.slice(0, MOST_NAMED);
  const left = services.length - named.length;
  const said = services.slice(0, MOST_SAID).map(placeOf).join(", ");
  const more = services.length > MOST_SAID ? ` and ${services.length - MOST_SAID} more` : "";
  const first = services[0]!;
  return {
    what: `${said}${more} ${services.length === 1 ? one : many}`,
    effect:
      webLogs && services.some(({ port }) => webPorts.has(port))
        ? `${effect}; the web logs given may be theirs`
        : effect,
    reason,
    services: named.map(({ target, port, transport, observations }) => ({
      target,
      port,
      transport: nameTransport(transport),
      observations,
    })),
    ...(left > 0 && { servicesOmitted: left }),
    close: closersFor(reason, services, readers[first.input]!.format.id),
  };
}

/** Closers for any of the services, in the words of the first one that each is for. */
function closersFor(
  reason: GapReason,
  services: readonly Service[],
  format: string,
): NonNullable<CoverageReport["close"]> {
  const fitting = gapClosers.filter(
    ({ reasons, formats, ports }) =>
      reasons.includes(reason) &&
      formats?.includes(format) !== false &&
      (services.length === 0 || services.some(({ port }) => ports?.includes(port) !== false)),
  );
  return fitting.slice(0, MOST_CLOSERS).map(({ product, ports, do: change, source }) => {
    const { target, port } = services.find((service) => ports?.includes(service.port) !== false) ?? {};
    return { product, do: change.replace("ADDRESS", target ?? "").replace("PORT", String(port)), source };
  });
}

function placeOf({ target, port, transport }: SeenService): string {
  return `${target.includes(":") ? `[${target}]` : target}:${port}/${nameTransport(transport)}`;
}

function nameTransport(transport: number): string {
  return transport === Transport.udp ? "udp" : "tcp";
}
