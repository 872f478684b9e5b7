import { Budget } from "../budget.ts";
import type { Packet } from "../packet.ts";

/** Datagrams under reassembly at once. */
const MOST_DATAGRAMS = 256;
/** Bytes held for all of them where nobody else has to do with that. */
const ORDINARY_BYTES = 4 * 1024 * 1024;
/** A datagram cannot be longer (IPv4 total length). */
const LONGEST_DATAGRAM = 65535;
/** RFC 791 suggests 15 s, RFC 8200 60 s, Linux waits 30 s. */
const LIFETIME_MS = 30_000;

/** A datagram under reassembly; what its headers said is that of the fragment which came first. */
interface Datagram {
  readonly key: string;
  readonly isIpv6: boolean;
  readonly protocol: number;
  readonly ttl: number;
  readonly ipId: number;
  readonly sourceKey: number;
  readonly targetKey: number;
  readonly words: Int32Array;
  readonly atMs: number;
  readonly position: number;
  bytes: Uint8Array;
  /** Which units of 8 bytes (fragment offsets count them) have come. */
  have: Uint8Array;
  units: number;
  /** Furthest byte seen. */
  reach: number;
  /** Known once the last fragment came; -1 before. */
  length: number;
  /** Bytes from this offset on were cut off by the capture. */
  cutAt: number;
}

/**
 * Puts IP fragments together, within bounds. Of what overlaps the first bytes stay. Port scanners split the TCP header
 * itself, so a first fragment alone does not tell the contact; when the others never come it has to do.
 */
export class Fragments {
  /** Datagrams that were never complete: too many, too old, inconsistent. */
  lost = 0;
  /** Fragments that say otherwise of bytes which had come already: what evades a sensor that puts them together differently. */
  contradictions = 0;
  readonly #datagrams = new Map<string, Datagram>();
  readonly #stale: Datagram[] = [];
  readonly #budget: Budget;

  constructor(budget: Budget = new Budget(ORDINARY_BYTES)) {
    this.#budget = budget;
  }

  /** Whether `takeStale` has something to give. */
  get hasStale(): boolean {
    return this.#stale.length > 0;
  }

  /**
   * Takes the fragment in `packet` (its `transport` part), `offset` bytes into its datagram.
   * @returns true when the datagram is complete: `packet` then points at the whole, with the time and position of the
   * fragment that came first.
   */
  add(packet: Packet, id: number, offset: number, more: boolean): boolean {
    const wireLength = packet.transportWireEnd - packet.transport;
    const end = offset + wireLength;
    if (wireLength <= 0 || end > LONGEST_DATAGRAM || (more && (wireLength & 7) !== 0)) {
      this.lost++;
      return false;
    }
    const key = keyOf(packet, id);
    const datagram = this.#datagrams.get(key) ?? this.#open(packet, key);
    if (datagram.length >= 0 && end > datagram.length) return false;
    if (!this.#makeRoom(datagram, end)) {
      this.#giveUp(datagram);
      return false;
    }
    if (!place(datagram, packet, offset, end)) this.contradictions++;
    if (!more && end >= datagram.reach) datagram.length = end;
    if (datagram.length < 0 || datagram.units < (datagram.length + 7) >>> 3) return false;
    this.#drop(datagram);
    show(packet, datagram, datagram.length, datagram.length);
    return true;
  }

  /** Points `packet` at the beginning of a datagram that was given up; false when there is none left. */
  takeStale(packet: Packet): boolean {
    const datagram = this.#stale.shift();
    if (datagram === undefined) return false;
    let units = 0;
    while (datagram.have[units] === 1) units++;
    show(packet, datagram, Math.min(units << 3, datagram.reach), Math.max(datagram.length, datagram.reach));
    return true;
  }

  /** Gives up all that still wait, at the end of the input. */
  giveUpAll(): void {
    for (const datagram of this.#datagrams.values()) this.#giveUp(datagram);
  }

  #open(packet: Packet, key: string): Datagram {
    for (const oldest of this.#datagrams.values()) {
      const tooOld = packet.atMs - oldest.atMs > LIFETIME_MS;
      if (!tooOld && this.#datagrams.size < MOST_DATAGRAMS && !this.#budget.isScarce) break;
      this.#giveUp(oldest);
    }
    const { isIpv6, protocol, ttl, ipId, sourceKey, targetKey, atMs, position } = packet;
    const datagram: Datagram = {
      ...{ key, isIpv6, protocol, ttl, ipId, sourceKey, targetKey, atMs, position },
      words: packet.words.slice(),
      bytes: new Uint8Array(0),
      have: new Uint8Array(0),
      units: 0,
      reach: 0,
      length: -1,
      cutAt: LONGEST_DATAGRAM + 1,
    };
    this.#datagrams.set(key, datagram);
    return datagram;
  }

  #makeRoom(datagram: Datagram, end: number): boolean {
    if (end <= datagram.bytes.length) return true;
    const units = (Math.max(64, Math.min(LONGEST_DATAGRAM, end * 2)) + 7) >>> 3;
    if (!this.#budget.take((units << 3) + units - heldBy(datagram))) return false;
    const bytes = new Uint8Array(units << 3);
    const have = new Uint8Array(units);
    bytes.set(datagram.bytes);
    have.set(datagram.have);
    datagram.bytes = bytes;
    datagram.have = have;
    return true;
  }

  #giveUp(datagram: Datagram): void {
    this.#drop(datagram);
    this.lost++;
    if (datagram.have[0] === 1) this.#stale.push(datagram);
  }

  #drop(datagram: Datagram): void {
    this.#datagrams.delete(datagram.key);
    this.#budget.take(-heldBy(datagram));
  }
}

function heldBy({ bytes, have }: Datagram): number {
  return bytes.length + have.length;
}

function keyOf(packet: Packet, id: number): string {
  const addresses = packet.isIpv6 ? packet.words.join(" ") : `${packet.sourceKey} ${packet.targetKey}`;
  return `${addresses} ${packet.protocol} ${id}`;
}

/** @returns whether what it repeats is the same. */
function place(datagram: Datagram, packet: Packet, offset: number, end: number): boolean {
  let agrees = true;
  const captured = packet.transportEnd - packet.transport;
  if (captured < end - offset) datagram.cutAt = Math.min(datagram.cutAt, offset + captured);
  datagram.reach = Math.max(datagram.reach, end);
  for (let unit = offset; unit < end; unit += 8) {
    const stop = Math.min(unit + 8, end, offset + captured);
    const from = packet.transport - offset;
    if (datagram.have[unit >>> 3] === 1) {
      const known = Math.min(stop, datagram.cutAt);
      for (let i = unit; i < known; i++) if (datagram.bytes[i] !== packet.bytes[from + i]) agrees = false;
      continue;
    }
    datagram.have[unit >>> 3] = 1;
    datagram.units++;
    for (let i = unit; i < stop; i++) datagram.bytes[i] = packet.bytes[from + i]!;
  }
  return agrees;
}

function show(packet: Packet, datagram: Datagram, captured: number, length: number): void {
  const { bytes } = datagram;
  packet.bytes = bytes;
  packet.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  packet.isIpv6 = datagram.isIpv6;
  packet.network = -1;
  packet.protocol = datagram.protocol;
  packet.ttl = datagram.ttl;
  packet.ipId = datagram.ipId;
  packet.sourceKey = datagram.sourceKey;
  packet.targetKey = datagram.targetKey;
  packet.words.set(datagram.words);
  packet.transport = 0;
  packet.transportWireEnd = length;
  packet.transportEnd = Math.min(captured, datagram.cutAt);
  packet.atMs = datagram.atMs;
  packet.position = datagram.position;
}
