import { createSocket } from "node:dgram";
import { connect, isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect as secure } from "node:tls";
import type { Ask } from "./asks.ts";
import { RecordedStream } from "./recorded-stream.ts";
import { type Bounds, type Place, type Reception, Recorder, type Recording } from "./recording.ts";

/**
 * Asks one service once: one connection or datagram, at most one thing said, and gone. Whatever the service does, this ends
 * within the bounds and never fails: what went wrong is the recording's reception and notes.
 */
export function converse(place: Place, ask: Ask, agent: string, bounds: Bounds): Promise<Recording> {
  return ask.transport === "udp" ? exchangeDatagrams(place, ask, agent, bounds) : talk(place, ask, agent, bounds);
}

function talk(place: Place, ask: Ask, agent: string, bounds: Bounds): Promise<Recording> {
  const recorder = new Recorder(bounds.bytes);
  const { promise, resolve } = Promise.withResolvers<Recording>();
  const socket = connect({ host: place.address, port: place.port });
  const line = new RecordedStream(socket, recorder);
  let local = { address: "", port: 0 };
  let isReached = false;
  let reason = "";
  const deadline = setTimeout(() => {
    if (isReached) recorder.note("it had not finished when the time was over");
    line.destroy();
  }, bounds.totalMs);
  socket.once("connect", () => {
    isReached = true;
    local = { address: socket.localAddress!, port: socket.localPort! };
    speak(line, place, ask, agent, recorder, bounds);
  });
  line.on("error", (error: NodeJS.ErrnoException) => {
    reason = error.code ?? "";
  });
  line.once("close", () => {
    clearTimeout(deadline);
    const reception = receptionOf(recorder, isReached, reason);
    const { pieces, keys, notes } = recorder;
    resolve({ place, transport: "tcp", local, reception, pieces, keys, notes });
  });
  return promise;
}

function receptionOf(recorder: Recorder, isReached: boolean, reason: string): Reception {
  if (recorder.hasHeard) return "answered";
  // Whoever ends a connection at once was there.
  if (isReached || reason === "ECONNRESET") return "silent";
  return reason === "ECONNREFUSED" ? "closed" : "unreachable";
}

/** Says what the ask says, over TLS where it is so, and leaves when the answer is whole. */
function speak(line: Duplex, place: Place, ask: Ask, agent: string, recorder: Recorder, bounds: Bounds): void {
  const words = ask.ask?.({ host: hostOf(place, ask), agent });
  if (!ask.tls) {
    listen(line, line, ask, recorder, bounds);
    if (words) line.write(words);
    return;
  }
  // Nothing secret is said and nothing that is heard is trusted: old versions and any certificate are what is asked about.
  const inner = secure({
    socket: line,
    rejectUnauthorized: false,
    minVersion: "TLSv1",
    ciphers: "DEFAULT:@SECLEVEL=0",
    ...(place.name !== undefined && isIP(place.name) === 0 && { servername: place.name }),
  });
  inner.on("keylog", (key: Buffer) => recorder.keys.push(key.toString("latin1").trim()));
  let isSecure = false;
  inner.on("error", () => {
    if (!isSecure) recorder.note("TLS did not come about");
    line.destroy();
  });
  inner.once("secureConnect", () => {
    isSecure = true;
    if (words) inner.write(words);
    else if (!ask.isWhole) leave(inner, line, ask);
  });
  listen(inner, line, ask, recorder, bounds);
}

/** Hears until the answer is whole, or silence says so, or the other side ends. */
function listen(stream: Duplex, line: Duplex, ask: Ask, recorder: Recorder, { quietMs }: Bounds): void {
  let heard = Buffer.alloc(0);
  let quiet: NodeJS.Timeout | undefined;
  const stop = () => {
    clearTimeout(quiet);
    const to = ask.id.startsWith("http") ? redirectIn(heard) : undefined;
    if (to !== undefined) recorder.note(`it redirects to '${to}', which was not followed`);
    leave(stream, line, ask);
  };
  stream.on("data", (bytes: Buffer) => {
    clearTimeout(quiet);
    heard = Buffer.concat([heard, bytes]);
    const isWhole = ask.isWhole?.(heard);
    if (isWhole) stop();
    else if (isWhole === undefined) quiet = setTimeout(stop, quietMs);
  });
  stream.once("end", stop);
  line.once("close", () => clearTimeout(quiet));
}

/** Says goodbye where there is a word for it, and is gone as soon as that is written. */
function leave(stream: Duplex, line: Duplex, ask: Ask): void {
  if (line.destroyed) return;
  stream.end(ask.leave, () => line.destroy());
}

/** What a redirect names, at most 200 characters. */
function redirectIn(head: Buffer): string | undefined {
  const text = head.toString("latin1", 0, 16_384).split("\r\n\r\n", 1)[0]!;
  if (!/^HTTP\/1\.[01] 3\d\d\b/.test(text)) return undefined;
  return /\r\nlocation:[ \t]*([^\r\n]{1,200})/i.exec(text)?.[1];
}

function hostOf({ name, address, port }: Place, { ports }: Ask): string {
  const host = name ?? (isIP(address) === 6 ? `[${address}]` : address);
  return port === ports[0] ? host : `${host}:${port}`;
}

function exchangeDatagrams(place: Place, ask: Ask, agent: string, bounds: Bounds): Promise<Recording> {
  const recorder = new Recorder(bounds.bytes);
  const { promise, resolve } = Promise.withResolvers<Recording>();
  const socket = createSocket(isIP(place.address) === 6 ? "udp6" : "udp4");
  let local = { address: "", port: 0 };
  let reason = "";
  const deadline = setTimeout(() => socket.close(), bounds.totalMs);
  socket.on("error", (error: NodeJS.ErrnoException) => {
    reason = error.code ?? "";
    socket.close();
  });
  socket.once("close", () => {
    clearTimeout(deadline);
    const reception = receptionOf(recorder, reason === "", reason);
    const { pieces, keys, notes } = recorder;
    resolve({ place, transport: "udp", local, reception, pieces, keys, notes });
  });
  socket.once("message", (bytes) => {
    recorder.heard(bytes);
    socket.close();
  });
  socket.once("connect", () => {
    local = socket.address();
    const words = ask.ask!({ host: hostOf(place, ask), agent });
    recorder.said(words);
    socket.send(words);
  });
  // A connected socket hears nobody else, and is told when the port is closed.
  socket.connect(place.port, place.address);
  return promise;
}
