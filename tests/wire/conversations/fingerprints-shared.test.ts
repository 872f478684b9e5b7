import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pcap } from "../../../src/formats/captures/pcap.ts";
import { Batch } from "../../../src/observations/batch.ts";
import { Tally } from "../../../src/observations/tally.ts";
import { Kind } from "../../../src/observations/vocabulary.ts";

const folder = join(import.meta.dirname, "../../../../shared/data/formats/arkime-pcaps/arkime+arkime/tests/pcap");

/** What is beside the samples but not read. */
const notRead: Readonly<Record<string, string>> = {
  openvpn_synthetic: "TLS within OpenVPN's own framing",
};

interface Prints {
  readonly ja3: string[];
  readonly ja4: string[];
}

function expectedOf(file: string): Prints {
  const sessions: { body?: { tls?: Partial<Prints> } }[] = JSON.parse(readFileSync(file, "utf8")).sessions3 ?? [];
  const all = (member: keyof Prints) => sorted(sessions.flatMap(({ body }) => body?.tls?.[member] ?? []));
  return { ja3: all("ja3"), ja4: all("ja4") };
}

function foundIn(file: Uint8Array): Prints {
  const batch = new Batch();
  const decoder = pcap.open({ tally: new Tally(), referenceMs: 0, zone: 0 });
  decoder.decode(file, batch);
  do decoder.end(batch);
  while (decoder.hasMore);
  const hellos = Array.from({ length: batch.length }, (_, row) => row).filter((row) => {
    return batch.kind[row] === Kind.hello && /^(tls|quic|dtls)$/.test(batch.texts.text(batch.service[row]!));
  });
  const all = (column: Uint32Array) => sorted(hellos.map((row) => batch.texts.text(column[row]!)));
  return { ja3: all(batch.agent), ja4: all(batch.detail) };
}

const sorted = (texts: readonly string[]) => [...new Set(texts)].sort();

describe.skipIf(!existsSync(folder))("JA3 and JA4 beside the samples (skipped without the shared samples)", () => {
  const names = existsSync(folder)
    ? readdirSync(folder).flatMap((name) => (name.endsWith(".test") ? [name.slice(0, -5)] : []))
    : [];
  const withPrints = names.filter((name) => expectedOf(join(folder, `${name}.test`)).ja4.length > 0);
  test("are there", () => expect(withPrints.length).toBeGreaterThan(10));
  test.each(withPrints.filter((name) => !(name in notRead)))("%s", (name) => {
    const expected = expectedOf(join(folder, `${name}.test`));
    const found = foundIn(readFileSync(join(folder, `${name}.pcap`)));
    expect(found.ja4).toEqual(expected.ja4);
    // Not every sample states JA3.
    if (expected.ja3.length > 0) expect(found.ja3).toEqual(expected.ja3);
  });
});
