/**
 * The classes an observation can fall into: what was asked for, seen against what credible visitors use here. Each is named
 * for what was seen, and carries the probability that one new thing asked for by a scanner, or by a visitor, is of this
 * class. The scanner's numbers are fixed; the visitor's are only where learning starts (see visitor-model.ts).
 *
 * The numbers are reasoned, then checked against the labelled sets: a scanner does not know what exists, so most of what
 * it asks for does not; a visitor follows links and settings, so most of what it asks for does, and others ask for it too.
 */
export interface ObservationClass {
  readonly id: string;
  /** For people; follows "asked for …". */
  readonly words: string;
  readonly ifScanner: number;
  readonly ifVisitor: number;
  /** Whether it counts as a guess: something that visitors here do not use. */
  readonly guess: boolean;
  /** Whether what was asked for was not to be had. */
  readonly missing: boolean;
  /** Whether nobody here had asked for it before: then the novelty of its host or directory counts. */
  readonly novel: boolean;
  /** Whether links that went stale or were mangled look the same, however seldom visitors here met one so far. */
  readonly weak: boolean;
  /** Whether others do the same: it never speaks for a scanner, however seldom it has been met so far. */
  readonly usual: boolean;
}

const contact = [
  row("popular-service", "a service that others use", 0.5, 0.7),
  row("known-service", "a service that one other visitor used", 0.06, 0.06, "novel"),
  row("new-service", "a service that nobody used before, on a port people use", 0.12, 0.12, "novel"),
  row("odd-service", "a service that nobody used before, on an unusual port", 0.1, 0.04, "novel", "guess"),
  row("admitted-port", "an unusual port that the firewall lets through", 0.12, 0.03, "novel", "guess"),
  row("failing-service", "something that others try and fail too", 0.03, 0.03, "missing", "usual"),
  row("closed-port", "a port that people use, closed on this host", 0.1, 0.01, "missing", "novel", "guess"),
  row("unused-port", "an unused port of a host in use", 0.25, 0.005, "missing", "novel", "guess"),
  row("unused-address", "an unused address, on a port people use", 0.2, 0.008, "missing", "novel", "guess"),
  row("dark", "an unused port of an unused address", 0.25, 0.004, "missing", "novel", "guess"),
] as const;

const request = [
  row("popular-path", "a path that others use", 0.06, 0.6, "usual"),
  row("rare-path", "a path that few use", 0.04, 0.1, "novel"),
  row("new-path-nearby", "a new path in a directory that visitors use", 0.06, 0.08, "novel"),
  row("new-path", "a path that nobody used before", 0.12, 0.12, "novel"),
  row("new-parameters", "parameters that nobody gave to this page before", 0.1, 0.05, "novel"),
  row("popular-miss", "something missing that others ask for too", 0.03, 0.035, "missing", "usual"),
  row("own-software", "what browsers ask for by themselves", 0.02, 0.02, "usual"),
  row("missing-nearby", "something missing in a directory that visitors use", 0.1, 0.03, "missing", "novel", "weak"),
  row("missing-path", "something missing that nobody links to", 0.45, 0.008, "missing", "novel", "guess"),
  row("forbidden-path", "something forbidden that visitors do not ask for", 0.06, 0.004, "missing", "novel", "guess"),
  row("log-in-asked", "something for which one has to log in", 0.06, 0.02, "missing", "novel"),
  row("malformed", "a request that the server could not understand", 0.05, 0.004, "missing", "guess"),
  row("failing-path", "something that makes the server fail", 0.03, 0.004, "missing", "novel", "guess"),
  row("unanswered-path", "a path that nobody used before; its answer was not seen", 0.05, 0.05, "novel"),
  row("same-answer", "something that is answered like whatever is not there", 0.3, 0.05),
  row("missing-title", "a missing page with a title that nobody guesses", 0.01, 0.02, "missing", "usual"),
] as const;

const name = [
  row("popular-name", "a host name that others ask for", 0.1, 0.9, "usual"),
  row("address-as-name", "the bare address in place of a host name", 0.5, 0.05),
  row("unknown-name", "a host name that nobody asks for here", 0.3, 0.02, "novel", "guess"),
] as const;

const hello = [
  row("popular-hello", "a client hello that others send", 0.2, 0.8, "usual"),
  row("another-hello", "yet another client hello from the same source", 0.2, 0.2, "novel"),
] as const;

const question = [
  row("popular-question", "a name that others ask for", 0.08, 0.6, "usual"),
  row("new-question", "a name that exists and that nobody asked for before", 0.1, 0.12, "novel", "weak"),
  row("popular-absence", "a missing name that others ask for too", 0.03, 0.05, "missing", "usual"),
  row("missing-question", "a missing name that nobody else asks for", 0.5, 0.1, "missing", "novel", "guess"),
  row("derived-question", "a missing name such as software makes up", 0.1, 0.04, "missing", "novel", "weak"),
  row("relayed-question", "a missing name, asked for by a resolver", 0.1, 0.05, "missing", "novel", "weak"),
  row("server-question", "what the name server runs", 0.05, 0.002, "guess"),
  row("transfer-attempt", "a whole zone", 0.04, 0.001, "guess"),
] as const;

/** All classes; an index into this list is what is stored and learned. */
export const classes: readonly ObservationClass[] = [...contact, ...request, ...name, ...hello, ...question];

/** Which classes compete with each other: the probabilities of a family add up to about one. */
export const families: readonly (readonly number[])[] = [
  contact.map((_, i) => i),
  request.map((_, i) => contact.length + i),
  name.map((_, i) => contact.length + request.length + i),
  hello.map((_, i) => contact.length + request.length + name.length + i),
  question.map((_, i) => contact.length + request.length + name.length + hello.length + i),
];

type Trait = "guess" | "missing" | "novel" | "weak" | "usual";

function row(id: string, words: string, ifScanner: number, ifVisitor: number, ...traits: Trait[]): ObservationClass {
  const has = (trait: Trait) => traits.includes(trait);
  return {
    id,
    words,
    ifScanner,
    ifVisitor,
    guess: has("guess"),
    missing: has("missing"),
    novel: has("novel"),
    weak: has("weak"),
    usual: has("usual"),
  };
}

/** Index of each class, by its id in camel case. */
export const Class = {
  popularService: 0,
  knownService: 1,
  newService: 2,
  oddService: 3,
  admittedPort: 4,
  failingService: 5,
  closedPort: 6,
  unusedPort: 7,
  unusedAddress: 8,
  dark: 9,
  popularPath: 10,
  rarePath: 11,
  newPathNearby: 12,
  newPath: 13,
  newParameters: 14,
  popularMiss: 15,
  ownSoftware: 16,
  missingNearby: 17,
  missingPath: 18,
  forbiddenPath: 19,
  logInAsked: 20,
  malformed: 21,
  failingPath: 22,
  unansweredPath: 23,
  sameAnswer: 24,
  missingTitle: 25,
  popularName: 26,
  addressAsName: 27,
  unknownName: 28,
  popularHello: 29,
  anotherHello: 30,
  popularQuestion: 31,
  newQuestion: 32,
  popularAbsence: 33,
  missingQuestion: 34,
  derivedQuestion: 35,
  relayedQuestion: 36,
  serverQuestion: 37,
  transferAttempt: 38,
} as const;
