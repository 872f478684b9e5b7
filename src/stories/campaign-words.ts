import { formatAddress } from "../bytes/address.ts";
import type { KeyKind } from "../judgement/campaign-keys.ts";
import type { Campaign, CampaignMember } from "../judgement/campaigns.ts";
import type { Clue } from "../judgement/clue-room.ts";
import { Kind } from "../observations/vocabulary.ts";
import { describeService } from "./evidence-words.ts";
import type { IncidentReport } from "./report.ts";
import { plural } from "./story-words.ts";

const decoder = new TextDecoder("utf-8");

/** What the sources of a campaign were after, in a few words. */
export function objectiveOfCampaign(campaign: Campaign): string {
  if (campaign.medium === Kind.request)
    return campaign.subjects > 1 ? "hidden paths of the web site" : "one weakness of the web site";
  if (campaign.medium === Kind.question) return "hosts that the name servers know";
  if (campaign.medium === Kind.hello) return "names that the servers answer to";
  return campaign.targets > 1 ? "open services on many addresses" : "open services";
}

/** One sentence that tells the campaign. */
export function summarizeCampaign(campaign: Campaign): string {
  const { members, subjects, targets, medium } = campaign;
  const what =
    medium === Kind.contact
      ? `${plural(subjects, "service")} on ${plural(targets, "address", "addresses")}`
      : plural(subjects, medium === Kind.request ? "path" : "name");
  return `${plural(members.length, "source")} shared out one scan: at least ${what}, each asked for by one of them; ${sharedWords(campaign)}.`;
}

/** The rule that made a campaign of them, in words. */
export function sharedWords(campaign: Campaign): string {
  return campaign.shared.map((kind) => keyWords[kind](campaign)).join(", and ");
}

const keyWords: Readonly<Record<KeyKind, (campaign: Campaign) => string>> = {
  fingerprint: ({ alike, medium }) =>
    `they send the same ${clientWords[medium] ?? "packets"}, which ${alike === 0 ? "no visitor" : plural(alike, "visitor")} here sends`,
  subject: () => "they ask for the same thing, which visitors here do not ask for",
  prefix: () => "they are neighbours in one network",
  target: () => "each tries another port of the same host",
  strangers: () => "each makes its share of guesses and leaves, and hardly two ask the same",
};

const clientWords: Readonly<Record<number, string>> = {
  [Kind.request]: "user agent and headers",
  [Kind.hello]: "client hello",
  [Kind.contact]: "first packet",
};

/** The members as reported, each with the reason why it is one. */
export function membershipsOf({ shared, members, medium }: Campaign): NonNullable<IncidentReport["memberships"]> {
  return members.map((member) => ({
    address: formatAddress(member.guesser.source.words),
    probability: member.probability,
    because: `${reasonWords[shared[0]!](medium)}; ${describeClue(member.clues[0]!)}${shareWords(member)}`,
  }));
}

const reasonWords: Readonly<Record<KeyKind, (medium: number) => string>> = {
  fingerprint: (medium) => `sends the ${clientWords[medium] ?? "packets"} of the others`,
  subject: () => "asks for the same as the others",
  prefix: () => "lies in the network of the others",
  target: () => "tries the same host as the others, on a port of its own",
  strangers: () => "asks for what no other asks, and for little else",
};

function shareWords({ guesser, isShared }: CampaignMember): string {
  const more = guesser.guesses > 1 ? ` and ${plural(guesser.guesses - 1, "other guess", "other guesses")}` : "";
  return isShared ? `${more}; ordinary visitors use the same address` : more;
}

function describeClue(clue: Clue): string {
  if (clue.kind === Kind.contact) return `tried ${describeService(clue.transport, clue.port)}`;
  const text = decoder.decode(clue.text);
  return clue.kind === Kind.request ? `asked for ${text}` : `asked for the name ${text}`;
}
