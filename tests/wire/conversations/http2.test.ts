import { type ClientHttp2Session, connect, createSecureServer, createServer, type Http2Server } from "node:http2";
import type { Server, Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { bytes, u16, u32 } from "../packets.ts";
import { identity, observeSession, type RecordedSession, recordSession } from "./tls-session.ts";

const longPath = `/${"%2e".repeat(2500)}`;

/** Answers as a small site, and as a gRPC server that has no such method. */
function answering<T extends Http2Server>(server: T): T {
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    if (headers["content-type"] === "application/grpc") {
      const grpc = { ":status": 200, "content-type": "application/grpc" };
      stream.respond({ ...grpc, "grpc-status": "12" }, { endStream: true });
      return;
    }
    const path = String(headers[":path"]);
    if (path === "/app/.git/config?v=2") {
      stream.respond({ ":status": 200 });
      stream.end("[core]\n\trepositoryformatversion = 0\n");
      return;
    }
    stream.respond({
      ":status": path === "/" ? 200 : 404,
      server: "nginx/1.25.3",
      "x-powered-by": "PHP/8.1.2",
      "set-cookie": "sid=secret",
    });
    stream.end("x".repeat(path === "/" ? 30_000 : 9));
  });
  return server;
}

function ask(session: ClientHttp2Session, headers: Record<string, string>): Promise<void> {
  const stream = session.request(headers);
  stream.resume().end();
  return new Promise((resolve) => stream.on("close", () => resolve()));
}

async function visit(socket: Socket): Promise<void> {
  const session = connect("http://gateway.example:8443", { createConnection: () => socket });
  session.on("error", () => {});
  await ask(session, { ":path": "/", "user-agent": "probe/1 \xe4", referer: "http://a.example/" });
  await ask(session, { ":path": "/.env", "user-agent": "probe/1 \xe4" });
  await ask(session, { ":path": longPath, ":method": "HEAD" });
  await ask(session, { ":path": "/app/.git/config?v=2" });
  await ask(session, {
    ":path": "/grpc.health.v1.Health/Check",
    ":method": "POST",
    "content-type": "application/grpc",
  });
  await new Promise<void>((resolve) => session.close(resolve));
}

const expected = [
  "reveal http Server: nginx/1.25.3",
  "reveal http X-Powered-By: PHP/8.1.2",
  "reveal http Set-Cookie: sid=",
  expect.stringMatching(/^request GET gateway.example:8443 \/ 200 30000 .*\[user-agent,referer\]$/),
  expect.stringMatching(/^request GET gateway.example:8443 \/.env 404 9 .*\[user-agent\]$/),
  expect.stringMatching(/^request HEAD gateway.example:8443 \/(%2e){2000,} 404 0 .*\[\]$/),
  "reveal http Body: git configuration at /app/.git/config",
  expect.stringMatching(/^request GET gateway.example:8443 \/app\/.git\/config\?v=2 200 36 /),
  expect.stringMatching(/^request POST gateway.example:8443 \/grpc.health.v1.Health\/Check 404 0 .*\[content-type\]$/),
];

const withoutHellos = (session: RecordedSession, chunks?: number[]) =>
  observeSession(session, chunks).filter((row) => /^(request|reveal http)/.test(row));

describe("HTTP/2", () => {
  test("in the clear", async () => {
    const session = await recordSession(answering(createServer()) as Server, undefined, visit);
    expect(withoutHellos(session)).toEqual(expected);
    expect(withoutHellos(session, [777, 33])).toEqual(expected);
  });
  test("opened", async () => {
    const server = answering(createSecureServer(identity)) as unknown as Server;
    const session = await recordSession(server, { ALPNProtocols: ["h2"] }, visit);
    expect(withoutHellos(session)).toEqual(expected);
  });
});

describe("HTTP/2 after an upgrade (RFC 7540, section 3.2)", () => {
  const frame = (type: number, stream: number, body: string | Uint8Array, flagBits = 4) => {
    const content = bytes(body);
    return bytes(0, u16(content.length), type, flagBits, u32(stream), content);
  };
  const settings = frame(4, 0, "", 0);
  const upgrade = "GET / HTTP/1.1\r\nHost: a.example\r\nUpgrade: h2c\r\n\r\n";
  const switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n";
  const preface = bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", settings);
  // :method GET, :path /.git/config spelled out, :authority by name of the static table.
  const ask = frame(1, 3, bytes(0x82, 0x04, 12, "/.git/config", 0x01, 9, "a.example"), 5);
  const missing = frame(1, 3, bytes(0x8d), 5);
  const expected = ["request GET a.example / 101 0 #4 [Host,Upgrade]", "request GET a.example /.git/config 404 0"];
  test.each<[string, [">" | "<", Uint8Array][]]>([
    [
      "settings of the server first",
      [
        [">", bytes(upgrade)],
        ["<", bytes(switching)],
        ["<", settings],
        [">", bytes(preface, ask)],
        ["<", missing],
      ],
    ],
    [
      "settings in the segment of the answer",
      [
        [">", bytes(upgrade)],
        ["<", bytes(switching, settings)],
        [">", preface],
        [">", ask],
        ["<", missing],
      ],
    ],
  ])("%s", (_name, lines) => {
    const rows = observeSession({ lines, keyLog: "" });
    expect(rows.map((row) => row.replace(/ #[5-9].*/, ""))).toEqual(expected);
  });
});
