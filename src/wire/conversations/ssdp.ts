import { ascii, startsWith } from "./ascii.ts";
import type { DatagramProtocol } from "./datagram-talk.ts";
import { sayFirstLine, sayHeader } from "./text-head.ts";
import { said } from "./words.ts";

const SEARCH = ascii("M-SEARCH ");
const NOTIFY = ascii("NOTIFY * ");
const RESPONSE = ascii("HTTP/1.1 200");
const TARGET = [ascii("st:")];
const SERVER = [ascii("server:")];

/** SSDP (UPnP Device Architecture 2.0, section 1): what is searched for, and the system, UPnP stack and product that answer. */
export const ssdp: DatagramProtocol = {
  id: "ssdp",
  beginnings: [SEARCH[0]!, NOTIFY[0]!, RESPONSE[0]!],
  recognise(bytes, start, end) {
    return [SEARCH, NOTIFY, RESPONSE].some((beginning) => startsWith(bytes, start, end, beginning));
  },
  ask(bytes, start, end) {
    if (!startsWith(bytes, start, end, SEARCH)) return;
    sayFirstLine(said, bytes, start, start + SEARCH.length - 1);
    sayHeader(said, bytes, start, end, TARGET);
  },
  reveal(bytes, start, end) {
    if (!startsWith(bytes, start, end, SEARCH)) sayHeader(said, bytes, start, end, SERVER);
  },
};
