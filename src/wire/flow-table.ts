// Hot: one look-up per packet; measured by bench/captures.ts. A flow is one record of sixteen words, the size of a cache
// line, in one flat array: opening a flow costs what it touches in memory.
import type { Packet } from "./packet.ts";

/** Words of a flow's record; add them to `id << RECORD_SHIFT`. */
export const RECORD_SHIFT = 4;
/** Address keys of the two ends, in the order that makes both directions the same flow. */
const END_0 = 0;
const END_1 = 1;
/** Port of end 0 in the upper half, of end 1 in the lower. */
export const PORTS = 2;
/** IP protocol, `IPV6_KIND` and, for ICMP, the request type above. */
export const KIND = 3;
/** Bits of `flow-state.ts`. */
export const STATE = 4;
/** Clock ticks of the latest packet. */
export const LAST_TICK = 5;
/** Next wanted TCP sequence number of what each end sends. */
export const WANTED = 6;
/** Number of the exchange that reads the flow's payload; 0 none yet, DEAF never. */
export const EXCHANGE = 8;
/** First packet's sequence number. */
export const SEQUENCE = 9;
/** First packet: window << 16 | IP identification. */
export const WINDOW_ID = 10;
/** First packet: MSS << 16 | TTL << 8 | TCP flags. */
export const MSS_TTL_FLAGS = 11;
/** First packet's TCP options, or ICMP type << 8 | code of the request. */
export const OPTIONS = 12;
/** Lower word of the first packet's position; the rest is in STATE. */
export const FIRST_POSITION = 13;
/** The first packet's time, a 64-bit float: index in `floats` is (record >> 1) plus this. */
export const FIRST_AT = 7;

export const IPV6_KIND = 256;
export const DEAF = -1;

/**
 * A slot of the index: flow id + 1, how far it is from its home slot, and the hash's uppermost bits. The distance tells
 * which slot is home, so neither finding nor removing looks at other flows' records, in four bytes a slot.
 */
const ID_BITS = 19;
const ID_MASK = (1 << ID_BITS) - 1;
const ONE_FURTHER = 1 << ID_BITS;
const TAG_MASK = ~(ONE_FURTHER * 64 - 1);
/** A run longer than this comes from a hostile choice of ports and addresses: somebody has to go. */
const LONGEST_RUN = 64;
/** Records that a table starts with. */
const SMALLEST_ROOM = 4096;
/** How many times larger it gets: entering all flows anew costs more than memory that is not touched. */
const GROWTH = 4;

/**
 * All flows under way: an open-addressing index over fixed records, so that ids stay valid while a flow lives and
 * memory is one flat piece. The caller makes room with `evict` when `isFull`.
 */
export class FlowTable {
  /** Most flows at once, a power of two up to 2¹⁸. */
  readonly capacity: number;
  /** The records. Replaced by a larger copy when the table grows: take it again after `insert`. */
  words = new Int32Array(0);
  /** The same memory as 64-bit floats. */
  floats = new Float64Array(0);
  /** IPv6 addresses of both ends, eight words a flow; made when the first IPv6 flow comes. */
  addresses = new Int32Array(0);
  size = 0;
  #index = new Int32Array(0);
  /** Slots, less one. */
  #mask = 0;
  #free = new Int32Array(0);
  /** Records there is memory for. */
  #room = 0;
  /** Ids below this were used at least once. */
  #used = 0;
  #freeCount = 0;

  // What the last `locate` that found nothing was asked for.
  #low = 0;
  #high = 0;
  #ports = 0;
  #kind = 0;
  #hash = 0;
  #swapped = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#grow(Math.min(capacity, SMALLEST_ROOM));
  }

  get isFull(): boolean {
    return this.size === this.capacity;
  }

  /** @returns `id << 1 | direction`, where direction 0 is from end 0 to end 1; or -1, and then `insert` may follow. */
  locate(packet: Packet, sourcePort: number, targetPort: number, kind: number): number {
    const source = packet.sourceKey;
    const target = packet.targetKey;
    let low = source;
    let high = target;
    let ports = (sourcePort << 16) | targetPort;
    let direction = 0;
    if (source > target || (source === target && sourcePort > targetPort)) {
      low = target;
      high = source;
      ports = (targetPort << 16) | sourcePort;
      direction = 1;
    }
    const hash = hashOf(low, high, ports, kind);
    const index = this.#index;
    const words = this.words;
    const mask = this.#mask;
    const wanted = hash & TAG_MASK;
    for (let slot = hash & mask, run = 0; run < LONGEST_RUN; slot = (slot + 1) & mask, run++) {
      const entry = index[slot]!;
      if (entry === 0) break;
      if (((entry ^ (wanted + run * ONE_FURTHER)) & ~ID_MASK) !== 0) continue;
      const id = (entry & ID_MASK) - 1;
      const at = id << RECORD_SHIFT;
      if (words[at + END_0] !== low || words[at + END_1] !== high || words[at + PORTS] !== ports) continue;
      if (words[at + KIND] !== kind || (kind & IPV6_KIND && !this.#sameAddresses(packet, id, direction))) continue;
      return (id << 1) | direction;
    }
    this.#low = low;
    this.#high = high;
    this.#ports = ports;
    this.#kind = kind;
    this.#hash = hash;
    this.#swapped = direction;
    return -1;
  }

  /** Makes the flow that `locate` did not find. The table must not be full. @returns as `locate` does, or -1 when its run is full. */
  insert(packet: Packet): number {
    if (this.size === this.#room) this.#grow(Math.min(this.capacity, this.#room * GROWTH));
    const index = this.#index;
    const mask = this.#mask;
    let run = 0;
    while (index[(this.#hash + run) & mask] !== 0) if (++run === LONGEST_RUN) return -1;
    const id = this.#freeCount > 0 ? this.#free[--this.#freeCount]! : this.#used++;
    this.size++;
    index[(this.#hash + run) & mask] = (this.#hash & TAG_MASK) + run * ONE_FURTHER + id + 1;
    const at = id << RECORD_SHIFT;
    const words = this.words;
    words[at + END_0] = this.#low;
    words[at + END_1] = this.#high;
    words[at + PORTS] = this.#ports;
    words[at + KIND] = this.#kind;
    if (this.#kind & IPV6_KIND) this.#keepAddresses(packet, id, this.#swapped);
    return (id << 1) | this.#swapped;
  }

  /** The flow in the home slot of the last `locate`, to be evicted when `insert` found its run full. */
  get rival(): number {
    return (this.#index[this.#hash & this.#mask]! & ID_MASK) - 1;
  }

  /** Forgets a flow; its id may be given to another at once. */
  remove(id: number): void {
    const at = id << RECORD_SHIFT;
    const index = this.#index;
    const mask = this.#mask;
    let hole = this.#hashOfRecord(at) & mask;
    while ((index[hole]! & ID_MASK) !== id + 1) hole = (hole + 1) & mask;
    // Backward shift: later entries of the run move up, so that no tombstones pile up.
    for (let next = (hole + 1) & mask; index[next] !== 0; next = (next + 1) & mask) {
      const entry = index[next]!;
      const shift = (next - hole) & mask;
      if (((entry >>> ID_BITS) & 63) < shift) continue;
      index[hole] = entry - shift * ONE_FURTHER;
      hole = next;
    }
    index[hole] = 0;
    this.words[at + STATE] = 0;
    this.#free[this.#freeCount++] = id;
    this.size--;
  }

  /** Ids that may be in use lie below this; those whose STATE is 0 are not. */
  get highest(): number {
    return this.#used;
  }

  #grow(room: number): void {
    const buffer = new ArrayBuffer((room << RECORD_SHIFT) * 4);
    const words = new Int32Array(buffer);
    words.set(this.words);
    this.words = words;
    this.floats = new Float64Array(buffer);
    if (this.addresses.length > 0) this.addresses = enlarged(this.addresses, room * 8);
    this.#free = enlarged(this.#free, room);
    this.#room = room;
    this.#index = this.#widened(room * 2);
    this.#mask = room * 2 - 1;
  }

  /** The index with more slots. Entries go over in the order of their runs, so that none ends up further from home. */
  #widened(slots: number): Int32Array<ArrayBuffer> {
    const old = this.#index;
    const index = new Int32Array(slots);
    const start = old.indexOf(0);
    for (let i = 0; i < old.length; i++) {
      const id = (old[(start + i) & this.#mask]! & ID_MASK) - 1;
      if (id < 0) continue;
      const hash = this.#hashOfRecord(id << RECORD_SHIFT);
      let run = 0;
      while (index[(hash + run) & (slots - 1)] !== 0) run++;
      index[(hash + run) & (slots - 1)] = (hash & TAG_MASK) + run * ONE_FURTHER + id + 1;
    }
    return index;
  }

  #hashOfRecord(at: number): number {
    const { words } = this;
    return hashOf(words[at + END_0]!, words[at + END_1]!, words[at + PORTS]!, words[at + KIND]!);
  }

  #sameAddresses(packet: Packet, id: number, direction: number): boolean {
    const flip = direction << 2;
    for (let i = 0; i < 8; i++) if (this.addresses[(id << 3) + (i ^ flip)] !== packet.words[i]) return false;
    return true;
  }

  #keepAddresses(packet: Packet, id: number, direction: number): void {
    if (this.addresses.length === 0) this.addresses = new Int32Array(this.#room * 8);
    const flip = direction << 2;
    for (let i = 0; i < 8; i++) this.addresses[(id << 3) + (i ^ flip)] = packet.words[i]!;
  }
}

function hashOf(low: number, high: number, ports: number, kind: number): number {
  let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(ports, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15) ^ kind, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

function enlarged(column: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(length);
  next.set(column);
  return next;
}
