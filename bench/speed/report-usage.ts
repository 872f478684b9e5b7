/** Preloaded into the measured program: at its end it writes what it used to file descriptor 3, as JSON. */
import { writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const tell = () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(3, JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: maxRSS * 1024 }));
};

// The figures are those of the whole process; its other threads preload this as well.
if (isMainThread) process.on("exit", tell);
