import { expect, test } from "vitest";
import { softwareOf } from "../../src/knowledge/software/software-of.ts";
import { wholeVersion } from "../../src/knowledge/software/whole-version.ts";

test.each([
  ["9.2p1 Debian-2", 3, { said: "9.2p1", version: "9.2", update: "p1" }],
  ["9.11.5-P4-5.1+deb10u1-Debian", 6, { said: "9.11.5-P4", version: "9.11.5", update: "p4" }],
  ["4.2.6p2-RC4@1.2180-o", 5, { said: "4.2.6p2-RC4", version: "4.2.6", update: "p2-rc4" }],
  ["9.4.43.v20210629)", 6, { said: "9.4.43.v20210629", version: "9.4.43", update: "20210629" }],
  ["8.1 SP3 Tue Jun 29", 3, { said: "8.1 SP3", version: "8.1", update: "sp3" }],
  ["15.1.3.25 ready", 4, { said: "15.1.3.25", version: "15.1.3.25" }],
  ["4.84_2", 4, { said: "4.84_2", version: "4.84_2" }],
  ["6.6.1_hpn13v11 FreeBSD", 3, { said: "6.6.1", version: "6.6.1" }],
  ["1.3.5a Server", 5, { said: "1.3.5a", version: "1.3.5", update: "a" }],
  ["10.11.6-MariaDB", 7, { said: "10.11.6", version: "10.11.6" }],
  ["2.2.9 (FIPS)", 5, { said: "2.2.9", version: "2.2.9" }],
])("%s is read on from its first %d characters", (text, end, whole) => {
  expect(wholeVersion(text, 0, end)).toEqual(whole);
});

test.each([["2.4.5xyz"], ["1.2.3R4"], ["1.2.34567abc"]])(
  "of %s no version is told: half of one is a wrong one",
  (text) => {
    expect(wholeVersion(text, 0, 5)).toBeUndefined();
  },
);

test("a text that was cut within its version tells none", () => {
  const host = "m".repeat(512 - "220  ESMTP Exim 4.9".length);
  expect(softwareOf("smtp", `220 ${host} ESMTP Exim 4.98.2 ready`)?.version).toBeUndefined();
  expect(softwareOf("smtp", `220 ${host.slice(9)} ESMTP Exim 4.98.2 ready`)?.version).toBe("4.98.2");
});
