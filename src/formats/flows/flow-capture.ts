import type { Batch } from "../../observations/batch.ts";
import type { Tally } from "../../observations/tally.ts";
import { Tally as Counts } from "../../observations/tally.ts";
import { Transport } from "../../observations/vocabulary.ts";
import { EtherType, type LinkLayer } from "../../wire/links/link-layer.ts";
import { Fragments } from "../../wire/network/fragments.ts";
import { readIpv4 } from "../../wire/network/ipv4.ts";
import { readIpv6 } from "../../wire/network/ipv6.ts";
import { Packet } from "../../wire/packet.ts";
import { Wire } from "../../wire/wire.ts";
import { ENDED, FramedDecoder, type Framing, type PacketSink } from "../captures/framed-decoder.ts";
import { PcapFraming, pcap } from "../captures/pcap.ts";
import { PcapngFraming, pcapng } from "../captures/pcapng.ts";
import type { Format } from "../format.ts";
import { isExport } from "./export-marks.ts";
import { ExportReader } from "./export-reader.ts";
import { ExportWitness } from "./export-witness.ts";

/**
 * A capture of what exporters send to a collector: NetFlow, IPFIX and sFlow in UDP. Listed before the captures, and taken when
 * most of the packets at the input's start are such datagrams; packets that are none are read as in any capture. Sources:
 * RFC 3954, RFC 7011, sflow.org "sFlow Version 5", draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
 */
export const flowCapture: Format = {
  id: "flow-capture",
  title: "NetFlow, IPFIX and sFlow in a packet capture",
  kind: "flow",
  looksLike: (head) => shareOfExports(head),
  open(context) {
    const sink = new ExportsAndPackets(context.tally);
    return new FramedDecoder(new EitherFraming(sink, context.tally), sink);
  },
};

const UDP_HEADER = 8;
/** As many as tell either kind of capture file. */
const MAGIC_BYTES = 12;

/** All or nothing: a capture is a capture by its first bytes, and this one is more if most of it is exports. */
function shareOfExports(head: Uint8Array): number {
  if (!isCapture(head)) return 0;
  const count = new ExportCount();
  const framing = framingFor(head, count, new Counts());
  framing.takeFrames(head, new DataView(head.buffer, head.byteOffset, head.length), 0, head.length);
  return count.exports * 2 > count.packets ? 1 : 0;
}

function isCapture(head: Uint8Array): boolean {
  return pcap.looksLike(head) + pcapng.looksLike(head) > 0;
}

function framingFor(head: Uint8Array, sink: PacketSink, tally: Tally): Framing {
  return pcapng.looksLike(head) > 0 ? new PcapngFraming(sink, tally) : new PcapFraming(sink, tally);
}

/** Finds what a packet's UDP datagram holds. */
class Datagrams {
  readonly packet = new Packet();
  readonly #fragments = new Fragments();

  /** Whether the packet is a UDP datagram; `packet` then shows it, its payload behind the UDP header. */
  find(link: LinkLayer, bytes: Uint8Array, view: DataView, start: number, end: number, wireEnd: number): boolean {
    const { packet } = this;
    packet.bytes = bytes;
    packet.view = view;
    packet.start = start;
    packet.end = end;
    packet.wireEnd = wireEnd;
    const network = link.locate(packet);
    if (network < 0) return false;
    const isRead =
      packet.etherType === EtherType.ipv4
        ? readIpv4(packet, network, this.#fragments)
        : packet.etherType === EtherType.ipv6 && readIpv6(packet, network, this.#fragments);
    return isRead && packet.protocol === Transport.udp && packet.transportEnd - packet.transport > UDP_HEADER;
  }
}

class ExportCount implements PacketSink {
  packets = 0;
  exports = 0;
  readonly #datagrams = new Datagrams();

  begin(): void {}
  settle(): void {}
  end(): void {}

  packet(link: LinkLayer, bytes: Uint8Array, view: DataView, start: number, end: number, wireEnd: number): void {
    this.packets++;
    if (!this.#datagrams.find(link, bytes, view, start, end, wireEnd)) return;
    const { packet } = this.#datagrams;
    if (isExport(packet.view, packet.transport + UDP_HEADER, packet.transportEnd, false)) this.exports++;
  }
}

/** Gives datagrams that are exports to their reader, all other packets to the wire. */
class ExportsAndPackets implements PacketSink {
  readonly #wire: Wire;
  readonly #reader: ExportReader;
  readonly #witness: ExportWitness;
  readonly #datagrams = new Datagrams();

  constructor(tally: Tally) {
    this.#wire = new Wire(tally);
    this.#witness = new ExportWitness(tally);
    this.#reader = new ExportReader(this.#witness, false);
  }

  begin(batch: Batch): void {
    this.#witness.batch = batch;
    this.#wire.begin(batch);
  }

  settle(): void {
    this.#reader.settle();
    this.#wire.settle();
  }

  end(batch: Batch): void {
    this.#witness.batch = batch;
    this.#reader.settle();
    this.#wire.end(batch);
  }

  get hasMore(): boolean {
    return this.#wire.hasMore;
  }

  packet(
    link: LinkLayer,
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    wireEnd: number,
    atMs: number,
    position: number,
  ): void {
    const { packet } = this.#datagrams;
    if (this.#datagrams.find(link, bytes, view, start, end, wireEnd)) {
      const at = packet.transport + UDP_HEADER;
      if (isExport(packet.view, at, packet.transportEnd, false)) {
        this.#witness.position = position;
        const reject = this.#reader.datagram(packet.view, at, packet.transportEnd, packet.sourceKey, atMs);
        if (reject !== undefined) this.#witness.tally.reject(reject, position);
        return;
      }
    }
    this.#wire.packet(link, bytes, view, start, end, wireEnd, atMs, position);
  }
}

/** Knows which kind of capture file it is by its first bytes. */
class EitherFraming implements Framing {
  #framing: Framing | undefined;
  readonly #sink: PacketSink;
  readonly #tally: Tally;

  constructor(sink: PacketSink, tally: Tally) {
    this.#sink = sink;
    this.#tally = tally;
  }

  takeFrames(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    if (end - start < MAGIC_BYTES) return start;
    if (this.#framing === undefined && !isCapture(bytes.subarray(start, end))) {
      this.cutShort();
      return ENDED;
    }
    this.#framing ??= framingFor(bytes.subarray(start, end), this.#sink, this.#tally);
    return this.#framing.takeFrames(bytes, view, start, end);
  }

  lengthOf(view: DataView, have: number): number {
    return this.#framing ? this.#framing.lengthOf(view, have) : MAGIC_BYTES;
  }

  cutShort(): void {
    if (this.#framing) this.#framing.cutShort();
    else {
      this.#tally.records++;
      this.#tally.reject("this is not a capture: its first bytes are no magic number", 1);
    }
  }

  count(): void {
    this.#framing?.count();
  }
}
