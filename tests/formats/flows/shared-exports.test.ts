import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { flowExport } from "../../../src/formats/flows/flow-export.ts";
import { decodeAll } from "../observations-as-lines.ts";

const data = join(import.meta.dirname, "../../../../shared/data/formats");
const folder = join(data, "flow-exports/logstash-plugins+logstash-codec-netflow/spec/codecs");
const names = existsSync(folder) ? readdirSync(folder).sort() : [];

/** A file's records behind all templates of its exporter: those whose name starts alike. */
function withTemplates(name: string): Buffer {
  const exporter = name.replace(/_(data|dpi).*/, "");
  const templates = names.filter((other) => other !== name && other.startsWith(exporter) && other.includes("tpl"));
  return Buffer.concat([...templates, name].map((each) => readFileSync(join(folder, each))));
}

/** Flows as the codec's own tests count them, of exporters whose records hold both addresses. */
const flows: Readonly<Record<string, number>> = {
  "netflow5.dat": 30,
  "netflow5_test_juniper_mx80.dat": 29,
  "netflow5_test_microtik.dat": 30,
  "netflow9_test_cisco_1941K9.dat": 29,
  "netflow9_test_cisco_aci_data256.dat": 3,
  "netflow9_test_cisco_asa_1_data.dat": 14,
  "netflow9_test_cisco_asr9k_data260.dat": 21,
  "netflow9_test_macaddr_data.dat": 29,
  "netflow9_test_paloalto_panos_data.dat": 8,
  "netflow9_test_iptnetflow_reduced_size_encoding_tpldata260.dat": 12,
  "netflow9_test_valid01.dat": 7,
  "ipfix_test_openbsd_pflow_data.dat": 26,
  "ipfix_test_mikrotik_data258.dat": 28,
  "ipfix_test_yaf_data45841.dat": 1,
  "ipfix_test_viptela_data257.dat": 1,
};

describe.skipIf(names.length === 0)("exports of thirty vendors (skipped without the shared samples)", () => {
  test.each(Object.entries(flows))("%s: %i flows", (name, count) => {
    const { tally } = decodeAll(flowExport, withTemplates(name));
    expect([tally.records, tally.rejected]).toEqual([count, 0]);
  });
  test("every file is recognised and read without a reject, but those that are broken on purpose", () => {
    const rejected = names.filter((name) => {
      const { tally } = decodeAll(flowExport, withTemplates(name));
      return flowExport.looksLike(readFileSync(join(folder, name))) === 0 || tally.rejected > 0;
    });
    expect(rejected).toEqual(["netflow5_test_invalid01.dat", "netflow5_test_invalid02.dat"]);
  });
});
