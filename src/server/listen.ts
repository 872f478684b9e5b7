import { createServer, type Server as HttpServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Context } from "hono";
import { defaultLimits, type Limits, type Store } from "../stores/store.ts";
import { Server } from "./app.ts";
import { readWebFiles } from "./web-files.ts";

export interface ListenOptions {
  readonly store: Store;
  /** How much is kept, when it is not the ordinary. */
  readonly limits?: Limits | undefined;
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly tls?: { readonly cert: Uint8Array; readonly key: Uint8Array } | undefined;
  /** Folder of the console's built files, when it is not the package's own. */
  readonly webFolder?: string | undefined;
  readonly nowMs?: (() => number) | undefined;
}

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Limits for clients that are slow on purpose (or many): time for headers, for a whole request, without any byte. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const IDLE_MS = 60_000;
const MOST_CONNECTIONS = 1024;
const MOST_HEADER_BYTES = 16 * 1024;

/** Opens the port and answers. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { store, host, port, tls, nowMs = Date.now } = options;
  const server = new Server({
    store,
    limits: options.limits ?? defaultLimits,
    isLoopback: isLoopback(host),
    isEncrypted: tls !== undefined,
    webFiles: readWebFiles(options.webFolder),
    addressOf: (context: Context) => context.env.incoming?.socket?.remoteAddress ?? "",
    nowMs,
  });
  const http = createHttp(getRequestListener(server.app.fetch, { overrideGlobalObjects: false }), tls);
  http.maxConnections = MOST_CONNECTIONS;
  http.setTimeout(IDLE_MS, (socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, resolve);
  });
  const { port: opened } = http.address() as AddressInfo;
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `${tls === undefined ? "http" : "https"}://${name}:${opened}/`,
    close: async () => {
      server.live.close();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeIdleConnections();
        setTimeout(() => http.closeAllConnections(), 2000).unref();
      });
    },
  };
}

function createHttp(listener: ReturnType<typeof getRequestListener>, tls: ListenOptions["tls"]): HttpServer {
  const limits = {
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: 5000,
    connectionsCheckingInterval: 2000,
    maxHeaderSize: MOST_HEADER_BYTES,
  };
  if (tls === undefined) return createServer(limits, listener);
  return createTlsServer(
    { ...limits, cert: Buffer.from(tls.cert), key: Buffer.from(tls.key), minVersion: "TLSv1.2" },
    listener,
  );
}

/** Whether only this machine can reach an address (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}
