// Hot: once per line; measured by bench/lines.ts.
import { isIpv4, isUnknown } from "../../bytes/address.ts";
import { Kind, Known, Outcome, Transport } from "../../observations/vocabulary.ts";
import type { Witness } from "../define-line-format.ts";
import type { Fields } from "./fields.ts";
import { transportAt } from "./words.ts";

/** Coverage's name for a device's messages about something else: logins, interfaces, translations. */
export const NO_CONTACT = "messages that tell of no connection";

/** What one line tells of a contact; -1 is "not told". One reused object: `clear` it first. */
class ContactDraft {
  /** The two addresses, source first. */
  readonly addresses = new Uint32Array(8);
  sourcePort = 0;
  targetPort = 0;
  transport = -1;
  icmpType = -1;
  icmpCode = 0;
  outcome: Outcome = Outcome.unknown;
  // Facts of the packet, where the line shows them.
  tcpFlags = -1;
  window = -1;
  ttl = -1;
  ipId = -1;
  sequence = -1;
  mss = 0;
  synOptions = -1;

  clear(): void {
    // A call of `fill` costs more than eight stores.
    for (let i = 0; i < 8; i++) this.addresses[i] = 0;
    this.sourcePort = 0;
    this.targetPort = 0;
    this.transport = -1;
    this.icmpType = -1;
    this.icmpCode = 0;
    this.outcome = Outcome.unknown;
    this.tcpFlags = -1;
    this.window = -1;
    this.ttl = -1;
    this.ipId = -1;
    this.sequence = -1;
    this.mss = 0;
    this.synOptions = -1;
  }

  /** Takes the source from one field and the target from another. Returns why not, or undefined. */
  takeAddresses(fields: Fields, source: number, target: number): string | undefined {
    if (!fields.address(source, this.addresses, 0)) return NO_SOURCE;
    return fields.address(target, this.addresses, 4) ? undefined : NO_TARGET;
  }

  /** Takes the ports of both ends and the protocol from their fields. */
  takePorts(fields: Fields, sourcePort: number, targetPort: number, transport: number): void {
    this.sourcePort = Math.max(0, fields.number(sourcePort));
    this.targetPort = Math.max(0, fields.number(targetPort));
    this.transport = transportAt(fields.bytes, fields.starts[transport]!, fields.ends[transport]!);
  }

  /**
   * Puts the address behind a port forwarding or a published address in the target's place, and the port likewise, when
   * the line has one: the estate is known by its real addresses. `0.0.0.0` and `::` say that there is none; so does a
   * `port` of -1.
   */
  takeRealTarget(fields: Fields, address: number, port: number): void {
    if (!fields.has(address) || !fields.address(address, real, 0)) return;
    if (isUnknown(real) || (isIpv4(real) && real[3] === 0)) return;
    this.addresses.set(real, 4);
    const realPort = port < 0 ? -1 : fields.number(port);
    if (realPort > 0) this.targetPort = realPort;
  }

  /** Adds the contact to the batch. Returns why it is none, or undefined. */
  add(witness: Witness, atMs: number): string | undefined {
    if (Number.isNaN(atMs)) return NO_TIME;
    // Some devices write "icmp" for both.
    if (this.transport === Transport.icmp && !isIpv4(this.addresses)) this.transport = Transport.icmpv6;
    const { transport, icmpType } = this;
    if (transport < 0 || transport > 255) return "no protocol";
    if (transport === Transport.icmp || transport === Transport.icmpv6) {
      this.sourcePort = 0;
      this.targetPort = icmpType < 0 ? 0 : ((icmpType & 255) << 8) | (Math.max(this.icmpCode, 0) & 255);
    }
    if (this.sourcePort > 65535 || this.targetPort > 65535) return "port above 65535";
    const { batch, tally } = witness;
    const row = batch.add(Kind.contact, atMs, witness.position);
    const { addresses } = this;
    const { source, target } = batch;
    const four = row * 4;
    for (let i = 0; i < 4; i++) {
      source[four + i] = addresses[i]!;
      target[four + i] = addresses[4 + i]!;
    }
    batch.sourcePort[row] = this.sourcePort;
    batch.targetPort[row] = this.targetPort;
    batch.transport[row] = transport;
    batch.outcome[row] = this.outcome;
    let known = 0;
    if (transport === Transport.tcp && this.tcpFlags >= 0 && this.window >= 0) known |= Known.tcp;
    if (this.ipId >= 0 && this.ttl >= 0) known |= Known.ip;
    if (this.sequence >= 0) known |= Known.sequence;
    if (this.synOptions >= 0) known |= Known.options;
    batch.known[row] = known;
    batch.tcpFlags[row] = known & Known.tcp ? this.tcpFlags : 0;
    batch.window[row] = known & Known.tcp ? this.window : 0;
    batch.ttl[row] = Math.max(this.ttl, 0);
    batch.ipId[row] = Math.max(this.ipId, 0);
    batch.sequence[row] = Math.max(this.sequence, 0);
    batch.mss[row] = known & Known.options ? this.mss : 0;
    batch.synOptions[row] = known & Known.options ? this.synOptions : 0;
    tally.sawTime(atMs);
    return undefined;
  }
}

const real = new Uint32Array(4);

export const NO_SOURCE = "source is not an address (a name, masked, or absent)";
export const NO_TARGET = "target is not an address (a name, masked, or absent)";
export const NO_TIME = "no time stamp with date and time of day";

/** The line's contact. */
export const contact = new ContactDraft();
