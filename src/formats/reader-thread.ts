// The other side of threaded-reader.ts: runs as a thread of its own, reads one input, and hands its batches over.
import { parentPort, workerData } from "node:worker_threads";
import { keepCompiledModules } from "../bytes/compiled-modules.ts";
import type { ReadingOrder } from "./reader-link.ts";

keepCompiledModules();
if (parentPort !== null) {
  const { handOver } = await import("./reader-loop.ts");
  await handOver(parentPort, workerData as ReadingOrder);
}
