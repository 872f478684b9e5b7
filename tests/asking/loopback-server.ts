import { EventEmitter, once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A server on a loopback port that does what the test says with each connection. */
export interface LoopbackServer {
  readonly port: number;
  /** What each connection said, one text for each. */
  readonly heard: string[];
  /** Tells `heard` when the first connection has said all. */
  readonly closed: EventEmitter;
  close(): Promise<void>;
}

export async function serveLoopback(behave: (socket: Socket) => void): Promise<LoopbackServer> {
  const heard: string[] = [];
  const closed = new EventEmitter();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const number = heard.push("") - 1;
    sockets.add(socket);
    socket.on("data", (bytes) => {
      heard[number] += bytes.toString("latin1");
    });
    socket.on("error", () => {});
    socket.once("close", () => closed.emit("heard"));
    behave(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    closed,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
