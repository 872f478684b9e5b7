import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pcap } from "../../../src/formats/captures/pcap.ts";
import { Batch } from "../../../src/observations/batch.ts";
import { Tally } from "../../../src/observations/tally.ts";
import { Kind } from "../../../src/observations/vocabulary.ts";
import { communityIdOf } from "../../wire/community-id.ts";

const samples = join(import.meta.dirname, "../../../../shared/data/formats");
const arkime = join(samples, "arkime-pcaps/arkime+arkime/tests/pcap");
const zeek = join(samples, "packet-format/corelight+zeek-community-id/tests");

/** Community IDs of all contacts that a capture tells. */
function idsOf(path: string): Set<string> {
  const decoder = pcap.open({ tally: new Tally(), referenceMs: 0, zone: 0 });
  const batch = new Batch();
  decoder.decode(new Uint8Array(readFileSync(path)), batch);
  decoder.end(batch);
  const ids = new Set<string>();
  for (let row = 0; row < batch.length; row++) if (batch.kind[row] === Kind.contact) ids.add(communityIdOf(batch, row));
  return ids;
}

describe.skipIf(!existsSync(zeek))("Community IDs that Zeek wrote (skipped without the shared samples)", () => {
  test.each(["icmp", "ipv6", "tcp", "udp"])("%s", (name) => {
    const baseline = readFileSync(join(zeek, `Baseline/communityid.run-pcaps/${name}.pcap.out`), "utf8");
    const expected: string[] = baseline.match(/(?<=-> )1:\S+/g) ?? [];
    expect(expected.length).toBeGreaterThan(0);
    expect([...idsOf(join(zeek, `Traces/${name}.pcap`))].sort()).toEqual(expected.sort());
  });
  test("icmp6: echoes alone, for neighbours, routers and errors are no contacts", () => {
    const baseline = readFileSync(join(zeek, "Baseline/communityid.run-pcaps/icmp6.pcap.out"), "utf8");
    const echoes: string[] = baseline.match(/(?<= 3a 00 00:8[01] 00:8[01] .*-> )1:\S+/g) ?? [];
    expect(echoes).toHaveLength(2);
    expect([...idsOf(join(zeek, "Traces/icmp6.pcap"))].sort()).toEqual(echoes.sort());
  });
});

/** Sessions of Arkime that are no contacts here; docs/captures.md gives the reasons. */
const missing: Readonly<Record<string, number>> = {
  "IKEv1.test": 1,
  "ah-esp.test": 1,
  "bacnet-stack-services.test": 5,
  "gtp-iphone.test": 6,
  "ike-cert_synthetic.test": 2,
  "mpls-basic.test": 2,
  "nbns.test": 4,
  "ospf.test": 5,
  "wireshark-dhcpv6.test": 3,
};

interface Session {
  readonly body?: Session;
  readonly network?: { readonly community_id?: string };
}

describe.skipIf(!existsSync(arkime))("sessions that Arkime tells (skipped without the shared samples)", () => {
  const names = existsSync(arkime)
    ? readdirSync(arkime).filter(
        (name) => name.endsWith(".test") && existsSync(join(arkime, name.replace(/test$/, "pcap"))),
      )
    : [];
  test.each(names)("%s", (name) => {
    const told = JSON.parse(readFileSync(join(arkime, name), "utf8")) as { sessions3?: Session[] };
    const expected = (told.sessions3 ?? []).flatMap((session) => (session.body ?? session).network?.community_id ?? []);
    const ids = idsOf(join(arkime, name.replace(/test$/, "pcap")));
    expect(expected.filter((id) => !ids.has(id))).toHaveLength(missing[name] ?? 0);
  });
});
