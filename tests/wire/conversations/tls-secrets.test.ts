import { describe, expect, test } from "vitest";
import { TlsSecrets } from "../../../src/wire/conversations/tls-secrets.ts";
import { bytes } from "../packets.ts";

const random = "0a".repeat(32);
const find = (secrets: TlsSecrets) => secrets.find(bytes(0, ...Buffer.from(random, "hex")), 1);

describe("a key log", () => {
  test("is read line by line, whatever ends them", () => {
    const secrets = new TlsSecrets();
    secrets.addKeyLog(
      bytes(
        `# a comment\r\nCLIENT_RANDOM ${random} ${"ab".repeat(48)}\r\n\nSERVER_TRAFFIC_SECRET_0 ${random.toUpperCase()} 0102`,
      ),
    );
    expect(find(secrets)).toEqual({ master: bytes(...Array(48).fill(0xab)), serverTraffic: bytes(1, 2) });
    expect([secrets.size, secrets.rejected]).toEqual([1, 0]);
  });
  test.each([
    ["no hexadecimal digits", `CLIENT_RANDOM ${random} xyz!`],
    ["a random of another length", "CLIENT_RANDOM 0a0b 0102"],
    ["words that are missing", `CLIENT_RANDOM ${random}`],
    ["a line without an end", "x".repeat(5000)],
  ])("%s is counted", (_why, line) => {
    const secrets = new TlsSecrets();
    secrets.addKeyLog(bytes(line));
    expect([secrets.size, secrets.rejected]).toEqual([0, 1]);
  });
  test("labels of no use are no mistake", () => {
    const secrets = new TlsSecrets();
    secrets.addKeyLog(bytes(`EXPORTER_SECRET ${random} 0102\n__proto__ ${random} 0102\n`));
    expect([secrets.size, secrets.rejected]).toEqual([0, 0]);
  });
  test("what all inputs share is found, and what one brings stays its own", () => {
    const shared = new TlsSecrets();
    const one = new TlsSecrets(shared);
    one.addKeyLog(bytes(`CLIENT_RANDOM ${random} 0102`));
    expect([find(shared), find(one), find(new TlsSecrets(shared))]).toEqual([
      undefined,
      { master: bytes(1, 2) },
      undefined,
    ]);
    shared.addKeyLog(bytes(`CLIENT_RANDOM ${random} 0304`));
    expect(find(new TlsSecrets(shared))).toEqual({ master: bytes(3, 4) });
  });
});
