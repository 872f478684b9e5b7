import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type SecureVersion } from "node:tls";
import { expect, test } from "vitest";
import { agentOf, asks } from "../../src/asking/asks.ts";
import { converse } from "../../src/asking/converse.ts";
import { ordinaryBounds } from "../../src/asking/recording.ts";
import { reportCheck } from "../../src/stories/exposure-check.ts";

const pem = (name: string) => readFileSync(new URL(`../wire/conversations/tls/${name}`, import.meta.url));
const pair = { key: pem("key.pem"), cert: pem("certificate.pem") };

/** What asking a TLS server revealed, and the server names that it was asked by. */
async function reveal(
  version: SecureVersion,
  way: string,
  words: string,
): Promise<{ told: string[]; names: string[] }> {
  const names: string[] = [];
  const SNICallback = (name: string, done: (error: null) => void) => {
    names.push(name);
    done(null);
  };
  const server = createServer({ ...pair, minVersion: version, maxVersion: version, SNICallback }, (socket) => {
    socket.on("error", () => {});
    if (way === "https") socket.once("data", () => socket.end(words));
    else socket.write(words);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const ask = asks.find(({ id }) => id === way)!;
  const place = { address: "127.0.0.1", port, name: "www.example.org" };
  const recording = await converse(place, ask, agentOf("0.0.1", "tests@example.org"), ordinaryBounds);
  server.close();
  const asked = [{ errand: { place, ask, reason: "a test" }, recording }];
  const { exposures } = reportCheck(asked, { nowMs: Date.UTC(2026, 10, 20), home: [], unasked: 0 });
  return { told: exposures.map(({ revealedBy, text }) => `${revealedBy}: ${text}`), names };
}

const certificate = expect.stringMatching(/^TLS certificate: certificate CN=/);

test.each([
  ["TLSv1.3", "https", "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\n\r\n", "Server header: Server: nginx/1.22.1"],
  ["TLSv1.2", "https", "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\n\r\n", "Server header: Server: nginx/1.22.1"],
  ["TLSv1.3", "imaps", "* OK Dovecot (Debian) ready.\r\n", "imap banner: * OK Dovecot (Debian) ready."],
  ["TLSv1.3", "tls", "nobody asked for these words", undefined],
] as const)("%s, %s: the certificate, and what is said inside", async (version, way, words, said) => {
  const { told, names } = await reveal(version, way, words);
  expect(told).toHaveLength(said === undefined ? 1 : 2);
  expect(told).toEqual(expect.arrayContaining([certificate, ...(said === undefined ? [] : [said])]));
  expect(names).toEqual(["www.example.org"]);
});
