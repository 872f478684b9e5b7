// Hot: once per line; measured by bench/lines.ts.
import type { Line } from "../../bytes/line.ts";
import { WordTable } from "../../bytes/word-table.ts";
import { Outcome, TcpFlag } from "../../observations/vocabulary.ts";
import { defineLineFormat, type Witness } from "../define-line-format.ts";
import { Columns } from "../devices/columns.ts";
import { contact, NO_CONTACT } from "../devices/contact.ts";
import { DeviceTime } from "../devices/device-time.ts";
import { notOurs } from "../devices/other-lines.ts";
import type { DecodeContext } from "../format.ts";

/**
 * The Windows firewall's own log (pfirewall.log): `2026-11-22 19:05:16 DROP TCP 192.0.2.7 198.51.100.5 51234 445 52 S 1 0 8192
 * - - - RECEIVE`. `#Fields:` names the columns; times are local, or not, as `#Time Format:` says. Source: Microsoft, "Interpreting the
 * Windows Firewall Log".
 */
export const windowsFirewall = defineLineFormat({
  id: "windows-firewall",
  title: "Windows firewall log (pfirewall.log)",
  looksLike: (line) => startsWith(line, "#Software: Microsoft Windows Firewall") || looksLikeRecord(line),
  open(context) {
    const reader = new WindowsReader(context);
    return (line, witness) => reader.read(line, witness);
  },
});

const actions = new WordTable(["DROP", "ALLOW", "OPEN", "OPEN-INBOUND", "CLOSE", "INFO-EVENTS-LOST"]);
const outcomes = [Outcome.denied, Outcome.admitted, Outcome.admitted, Outcome.admitted] as const;
const INFO_EVENTS_LOST = 5;

/** Columns by their names in `#Fields:`, in the order that all versions have. */
const names = new WordTable([
  "date",
  "time",
  "action",
  "protocol",
  "src-ip",
  "dst-ip",
  "src-port",
  "dst-port",
  "size",
  "tcpflags",
  "tcpsyn",
  "tcpack",
  "tcpwin",
  "icmptype",
  "icmpcode",
  "info",
  "path",
]);
const [DATE, TIME, ACTION, PROTOCOL, SOURCE, TARGET, SOURCE_PORT, TARGET_PORT] = [0, 1, 2, 3, 4, 5, 6, 7];
const [SIZE, FLAGS, SEQUENCE, WINDOW, ICMP_TYPE, ICMP_CODE, COLUMNS] = [8, 9, 10, 12, 13, 14, 17];
const MOST_COLUMNS = 32;

/** `2026-11-22 19:05:16 DROP ` */
function looksLikeRecord(line: Line): boolean {
  const { bytes, start, end } = line;
  if (end - start < 40 || bytes[start + 4] !== 45 || bytes[start + 10] !== 32 || bytes[start + 19] !== 32) return false;
  return bytes[start + 13] === 58 && actions.find(bytes, start + 20, line.wordEnd(start + 20)) >= 0;
}

function startsWith(line: Line, text: string): boolean {
  return line.after(text) === line.start + text.length;
}

const flagByLetter = new Uint8Array(256);
for (const [name, bit] of Object.entries(TcpFlag)) flagByLetter[name.toUpperCase().charCodeAt(0)] = bit;

class WindowsReader {
  readonly #time: DeviceTime;
  readonly #columns = new Columns(MOST_COLUMNS);
  /** Where each named column stands. */
  readonly #at = Uint8Array.from({ length: COLUMNS! }, (_, i) => i);

  constructor(context: DecodeContext) {
    this.#time = new DeviceTime(context);
  }

  read(line: Line, witness: Witness): string | undefined {
    const { bytes, start, end } = line;
    if (bytes[start] === 35) {
      if (startsWith(line, "#Fields: ")) this.#takeOrder(line);
      witness.tally.gap("comment lines");
      return undefined;
    }
    if (!looksLikeRecord(line)) return notOurs(line, witness);
    const columns = this.#columns;
    columns.readWords(bytes, start, end);
    const action = columns.word(this.#at[ACTION!]!, actions);
    if (action === INFO_EVENTS_LOST) {
      witness.tally.gap("events that the firewall could not log", Math.max(1, columns.number(this.#at[SIZE!]!)));
      return undefined;
    }
    if (action < 0 || action >= outcomes.length) {
      // CLOSE repeats a connection that was told when it was opened.
      witness.tally.gap(NO_CONTACT);
      return undefined;
    }
    return this.#addContact(outcomes[action]!, witness);
  }

  #addContact(outcome: Outcome, witness: Witness): string | undefined {
    const columns = this.#columns;
    const at = this.#at;
    contact.clear();
    const reason = contact.takeAddresses(columns, at[SOURCE!]!, at[TARGET!]!);
    if (reason !== undefined) return reason;
    contact.takePorts(columns, at[SOURCE_PORT!]!, at[TARGET_PORT!]!, at[PROTOCOL!]!);
    contact.icmpType = columns.number(at[ICMP_TYPE!]!);
    contact.icmpCode = columns.number(at[ICMP_CODE!]!);
    contact.outcome = outcome;
    // The packet's facts are there when a packet was logged; a connection that was allowed has `-` or zeros.
    const flags = columns.starts[at[FLAGS!]!]!;
    const isPacket = flags >= 0 && columns.bytes[flags] !== 45 && columns.number(at[SIZE!]!) > 0;
    if (isPacket && contact.transport === 6) {
      contact.tcpFlags = 0;
      for (let i = flags; i < columns.ends[at[FLAGS!]!]!; i++) contact.tcpFlags |= flagByLetter[columns.bytes[i]!]!;
      contact.window = columns.number(at[WINDOW!]!);
      contact.sequence = columns.number(at[SEQUENCE!]!);
    }
    return contact.add(witness, this.#time.fromFields(columns, at[DATE!]!, at[TIME!]!, -1));
  }

  #takeOrder(line: Line): void {
    const columns = this.#columns;
    columns.readWords(line.bytes, line.start + 9, line.end);
    for (let i = 0; i < columns.count; i++) {
      const name = columns.word(i, names);
      if (name >= 0) this.#at[name] = i;
    }
  }
}
