import { expect, test } from "vitest";
import { addressWords } from "../../src/bytes/address.ts";
import { addressScope } from "../../src/bytes/address-scope.ts";

test.each([
  ["8.8.8.8", "public"],
  ["198.51.100.1", "public"],
  ["198.18.0.1", "public"],
  ["9.255.255.255", "public"],
  ["10.0.0.0", "private"],
  ["10.255.255.255", "private"],
  ["11.0.0.0", "public"],
  ["100.63.255.255", "public"],
  ["100.64.0.0", "private"],
  ["100.127.255.255", "private"],
  ["100.128.0.0", "public"],
  ["127.0.0.1", "private"],
  ["169.254.1.1", "private"],
  ["172.15.255.255", "public"],
  ["172.16.0.0", "private"],
  ["172.31.255.255", "private"],
  ["172.32.0.0", "public"],
  ["192.168.0.1", "private"],
  ["192.169.0.1", "public"],
  ["0.0.0.0", "none"],
  ["224.0.0.251", "none"],
  ["239.255.255.250", "none"],
  ["255.255.255.255", "none"],
  ["2001:db8::1", "public"],
  ["fc00::1", "private"],
  ["fdff::1", "private"],
  ["fe00::1", "public"],
  ["fe80::1", "none"],
  ["febf::1", "none"],
  ["fec0::1", "public"],
  ["ff02::1", "none"],
  ["::1", "private"],
  ["::", "none"],
])("%s is %s", (address, scope) => {
  const row = new Uint32Array(8);
  row.set(addressWords(address)!, 4);
  expect(addressScope(row, 4)).toBe(scope);
});
