import { CLIENT, FINISHED, Recognition } from "./conversation.ts";
import { u16 } from "./integers.ts";
import { talking } from "./talk.ts";
import { said } from "./words.ts";

const MODBUS_PORT = 502;
/** Transaction, protocol (0), length, unit (Modbus Messaging on TCP/IP, section 3.1.3). */
const HEADER = 7;
const LONGEST = 254;
const REPORT_ID = 17;
const ENCAPSULATED = 43;
/** Read device identification (Modbus Application Protocol 1.1b3, section 6.21). */
const IDENTIFICATION = 14;
const functions: Readonly<Record<number, string>> = {
  1: "read coils",
  2: "read discrete inputs",
  3: "read holding registers",
  4: "read input registers",
  5: "write coil",
  6: "write register",
  8: "diagnostics",
  15: "write coils",
  16: "write registers",
  [REPORT_ID]: "report server id",
  90: "Unity function",
};

/** Modbus: what is asked of a controller, and the vendor, product and revision that it says it is. */
export const modbus = talking({
  id: "modbus",
  recognise(exchange, side, bytes, start, end) {
    if (side !== CLIENT || exchange.serverPort !== MODBUS_PORT) return Recognition.no;
    if (end - start < HEADER + 1) return Recognition.moreBytesNeeded;
    const length = u16(bytes, start + 4);
    return u16(bytes, start + 2) === 0 && length >= 2 && length <= LONGEST ? Recognition.yes : Recognition.no;
  },
  hear(talk, side, bytes, start, end) {
    if (end - start < HEADER + 1) return 0;
    const length = 6 + u16(bytes, start + 4);
    if (u16(bytes, start + 2) !== 0 || length < HEADER + 1 || length > 6 + LONGEST) return FINISHED;
    if (end - start < length) return 0;
    const at = start + HEADER;
    const code = bytes[at]!;
    said.clear();
    if (side === CLIENT) {
      const isIdentification = code === ENCAPSULATED && bytes[at + 1] === IDENTIFICATION;
      said.say(isIdentification ? "read device identification" : (functions[code] ?? `function ${code}`));
      talk.ask();
    } else {
      if (code === ENCAPSULATED && bytes[at + 1] === IDENTIFICATION) sayObjects(bytes, at + 6, start + length);
      if (code === REPORT_ID) said.say("server id ").quote(bytes, at + 2, start + length);
      talk.reveal();
    }
    return length;
  },
});

/** Count of objects, then each one's id, length and text: vendor, product, revision first. */
function sayObjects(bytes: Uint8Array, at: number, end: number): void {
  let object = at + 1;
  for (let left = bytes[at]!; left > 0 && object + 2 <= end; left--) {
    const stop = object + 2 + bytes[object + 1]!;
    said.say(said.length > 0 ? "; " : "").quote(bytes, object + 2, Math.min(end, stop));
    object = stop;
  }
}
