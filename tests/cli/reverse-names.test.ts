import { createSocket, type Socket } from "node:dgram";
import { afterEach, expect, test } from "vitest";
import { nameConfirmer } from "../../src/cli/reverse-names.ts";

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** A name server on loopback that knows `answers`: `PTR 9.113.0.203.in-addr.arpa` → a name, `A name` → an address. */
async function serve(answers: Readonly<Record<string, string>>, asked: string[] = []): Promise<string> {
  const socket = createSocket("udp4");
  sockets.push(socket);
  socket.on("message", (query, from) => {
    const end = query.indexOf(0, 12) + 1;
    const type = { 1: "A", 12: "PTR", 28: "AAAA" }[query.readUInt16BE(end)] ?? "?";
    const question = `${type} ${labelsAt(query, 12).join(".").toLowerCase()}`;
    asked.push(question);
    const answer = answers[question];
    const head = Buffer.from([
      query[0]!,
      query[1]!,
      0x84,
      answer === undefined ? 3 : 0,
      0,
      1,
      0,
      answer === undefined ? 0 : 1,
      0,
      0,
      0,
      0,
    ]);
    const data = answer === undefined ? Buffer.alloc(0) : dataOf(type, answer);
    const record = Buffer.from([
      0xc0,
      12,
      ...query.subarray(end, end + 4),
      0,
      0,
      0,
      60,
      data.length >> 8,
      data.length & 255,
    ]);
    socket.send(
      Buffer.concat([head, query.subarray(12, end + 4), ...(answer === undefined ? [] : [record, data])]),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return `127.0.0.1:${socket.address().port}`;
}

function labelsAt(bytes: Buffer, at: number): string[] {
  const labels: string[] = [];
  for (let i = at; bytes[i] !== 0; i += bytes[i]! + 1) labels.push(bytes.toString("latin1", i + 1, i + 1 + bytes[i]!));
  return labels;
}

function dataOf(type: string, answer: string): Buffer {
  if (type === "A") return Buffer.from(answer.split(".").map(Number));
  return Buffer.concat([
    ...answer.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

const PTR = "PTR 9.113.0.203.in-addr.arpa";

test.each<[string, Record<string, string>, string | undefined]>([
  [
    "that leads back is confirmed",
    { [PTR]: "Scan.Example.org", "A scan.example.org": "203.0.113.9" },
    "scan.example.org",
  ],
  ["that leads elsewhere is not", { [PTR]: "crawl.googlebot.com", "A crawl.googlebot.com": "198.51.100.1" }, undefined],
  ["that leads nowhere is not", { [PTR]: "crawl.googlebot.com" }, undefined],
  ["that nobody gave is none", {}, undefined],
])("a name %s", async (_, answers, expected) => {
  const confirm = nameConfirmer([await serve(answers)]);
  expect(await confirm("203.0.113.9")).toBe(expected);
});

test("a name server that does not answer is no failure", async () => {
  const socket = createSocket("udp4");
  sockets.push(socket);
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const confirm = nameConfirmer([`127.0.0.1:${socket.address().port}`]);
  expect(await confirm("203.0.113.9")).toBeUndefined();
});
