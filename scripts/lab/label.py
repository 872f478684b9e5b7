#!/usr/bin/env python3
"""label.py EVENTS.json CAPTURE.pcap FIREWALL.log ACCESS.log... : prints labels.json: who was who, and how much of each actor each input shows."""
import collections, ipaddress, json, re, struct, subprocess, sys

HOME = [ipaddress.ip_network("198.51.100.0/24"), ipaddress.ip_network("2001:db8:5100::/64")]
NOBODY = {"198.19.255.1", "198.19.255.2", "2001:db8:ffff::1", "2001:db8:ffff::2"}  # the router's link


def packets_of(path):
    counts, total = collections.Counter(), 0
    with open(path, "rb") as capture:
        capture.read(24)
        while len(record := capture.read(16)) == 16:
            frame = capture.read(struct.unpack_from("<I", record, 8)[0])
            total += 1
            kind = struct.unpack_from("!H", frame, 12)[0]
            if kind == 0x0800:
                ends = {frame[26:30], frame[30:34]}
            elif kind == 0x86DD:
                ends = {frame[22:38], frame[38:54]}
            else:
                continue
            counts.update(str(ipaddress.ip_address(end)) for end in ends)
    return counts, total


def lines_of(paths, pattern):
    counts, total = collections.Counter(), 0
    for path in paths:
        for line in open(path, encoding="latin-1"):
            total += 1
            if found := re.search(pattern, line):
                counts[str(ipaddress.ip_address(found[1]))] += 1
    return counts, total


def version_of(tool):
    shown = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", {"ssh": "openssh-client", "dig": "bind9-dnsutils"}.get(tool, tool)], capture_output=True, text=True)
    return shown.stdout or "n/a"


events = json.load(open(sys.argv[1]))
packets, packet_total = packets_of(sys.argv[2])
firewall, firewall_total = lines_of([sys.argv[3]], r" SRC=(\S+) ")
access, access_total = lines_of(sys.argv[4:], r"^(?:\S+:\d+ )?([0-9a-f.:]+) \S+ \S+ \[")
actors = []
for actor in sorted(events["actors"], key=lambda each: each["began"]):
    address = str(ipaddress.ip_address(actor["address"]))
    told = {key: actor[key] for key in ("technique", "note", "chain", "handover_from", "answered_200") if key in actor}
    actors.append({"kind": actor["kind"], "tool": actor["tool"], "sources": [address], "start": actor["began"], "end": actor["ended"],
        "command": re.sub(r"\S+/visitors.py", "visitors.py", actor["command"]), "rc": actor["rc"], "version": version_of(actor["tool"]), **told,
        "packets": packets[address], "fw_lines": firewall[address], "access_lines": access[address]})
known = {source for actor in actors for source in actor["sources"]} | NOBODY
at_home = lambda address: any(ipaddress.ip_address(address) in net for net in HOME)
labels = {
    "scenario": "samples", "start": events["began"], "end": events["ended"], "protected": [str(net) for net in HOME],
    "capture_point": "perimeter, outside interface of the firewall",
    "sources_by_kind": dict(collections.Counter(kind for kind, _ in {(a["kind"], a["sources"][0]) for a in actors})),
    "unlabelled_sources": {a: n for a, n in packets.items() if a not in known and not at_home(a) and not ipaddress.ip_address(a).is_multicast and not ipaddress.ip_address(a).is_link_local},
    "counts": {"packets": packet_total, "fw_lines": firewall_total, "access_lines": access_total},
    "actors": actors,
}
print("{\n" + ",\n".join(f' "{key}": {json.dumps(value)}' for key, value in labels.items() if key != "actors")
    + ',\n "actors": [\n' + ",\n".join("  " + json.dumps(actor) for actor in actors) + "\n ]\n}")
