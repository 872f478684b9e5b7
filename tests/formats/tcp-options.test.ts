import { expect, test } from "vitest";
import { readTcpOptions, tcpOptions } from "../../src/formats/tcp-options.ts";

test.each([
  ["Linux", "020405B40402080A000000010000000001030307", 1460, "24813000"],
  ["in lower case", "020405b4", 1460, "20000000"],
  ["none", "", 0, "00000000"],
  ["ends at the end-of-options mark", "0204058C00020405B4", 1420, "20000000"],
  ["only eight are told", "010101010101010101", 0, "11111111"],
  ["a kind above fifteen", "FD04F989", 0, "f0000000"],
  ["cut within an option", "020405B4080A0000", 1460, "20000000"],
  ["a length of zero", "0200", 0, "00000000"],
  ["a length of one", "0301020405B4", 0, "00000000"],
  ["not hexadecimal", "0204zz", 0, "00000000"],
  ["an MSS of another length", "0203ff", 0, "20000000"],
])("%s", (_, hex, mss, kinds) => {
  const bytes = Buffer.from(hex);
  readTcpOptions(bytes, 0, bytes.length);
  expect({ mss: tcpOptions.mss, kinds: tcpOptions.kinds.toString(16).padStart(8, "0") }).toEqual({ mss, kinds });
});
