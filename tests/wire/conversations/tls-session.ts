import { readFileSync } from "node:fs";
import { type AddressInfo, connect as connectTo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { type ConnectionOptions, connect } from "node:tls";
import { TlsSecrets } from "../../../src/wire/conversations/tls-secrets.ts";
import { observe } from "../observed.ts";
import { bytes, conversation, everyTenth, pcapFile } from "../packets.ts";

/** Bytes as they went over the wire, `>` from the client, and the key log of the client. */
export interface RecordedSession {
  readonly lines: readonly (readonly ["<" | ">", Uint8Array])[];
  readonly keyLog: string;
}

const file = (name: string) => readFileSync(join(import.meta.dirname, "tls", name), "utf8");
/** The key and certificate of `gateway.example`. */
export const identity = { key: file("key.pem"), cert: file("certificate.pem") };

const listen = (server: Server) =>
  new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );

/**
 * Runs a session over loopback and records it. The server is closed after `ask`, which gets the client's end.
 * @param options of TLS; without, the session is in the clear
 */
export async function recordSession(
  server: Server,
  options: ConnectionOptions | undefined,
  ask: (socket: Socket) => Promise<void>,
): Promise<RecordedSession> {
  const lines: (readonly ["<" | ">", Uint8Array])[] = [];
  const port = await listen(server);
  const recorder = createServer((client) => {
    const onward = connectTo(port, "127.0.0.1");
    client.on("data", (data) => lines.push([">", new Uint8Array(data)])).on("error", () => {});
    onward.on("data", (data) => lines.push(["<", new Uint8Array(data)])).on("error", () => {});
    client.pipe(onward).pipe(client);
  });
  const keyLog: string[] = [];
  const to = { port: await listen(recorder), host: "127.0.0.1" };
  const socket =
    options === undefined
      ? connectTo(to)
      : connect({ ...to, rejectUnauthorized: false, servername: "gateway.example", ...options });
  socket.on("keylog", (line: Buffer) => keyLog.push(line.toString("latin1")));
  const isReady = options === undefined ? "connect" : "secureConnect";
  await new Promise<void>((resolve, reject) => socket.once(isReady, resolve).once("error", reject));
  await ask(socket);
  if (!socket.destroyed) await new Promise<void>((resolve) => socket.once("close", () => resolve()).end());
  recorder.close();
  server.close();
  return { lines, keyLog: keyLog.join("") };
}

/** What a session tells when its bytes stand in a capture, contacts and addresses left out. */
export function observeSession({ lines, keyLog }: RecordedSession, chunks?: number[]): string[] {
  const secrets = new TlsSecrets();
  secrets.addKeyLog(bytes(keyLog));
  const segments = lines.flatMap(([way, data]) =>
    Array.from(
      { length: Math.ceil(data.length / 1400) },
      (_, i) => [way, data.slice(i * 1400, (i + 1) * 1400)] as const,
    ),
  );
  const file = pcapFile(everyTenth(conversation("192.0.2.7", "198.51.100.4", 8443, segments)));
  const { rows } = observe(file, chunks, secrets);
  return rows.filter((row) => !row.startsWith("contact")).map((row) => row.replace(/192.*\/6 /, ""));
}
