import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { CaptureWriter } from "./capture-writer.ts";
import type { SentRequest } from "./template-requests.ts";

/** What the server and the wire saw of all sessions. */
export interface Replayed {
  /** Access log in combined form, as Apache writes it. */
  readonly log: string;
  readonly capture: Uint8Array;
}

const AT_ONCE = 16;
const LONGEST_WAIT_MS = 500;

/**
 * Sends each session's requests to a real HTTP server on loopback, from the session's own loopback address (127.x.y.z; see `addressOf`), and
 * keeps the server's log and the packets.
 */
export async function replay(sessions: readonly (readonly SentRequest[])[]): Promise<Replayed> {
  const lines: string[] = [];
  const server = await listen(lines);
  const { port } = server.address() as AddressInfo;
  const capture = new CaptureWriter();
  let next = 0;
  const work = async () => {
    for (let i = next++; i < sessions.length; i = next++) {
      for (const request of sessions[i]!) {
        const asked = Buffer.concat([Buffer.from(request.head, "latin1"), Buffer.from(request.body, "utf8")]);
        capture.exchange(addressOf(i), asked, await exchange(port, i, asked));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { log: lines.join(""), capture: capture.bytes() };
}

/** The address of a session's client, as a number. */
export function addressOf(session: number): number {
  return 0x7f01_0001 + session;
}

function listen(lines: string[]): Promise<Server> {
  const server = createServer({ insecureHTTPParser: true }, (message, answer) => {
    message.resume();
    message.on("end", () => {
      const body = "not found";
      lines.push(lineOf(message, body.length));
      answer.writeHead(404, { "Content-Type": "text/plain", "Content-Length": body.length, Connection: "close" });
      answer.end(body);
    });
  });
  server.on("clientError", (_error, socket) => socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function exchange(port: number, session: number, asked: Uint8Array): Promise<Uint8Array> {
  const address = addressOf(session);
  const localAddress = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: "127.0.0.1", localAddress }, () => socket.write(asked));
    socket.on("data", (chunk) => chunks.push(chunk));
    // A request that promises more than it sends is never answered.
    socket.setTimeout(LONGEST_WAIT_MS, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(Buffer.concat(chunks)));
  });
}

/** One line as Apache's `combined` has it: quotes and backslashes escaped, other bytes as `\xHH`. */
function lineOf(message: IncomingMessage, bytes: number): string {
  const request = `${message.method} ${message.url} HTTP/${message.httpVersion}`;
  const { referer = "-", "user-agent": agent = "-" } = message.headers;
  const stamp = "23/Nov/2026:00:00:00 +0000";
  return `${message.socket.remoteAddress} - - [${stamp}] "${escaped(request)}" 404 ${bytes} "${escaped(referer)}" "${escaped(agent)}"\n`;
}

function escaped(text: string): string {
  return text
    .replace(/["\\]/g, "\\$&")
    .replace(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
