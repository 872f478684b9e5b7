import { catalogue } from "../src/knowledge/checks/catalogue/index.ts";
import { CheckMatcher } from "../src/knowledge/checks/check-matcher.ts";
import { signatureOf } from "../src/knowledge/signatures/packet-signatures.ts";
import { Batch } from "../src/observations/batch.ts";
import { Kind, Known, TcpFlag, Transport } from "../src/observations/vocabulary.ts";

/** Prints how many requests and contacts a second the knowledge names, in CPU time, the median of some rounds. */
const ROUNDS = 9;
const REPEATS = 200;

const ordinary = Array.from({ length: 2000 }, (_, i) => [
  `GET /blog/2026/0${i % 9}/article-${i}.html`,
  `GET /static/img/photo-${i}.jpg?v=${i % 7}`,
  `GET /shop/products/${i}?colour=red&size=${i % 5}&sort=price`,
  `GET /search?q=garden%20chair%20${i}`,
]).flat();

const started = process.cpuUsage();
const matcher = new CheckMatcher(catalogue);
const { user } = process.cpuUsage(started);
console.log(`compiling ${catalogue.length} checks: ${Math.round(user / 1000)} ms`);

const batch = new Batch();
report("ordinary requests", requests(ordinary), (row) => matcher.checksOf(batch, row).length);
const examples = catalogue.flatMap((check) => check.matches.map((example) => example.split(" | ")[0]!));
report("requests that are checks", requests(examples), (row) => matcher.checksOf(batch, row).length);
report("contacts", contacts(4096), (row) => (signatureOf(batch, row) === undefined ? 0 : 1));

function requests(list: readonly string[]): number[] {
  return list.map((request) => {
    const space = request.indexOf(" ");
    const row = batch.add(Kind.request, 0, 1);
    batch.method[row] = batch.texts.addText(request.slice(0, space));
    batch.path[row] = batch.texts.addText(request.slice(space + 1));
    batch.agent[row] = batch.texts.addText("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
    batch.referer[row] = batch.texts.addText("https://example.org/");
    return row;
  });
}

function contacts(count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const row = batch.add(Kind.contact, 0, i);
    batch.target.set([0, 0, 0xffff, 0xc633_6400 + (i & 255)], row * 4);
    batch.transport[row] = Transport.tcp;
    batch.known[row] = Known.tcp | Known.ip | Known.sequence | Known.options;
    batch.tcpFlags[row] = TcpFlag.syn;
    batch.window[row] = i % 2 ? 64_240 : 1024;
    batch.synOptions[row] = i % 2 ? 0x2481_3000 : 0x2000_0000;
    batch.mss[row] = 1460;
    batch.sequence[row] = Math.imul(i, 2_654_435_761);
    return row;
  });
}

function report(what: string, rows: readonly number[], ask: (row: number) => number): void {
  const rates: number[] = [];
  let found = 0;
  const repeats = Math.ceil((REPEATS * 4000) / rows.length / 4);
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let k = 0; k < repeats; k++) for (const row of rows) found += ask(row);
    const { user, system } = process.cpuUsage(before);
    rates.push((repeats * rows.length) / (user + system));
  }
  rates.sort((a, b) => a - b);
  const share = Math.round((100 * found) / (ROUNDS * repeats * rows.length));
  console.log(`${what}: ${rates[ROUNDS >> 1]!.toFixed(2)} million a second, ${share} % named`);
}
