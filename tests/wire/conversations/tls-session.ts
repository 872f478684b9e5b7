import { readFileSync } from "node:fs";
import { type AddressInfo, connect as connectTo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";

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

/** Runs a TLS session over loopback and records it. The server is closed after `ask`, which gets the client's end. */
export async function recordSession(
  server: Server,
  options: ConnectionOptions,
  ask: (socket: TLSSocket) => Promise<void>,
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
  const socket = connect({
    port: await listen(recorder),
    host: "127.0.0.1",
    rejectUnauthorized: false,
    servername: "gateway.example",
    ...options,
  });
  socket.on("keylog", (line) => keyLog.push(line.toString("latin1")));
  await new Promise<void>((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
  await ask(socket);
  await new Promise<void>((resolve) => socket.once("close", () => resolve()).end());
  recorder.close();
  server.close();
  return { lines, keyLog: keyLog.join("") };
}
