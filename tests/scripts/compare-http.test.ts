import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compareHttp } from "../../scripts/compare-http.ts";

const samples = join(import.meta.dirname, "../../../shared/data/formats");
const canCompare = existsSync(samples) && spawnSync("tshark", ["--version"]).status === 0;

describe.skipIf(!canCompare)("requests equal tshark's (skipped without tshark or the shared samples)", () => {
  test.each([
    ["arkime-pcaps/arkime+arkime/tests/pcap/http-wrapped-header.pcap"],
    ["arkime-pcaps/arkime+arkime/tests/pcap/socks5-http-302-frag.pcap"],
    ["suricata-verify/OISF+suricata-verify/tests/http2-continuation/input.pcap"],
    ["suricata-verify/OISF+suricata-verify/tests/bug-4810/pppoe-session-http.pcap"],
    ["suricata-verify/OISF+suricata-verify/tests/detect-xor-key/detect-xor-key-16/input.pcap"],
  ])("%s", async (name) => {
    const compared = await compareHttp(join(samples, name));
    expect(compared?.differences).toEqual([]);
    expect(compared?.ours).toBeGreaterThan(0);
  });
});
