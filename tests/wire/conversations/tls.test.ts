import { constants } from "node:crypto";
import { createServer } from "node:https";
import type { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { identity, observeSession, type RecordedSession, recordSession } from "./tls-session.ts";

/** Asks an HTTPS server for two pages over one connection. */
function record(options: ConnectionOptions): Promise<RecordedSession> {
  const server = createServer({ ...identity, ciphers: options.ciphers }, ({ url }, response) => {
    response.sendDate = false;
    response.setHeader("Server", "nginx/1.25.3").end(url === "/long" ? "long".repeat(10_000) : url);
  });
  return recordSession(server, options, async (socket) => {
    await ask(socket, "/.env");
    await ask(socket, "/long");
  });
}

function ask(socket: Socket, path: string): Promise<void> {
  socket.write(`GET ${path} HTTP/1.1\r\nHost: gateway.example\r\nUser-Agent: probe\r\n\r\n`);
  const end = path === "/long" ? "long" : path;
  return new Promise((resolve) => {
    let length = 0;
    const take = (data: Uint8Array) => {
      length += data.length;
      if (!data.toString().endsWith(end) || (path === "/long" && length < 40_000)) return;
      socket.off("data", take);
      resolve();
    };
    socket.on("data", take);
  });
}

const certificate =
  "reveal tls certificate CN=gateway.example, O=Example, Inc., OU=Edge; self-signed; names gateway.example, " +
  "*.gateway.example, 198.51.100.4, 2001:db8::4; valid 2026-11-23 to 2126-10-30";

describe("TLS with known secrets", () => {
  test.each([
    ["TLS 1.2, AES-128-GCM", { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" }],
    ["TLS 1.2, AES-256-GCM", { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384" }],
    ["TLS 1.2, ChaCha20-Poly1305", { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-CHACHA20-POLY1305" }],
    ["TLS 1.2, AES-128-CCM", { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-CCM" }],
    ["TLS 1.2, AES-256-CCM, short tags", { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES256-CCM8@SECLEVEL=0" }],
    ["TLS 1.2, AES-128-CBC, SHA-1", { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA" }],
    ["TLS 1.2, AES-128-CBC, SHA-256", { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA256" }],
    ["TLS 1.2, AES-256-CBC, SHA-384", { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES256-SHA384" }],
    [
      "TLS 1.2, AES-256-CBC, the MAC first",
      { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES256-SHA", secureOptions: constants.SSL_OP_NO_ENCRYPT_THEN_MAC },
    ],
    ["TLS 1.3, AES-128-GCM", { ciphers: "TLS_AES_128_GCM_SHA256" }],
    ["TLS 1.3, AES-256-GCM", { ciphers: "TLS_AES_256_GCM_SHA384" }],
    ["TLS 1.3, AES-128-CCM", { ciphers: "TLS_AES_128_CCM_SHA256" }],
    ["TLS 1.3, ChaCha20-Poly1305", { ciphers: "TLS_CHACHA20_POLY1305_SHA256" }],
  ] as const)("%s is read as HTTP", async (_name, options) => {
    const rows = observeSession(await record(options));
    expect(rows[0]).toMatch(/^hello tls gateway.example t1[23]d/);
    expect(rows.slice(1)).toEqual([
      certificate,
      "reveal http Server: nginx/1.25.3",
      expect.stringMatching(/^request GET gateway.example \/.env 200 [05] .*\[Host,User-Agent\]$/),
      expect.stringMatching(/^request GET gateway.example \/long 200 40000 /),
    ]);
  });
  test("without secrets: the hello, and the certificate up to TLS 1.2", async () => {
    const old = await record({ maxVersion: "TLSv1.2" });
    expect(observeSession({ ...old, keyLog: "" }).map((row) => row.slice(0, 23))).toEqual([
      "hello tls gateway.examp",
      "reveal tls certificate ",
    ]);
    const recent = await record({});
    expect(observeSession({ ...recent, keyLog: "" })).toHaveLength(1);
  });
  test("of the server's side alone, the certificate up to TLS 1.2", async () => {
    const { lines } = await record({ maxVersion: "TLSv1.2" });
    expect(observeSession({ lines: lines.filter(([way]) => way === "<"), keyLog: "" })).toEqual([certificate]);
  });
  test("without the handshake's secrets", async () => {
    const session = await record({});
    const keyLog = session.keyLog.replace(/^.*HANDSHAKE.*\n/gm, "");
    expect(observeSession({ ...session, keyLog }).filter((row) => row.startsWith("request"))).toHaveLength(2);
  });
  test("secrets that are wrong open nothing", async () => {
    const session = await record({});
    const keyLog = session.keyLog.replace(/[0-9a-f]$/gm, (digit) => (digit === "0" ? "1" : "0"));
    expect(observeSession({ ...session, keyLog })).toHaveLength(1);
  });
});

test("broken bytes of an opened session never throw, and never hold memory", async () => {
  const session = await record({});
  fc.assert(
    fc.property(fc.nat(session.lines.length - 1), fc.nat(), fc.nat(255), (line, at, value) => {
      const lines = session.lines.map(([way, data], i) => {
        const changed = data.slice();
        if (i === line) changed[at % data.length] = value;
        return [way, changed] as const;
      });
      expect(observeSession({ ...session, lines }).length).toBeLessThan(6);
    }),
    { numRuns: 40 },
  );
});
