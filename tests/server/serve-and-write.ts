// A server under load, for a test that kills it: serves the store named first and adds runs of 40 incidents, numbered from the
// second argument on; says the address, then the number of each run that is stored.
import { listen } from "../../src/server/listen.ts";
import { SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { sampleReport } from "../stores/sample-report.ts";

const [file, from] = process.argv.slice(2);
const store = new SqliteStore(file!);
const { url } = await listen({ store, host: "127.0.0.1", port: 0, webFolder: "/nowhere" });
process.stdout.write(`${url}\n`);
for (let run = Number(from); ; run++) {
  await store.addRun(sampleReport(40, 1, run * 40), run);
  process.stdout.write(`${run}\n`);
}
