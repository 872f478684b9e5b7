import { ascii, startsWith } from "./ascii.ts";
import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import { find } from "./find.ts";
import { u16, u32 } from "./integers.ts";
import { type Talk, talking } from "./talk.ts";
import { said } from "./words.ts";

/** First words of a client by which a protocol is known that is not read further. */
interface Opening {
  /** Bytes that it may begin with. */
  readonly first: Uint8Array;
  readonly service: string;
  readonly fits: (bytes: Uint8Array, start: number, end: number, port: number) => boolean;
  readonly says: string;
  /** Whether the words go on in text that is worth telling. */
  readonly quotes?: boolean;
}

const begins = (text: string) => {
  const beginning = ascii(text);
  return (bytes: Uint8Array, start: number, end: number) => startsWith(bytes, start, end, beginning);
};
const CLASS_PATH = ascii("ClassPathXmlApplicationContext");
const BROKER_CONFIG = ascii('"code":25');
const BEAN = ascii("javax.servlet.include");
const ZOOKEEPER_PORT = 2181;
const X11_PORTS = [6000, 6063] as const;

const opening = (service: string, says: string, first: string, fits: Opening["fits"], quotes = false): Opening => ({
  service,
  says,
  first: ascii(first),
  fits,
  quotes,
});

/** Every service that is known by its first words alone. */
export const openings: readonly Opening[] = [
  opening("java debugger", "JDWP-Handshake", "J", begins("JDWP-Handshake")),
  opening("java rmi", "JRMI", "J", begins("JRMI\0")),
  opening("weblogic", "", "t", begins("t3 "), true),
  opening("weblogic", "GIOP request", "G", begins("GIOP\x01")),
  opening("android debug bridge", "CNXN", "C", begins("CNXN")),
  opening(
    "ajp",
    "forward request with include attributes",
    "\x12",
    (b, s, e) => isAjp(b, s, e) && find(b, s, e, BEAN) > 0,
  ),
  opening("ajp", "forward request", "\x12", isAjp),
  opening("cisco smart install", "message", "\0", (b, s, e) => e - s >= 16 && u32(b, s) === 1 && u32(b, s + 4) === 1),
  opening(
    "activemq",
    "ExceptionResponse with ClassPathXmlApplicationContext",
    "\0",
    (b, s, e) => e - s > 16 && b[s + 4] === 31 && find(b, s, e, CLASS_PATH) > 0,
  ),
  opening(
    "rocketmq",
    "UPDATE_BROKER_CONFIG",
    "\0",
    (b, s, e) => e - s > 16 && b[s] === 0 && b[s + 8] === 123 && find(b, s, e, BROKER_CONFIG) > 0,
  ),
  opening("fortimanager", "FGFM", "6", (b, s, e) => e - s >= 8 && u32(b, s) === 0x36e01100),
  opening(".net remoting", "message", ".", begins(".NET\x01\0")),
  opening(
    "x11",
    "set-up request",
    "Bl",
    (b, s, e, port) =>
      port >= X11_PORTS[0] && port <= X11_PORTS[1] && e - s >= 12 && (b[s] === 0x42 || b[s] === 0x6c) && b[s + 1] === 0,
  ),
  opening(
    "mqtt",
    "connect",
    "\x10",
    (b, s, e) => e - s > 10 && b[s] === 16 && find(b, s + 2, Math.min(e, s + 12), ascii("MQ")) > 0,
  ),
  opening(
    "zookeeper",
    "",
    "cdeimrsw",
    (b, s, e, port) => port === ZOOKEEPER_PORT && e - s >= 4 && e - s <= 6 && u32(b, s) > 0x61000000,
    true,
  ),
];

function isAjp(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start > 6 && u16(bytes, start) === 0x1234 && bytes[start + 4] === 2;
}

const answers: readonly (readonly [service: Uint8Array, mark: Uint8Array])[] = [
  [ascii("zookeeper"), ascii("Zookeeper version:")],
  [ascii("zookeeper"), ascii("zookeeper.version=")],
  [ascii("android debug bridge"), ascii("device::")],
];

/** Services that are known by their first words: what a scanner of them sends, and the few that then say what they are. */
export const openingWords = talking({
  id: "opening",
  beginnings: [...new Set(openings.flatMap(({ first }) => [...first]))],
  recognise(exchange, side, bytes, start, end) {
    if (side !== CLIENT || !exchange.fromBeginning) return Recognition.no;
    return openingOf(bytes, start, end, exchange.serverPort) >= 0 ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    said.clear();
    if (side !== CLIENT) return tellAnswer(talk, bytes, start, end);
    const number = openingOf(bytes, start, end, talk.exchange.serverPort);
    if (number < 0) return end - start;
    const { service, says, quotes } = openings[number]!;
    talk.service = ascii(service);
    said.say(says);
    if (quotes) said.quote(bytes, start, Math.min(end, start + 80));
    talk.ask();
    return end - start;
  },
});

function openingOf(bytes: Uint8Array, start: number, end: number, port: number): number {
  return openings.findIndex(({ fits }) => fits(bytes, start, end, port));
}

function tellAnswer(talk: Talk, bytes: Uint8Array, start: number, end: number): number {
  for (const [service, mark] of answers) {
    const at = find(bytes, start, end, mark);
    if (at < 0) continue;
    let stop = at;
    while (stop < end && stop - at < 200 && bytes[stop]! >= 32) stop++;
    talk.service = service;
    said.quote(bytes, at, stop);
    talk.reveal();
  }
  return FINISHED;
}
