import { expect, test } from "vitest";
import { addressWords } from "../../../src/bytes/address.ts";
import { imported, newFolder } from "./imported.ts";
import { mmdbOf } from "./mmdb.ts";

const EPOCH = Date.UTC(2026, 10, 15) / 1000;
const asn = mmdbOf(
  { autonomous_system_number: 64500, autonomous_system_organization: "Some Operator" },
  "Test-ASN",
  EPOCH,
);
const country = mmdbOf({ country_code: "DE" }, "Test-Country", EPOCH);

test("ASN and country databases together tell an address's network, with the sets that say so", async () => {
  const into = newFolder();
  const { set } = await imported("asn", { "asn.mmdb": asn }, { into });
  const { intel } = await imported("country", { "country.mmdb": country }, { into });
  expect(set).toMatchObject({ id: "asn", title: "Test-ASN", dataDate: "2026-11-15", counts: { nodes: 1 } });
  expect(intel.networkOf(addressWords("203.0.113.7")!)).toEqual({
    asn: 64500,
    organisation: "Some Operator",
    country: "DE",
    sets: ["asn (2026-11-15)", "country (2026-11-15)"],
  });
  expect(intel.networkOf(addressWords("9.9.9.9")!)).toBeUndefined();
});

test("a database that is none is refused", async () => {
  await expect(imported("asn", { "asn.mmdb": "hello" })).rejects.toThrow("not an MMDB database");
});

test("whatever byte of a database is damaged, it is refused or answers, and never throws else", async () => {
  const words = addressWords("203.0.113.7")!;
  for (let at = 0; at < asn.length; at += 3) {
    const damaged = Buffer.from(asn);
    damaged[at] = damaged[at]! ^ 0xff;
    try {
      const { intel } = await imported("asn", { "asn.mmdb": damaged });
      intel.networkOf(words);
    } catch (error) {
      expect(error).toMatchObject({ name: "UserProblem", code: "knowledge-refused" });
    }
  }
});
