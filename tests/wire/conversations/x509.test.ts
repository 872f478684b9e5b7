import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Tag, timeOf } from "../../../src/wire/conversations/der.ts";
import { readCertificate } from "../../../src/wire/conversations/x509.ts";
import { bytes } from "../packets.ts";

const der = new Uint8Array(new X509Certificate(readFileSync(join(import.meta.dirname, "tls/certificate.pem"))).raw);
const read = (certificate: Uint8Array) => readCertificate(certificate, 0, certificate.length);

describe("a certificate", () => {
  test("is read as Node's own reader does", () => {
    expect(read(der)).toEqual({
      subject: {
        parts: [
          ["CN", "gateway.example"],
          ["O", "Example, Inc."],
          ["OU", "Edge"],
        ],
      },
      issuer: {
        parts: [
          ["CN", "gateway.example"],
          ["O", "Example, Inc."],
          ["OU", "Edge"],
        ],
      },
      isSelfIssued: true,
      names: ["gateway.example", "*.gateway.example", "198.51.100.4", "2001:db8::4"],
      nameCount: 4,
      notBeforeMs: Date.parse(new X509Certificate(der).validFrom),
      notAfterMs: Date.parse(new X509Certificate(der).validTo),
    });
  });
  test("that is cut short or broken never throws", () => {
    for (let end = 0; end < der.length; end++) read(der.slice(0, end));
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), (at, value) => {
        const broken = der.slice();
        broken[at] = value;
        read(broken);
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => void read(garbage)));
  });
});

test.each<[string, number, string, string | undefined]>([
  ["UTC time of this century", Tag.utcTime, "490203040506Z", "2049-02-03T04:05:06.000Z"],
  ["UTC time of the last", Tag.utcTime, "500203040506Z", "1950-02-03T04:05:06.000Z"],
  ["UTC time without seconds", Tag.utcTime, "2602030405Z", "2026-02-03T04:05:00.000Z"],
  ["generalized time", 0x18, "21260203040506Z", "2126-02-03T04:05:06.000Z"],
  ["a month that there is not", Tag.utcTime, "261303040506Z", undefined],
  ["no time", Tag.utcTime, "yesterday", undefined],
])("%s", (_why, tag, text, expected) => {
  const atMs = timeOf(bytes(text), tag, 0, text.length);
  expect(Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString()).toBe(expected);
});
