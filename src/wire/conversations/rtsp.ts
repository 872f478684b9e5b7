import { ascii, lineFeed, startsWith } from "./ascii.ts";
import { CLIENT, Recognition } from "./conversation.ts";
import { find } from "./find.ts";
import { talking } from "./talk.ts";
import { headLength, sayFirstLine, sayHeader } from "./text-head.ts";
import { said } from "./words.ts";

const VERSION = ascii(" RTSP/1.0");
const VERSION_2 = ascii(" RTSP/2.0");
const RESPONSE = ascii("RTSP/");
const AGENT = [ascii("user-agent:")];
const SERVER = [ascii("server:")];
const REALM = [ascii("www-authenticate:")];
const LONGEST_HEAD = 4096;

/** RTSP (RFC 2326, RFC 7826): streams that are asked for, and the camera's or server's name. */
export const rtsp = talking({
  id: "rtsp",
  beginnings: [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => letter.charCodeAt(0)),
  recognise(_exchange, side, bytes, start, end) {
    if (side !== CLIENT || bytes[start]! < 65 || bytes[start]! > 90) return Recognition.no;
    const stop = lineFeed(bytes, start, Math.min(end, start + 1024));
    const from = Math.max(start, stop - 11);
    const isRtsp = find(bytes, from, stop, VERSION) > 0 || find(bytes, from, stop, VERSION_2) > 0;
    return isRtsp ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    // Once it plays, frames begin with a dollar sign: nothing of interest follows.
    if (bytes[start] === 36) return -1;
    const length = headLength(bytes, start, end);
    if (length === 0 && end - start < LONGEST_HEAD && !talk.isLast) return 0;
    const stop = length === 0 ? end : start + length;
    said.clear();
    if (side === CLIENT) {
      sayFirstLine(said, bytes, start, stop);
      sayHeader(said, bytes, start, stop, AGENT);
      talk.ask();
    } else if (startsWith(bytes, start, stop, RESPONSE)) {
      if (!sayHeader(said, bytes, start, stop, SERVER)) sayHeader(said, bytes, start, stop, REALM);
      talk.reveal();
    }
    return stop - start;
  },
});
