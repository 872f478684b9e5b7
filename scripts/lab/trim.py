#!/usr/bin/env python3
"""trim.py IN.pcap OUT.pcap : keeps what tells who asked what, and cuts the rest, as long-term capture systems do.

Whole: everything but TCP, requests to web servers, and the first data packets of each direction of other connections. Cut: the pages
that web servers send, down to the answer's header; what TLS servers send, down to their hello. A cut packet's record still states its true
length."""
import struct, sys

KEPT_PACKETS, KEPT_TLS_PACKETS = 8, 2  # of each direction
KEPT_ANSWER, KEPT_TLS_HELLO = 320, 160  # bytes of data


def kept_length(frame, seen):
    """How many bytes of an Ethernet frame to keep."""
    kind = struct.unpack_from("!H", frame, 12)[0]
    if kind == 0x0800 and frame[23] == 6:
        tcp, addresses = 14 + (frame[14] & 15) * 4, frame[26:34]
        end = 14 + struct.unpack_from("!H", frame, 16)[0]
    elif kind == 0x86DD and frame[20] == 6:
        tcp, addresses = 54, frame[22:54]
        end = 54 + struct.unpack_from("!H", frame, 18)[0]
    else:
        return len(frame)
    data = tcp + (frame[tcp + 12] >> 4) * 4
    if end <= data:
        return len(frame)
    source, target = struct.unpack_from("!HH", frame, tcp)
    if source == 80:
        return min(len(frame), data + (KEPT_ANSWER if frame[data : data + 7] == b"HTTP/1." else 0))
    if target == 80:
        return len(frame)
    flow = addresses + frame[tcp : tcp + 4]
    seen[flow] = seen.get(flow, 0) + 1
    if source in (443, 993):
        return min(len(frame), data + (KEPT_TLS_HELLO if seen[flow] == 1 else 0))
    kept = KEPT_TLS_PACKETS if target in (443, 993) else KEPT_PACKETS
    return len(frame) if seen[flow] <= kept else data


with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as out:
    head = source.read(24)
    assert head[:4] == b"\xd4\xc3\xb2\xa1", "a little-endian pcap with microseconds, as tcpdump writes here"
    out.write(head)
    seen = {}
    while len(record := source.read(16)) == 16:
        seconds, micros, captured, length = struct.unpack("<4I", record)
        frame = source.read(captured)
        keep = kept_length(frame, seen)
        out.write(struct.pack("<4I", seconds, micros, keep, length) + frame[:keep])
