import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agentOf, asks } from "../../src/asking/asks.ts";
import { converse } from "../../src/asking/converse.ts";
import type { Bounds, Recording } from "../../src/asking/recording.ts";
import { formatExposures, formatExposureTable } from "../../src/presentation/exposure-lists.ts";
import { formatJson } from "../../src/presentation/json.ts";
import { reportCheck } from "../../src/stories/exposure-check.ts";
import { type LoopbackServer, serveLoopback } from "./loopback-server.ts";

const agent = agentOf("0.0.1", "tests@example.org");
const bounds: Bounds = { bytes: 32 * 1024, totalMs: 20_000, quietMs: 100 };
const atMs = Date.UTC(2026, 10, 20);

function askNamed(id: string) {
  return asks.find((ask) => ask.id === id)!;
}

async function ask(id: string, server: LoopbackServer, limits = bounds): Promise<Recording> {
  try {
    return await converse({ address: "127.0.0.1", port: server.port }, askNamed(id), agent, limits);
  } finally {
    await server.close();
  }
}

function bytesHeard({ pieces }: Recording): number {
  return pieces.filter(({ isServer }) => isServer).reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function reportOf(id: string, recording: Recording) {
  const errand = { place: recording.place, ask: askNamed(id), reason: "a test" };
  return reportCheck([{ errand, recording }], { nowMs: atMs, home: [], unasked: 0 });
}

describe("a hostile service is cut and survived", () => {
  test("a banner of 1 MB", async () => {
    const server = await serveLoopback((socket) => socket.write(`220 ${"A".repeat(1 << 20)}`));
    const recording = await ask("smtp", server);
    expect(bytesHeard(recording)).toBe(bounds.bytes);
    expect(recording).toMatchObject({ reception: "answered", notes: ["it said more than is read"] });
    expect(reportOf("smtp", recording).exposures[0]!.text.length).toBeLessThanOrEqual(512);
  });

  test("an endless trickle ends when the time is over", async () => {
    const server = await serveLoopback((socket) => {
      const timer = setInterval(() => socket.write("2"), 5);
      socket.on("close", () => clearInterval(timer));
    });
    const recording = await ask("smtp", server, { ...bounds, totalMs: 300 });
    expect(recording.notes).toEqual(["it had not finished when the time was over"]);
  });

  test("a greeting of many lines that never ends", async () => {
    const server = await serveLoopback((socket) => {
      const timer = setInterval(() => socket.write("220-wait\r\n"), 5);
      socket.on("close", () => clearInterval(timer));
    });
    const recording = await ask("smtp", server, { ...bounds, totalMs: 300, quietMs: 1 });
    expect(recording.notes).toEqual(["it had not finished when the time was over"]);
  });

  test("silence, and a closed port", async () => {
    const limits = { ...bounds, totalMs: 200 };
    expect((await ask("smtp", await serveLoopback(() => {}), limits)).reception).toBe("silent");
    const reset = await ask("smtp", await serveLoopback((socket) => socket.resetAndDestroy()), limits);
    expect(reset.reception).toBe("silent");
    expect(reportOf("smtp", reset).exposures).toMatchObject([
      { product: null, text: "takes connections, and says nothing" },
    ]);
    const server = await serveLoopback(() => {});
    await server.close();
    const place = { address: "127.0.0.1", port: server.port };
    expect((await converse(place, askNamed("http"), agent, limits)).reception).toBe("closed");
  });

  test("a redirect to itself is told and not followed", async () => {
    const server = await serveLoopback((socket) => {
      socket.once("data", () =>
        socket.write("HTTP/1.1 302 Found\r\nServer: nginx/1.22.1\r\nLocation: http://127.0.0.1/\r\n\r\n"),
      );
    });
    const recording = await ask("http", server);
    expect(recording.notes).toEqual(["it redirects to 'http://127.0.0.1/', which was not followed"]);
    expect(server.heard).toHaveLength(1);
    expect(reportOf("http", recording).exposures).toMatchObject([{ product: "nginx", version: "1.22.1" }]);
  });

  test("a compressed bomb stays compressed, and only so much of it is read", async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    const head = "HTTP/1.1 200 OK\r\nServer: Apache/2.4.57 (Debian)\r\nContent-Encoding: gzip\r\n\r\n";
    const server = await serveLoopback((socket) => {
      socket.once("data", () => socket.write(Buffer.concat([Buffer.from(head), bomb])));
    });
    const recording = await ask("http", server);
    expect(bytesHeard(recording)).toBeLessThanOrEqual(bounds.bytes);
    expect(reportOf("http", recording).exposures).toMatchObject([{ product: "http_server", version: "2.4.57" }]);
  });

  test("what is no TLS, and a TLS record without end", async () => {
    for (const words of ["SSH-2.0-OpenSSH_9.2p1\r\n", "\x16\x03\x03\xff\xff"]) {
      const server = await serveLoopback((socket) => socket.write(words, "latin1"));
      const recording = await ask("https", server, { ...bounds, totalMs: 500 });
      expect(recording.reception).toBe("answered");
      expect(recording.notes).toHaveLength(1);
    }
  });

  test("escapes, markup, formulas and broken UTF-8 reach no output as they are", async () => {
    const hostile = "220 =cmd|'/C calc'!A0 \x1b[2J\x9b31m<script>alert(1)</script>\u202e\xff\xfe, Exim\r\n";
    const server = await serveLoopback((socket) => socket.write(Buffer.from(hostile, "latin1")));
    const report = reportOf("smtp", await ask("smtp", server));
    const outputs = [
      formatExposures(report, 80),
      [...formatExposureTable(report)].join(""),
      [...formatJson(report)].join(""),
    ];
    for (const output of outputs) expect(output).not.toMatch(/[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]/);
    expect(outputs[1]).not.toMatch(/(?:^|,)=/m);
  });
});

test("whatever a service says makes a report that keeps to the contract", () => {
  const words = fc.uint8Array({ maxLength: 600 });
  const pieces = fc.array(fc.record({ isServer: fc.boolean(), bytes: words }), { maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...asks), pieces, fc.string(), ({ id, transport }, said, key) => {
      const place = { address: "2001:db8::10", port: 4000 };
      const local = { address: "2001:db8::20", port: 50_000 };
      const recording = {
        place,
        local,
        transport,
        reception: "answered",
        pieces: said,
        keys: [key],
        notes: [],
      } as const;
      expect([...formatJson(reportOf(id, recording))].join("")).toContain('"vedette.report/1"');
    }),
    { numRuns: 300 },
  );
});

describe("asking is polite: at most one thing is said", () => {
  test.each([
    ["ftp", "220 ready\r\n", /^QUIT\r\n$/],
    ["imap", "* OK ready\r\n", /^a LOGOUT\r\n$/],
    ["mysql", "\x0a\0\0\0\x0a10.11.6\0\0", /^$/],
    ["banner", "hello\r\n", /^$/],
    [
      "ssh",
      "SSH-2.0-OpenSSH_9.2p1\r\n",
      /^SSH-2\.0-Vedette_0\.0\.1 \(exposure check of own hosts; contact: tests@example\.org\)\r\n$/,
    ],
    ["redis", "-NOAUTH Authentication required.\r\n", /^\*2\r\n\$4\r\nINFO\r\n\$6\r\nserver\r\n$/],
    ["postgresql", "N", /^\0\0\0\x08\x04\xd2\x16\x2f$/],
    [
      "http",
      "HTTP/1.1 204 No Content\r\n\r\n",
      /^HEAD \/ HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nUser-Agent: Vedette\/0\.0\.1 \(exposure check of own hosts; contact: tests@example\.org\)\r\nAccept: \*\/\*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n$/,
    ],
  ])("%s", async (id, words, said) => {
    const server = await serveLoopback((socket) => socket.write(words, "latin1"));
    const ended = once(server.closed, "heard");
    const recording = await converse({ address: "127.0.0.1", port: server.port }, askNamed(id), agent, bounds);
    await ended;
    await server.close();
    expect(recording.reception).toBe("answered");
    expect(server.heard).toEqual([expect.stringMatching(said)]);
  });
});

test("a datagram is asked once, and only the asked address is heard", async () => {
  const server = createSocket("udp4");
  const stranger = createSocket("udp4");
  const asked: Buffer[] = [];
  server.on("message", (bytes, { port }) => {
    asked.push(bytes);
    stranger.send("forged", port, "127.0.0.1", () => server.send("true", port, "127.0.0.1"));
  });
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
  const recording = await converse(
    { address: "127.0.0.1", port: server.address().port },
    askNamed("dns"),
    agent,
    bounds,
  );
  server.close();
  stranger.close();
  expect(asked).toHaveLength(1);
  expect(recording.pieces.map(({ bytes }) => Buffer.from(bytes).toString("latin1")).at(-1)).toBe("true");
});

test("what stands at an unusual port is read as what it was asked as", async () => {
  const answer = Buffer.from("\xc0\x0c\0\x10\0\x03\0\0\0\0\0\x08\x079.18.19", "latin1");
  const server = createSocket("udp4");
  server.on("message", (question, { port }) => {
    const head = Buffer.concat([question.subarray(0, 2), Buffer.from([0x84, 0, 0, 1, 0, 1, 0, 0, 0, 0])]);
    server.send(Buffer.concat([head, question.subarray(12), answer]), port, "127.0.0.1");
  });
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  const recording = await converse({ address: "127.0.0.1", port }, askNamed("dns"), agent, bounds);
  server.close();
  expect(reportOf("dns", recording).exposures).toMatchObject([{ port, product: "bind", version: "9.18.19" }]);
});

test("an address that the system does not let one send to is not reached", async () => {
  for (const id of ["dns", "http"]) {
    const { reception } = await converse({ address: "255.255.255.255", port: 53 }, askNamed(id), agent, bounds);
    expect(["unreachable", "silent"]).toContain(reception);
  }
});

test("a port that is not open for datagrams says so", async () => {
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address() as { port: number };
  free.close();
  const recording = await converse({ address: "127.0.0.1", port }, askNamed("dns"), agent, { ...bounds, totalMs: 500 });
  expect(["closed", "silent"]).toContain(recording.reception);
});
