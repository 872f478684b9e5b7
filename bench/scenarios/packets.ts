import type { ScenarioProgram } from "./disguises.ts";
import { HOUR, MINUTE, pages, SECOND, type Site, stranger, visitor, WEB } from "./site.ts";

const SCANNER = "203.0.113.77";
const WEB6 = "2001:db8:5100::10";

/** Eighty people who read the site, as a capture shows them. */
function readers(site: Site): void {
  for (let person = 0; person < 80; person++)
    for (let page = 0; page < 4; page++)
      site.wire.visit(
        visitor(person),
        WEB,
        pages[site.random(pages.length)]!,
        person * 10 * MINUTE + page * 9 * SECOND,
      );
}

/** `count` ports of the web server, most of them closed or silent. */
function sweep(
  site: Site,
  source: (n: number) => string,
  like: Parameters<Site["wire"]["probe"]>[5],
  target = WEB,
  stepMs = 7 * SECOND,
  count = 40,
): void {
  for (let n = 0; n < count; n++) {
    const answer = n % 10 === 3 ? "open" : n % 2 ? "closed" : "none";
    site.wire.probe(source(n), target, 100 + n * 37, HOUR + n * stepMs, answer, like);
  }
}

/** Scans of which only packets show the disguise: each is to be found. */
export const packetDisguises: readonly ScenarioProgram[] = [
  {
    name: "packets: headers cut into fragments of eight bytes",
    write: (site) => {
      readers(site);
      site.scans(SCANNER);
      sweep(site, () => SCANNER, { cut: 8, window: 1024 });
    },
  },
  {
    name: "packets: fragments that overlap",
    write: (site) => {
      readers(site);
      site.scans(SCANNER);
      sweep(site, () => SCANNER, { cut: 16, overlap: 8, window: 1024 });
    },
  },
  {
    name: "packets: fragments over IPv6",
    write: (site) => {
      readers(site);
      const source = site.scans("2001:db8:77::9");
      sweep(site, () => source, { cut: 8 }, WEB6);
    },
  },
  {
    name: "packets: an idle scan, seen as its zombie",
    write: (site) => {
      readers(site);
      const zombie = site.scans("203.0.113.5");
      sweep(site, () => zombie, { window: 2048 }, WEB, 20 * SECOND);
    },
  },
  {
    name: "packets: nine decoys",
    write: (site) => {
      readers(site);
      site.scans(SCANNER);
      for (let decoy = 0; decoy < 9; decoy++) site.spoofs(stranger(decoy));
      for (let n = 0; n < 40; n++)
        for (let from = 0; from < 10; from++)
          site.wire.probe(
            from === 4 ? SCANNER : stranger(from > 4 ? from - 1 : from),
            WEB,
            100 + n * 37,
            HOUR + n * SECOND + from,
            n % 2 ? "closed" : "none",
            { window: 1024 },
          );
    },
  },
  {
    name: "packets: rotation inside an IPv6 /64",
    write: (site) => {
      readers(site);
      sweep(site, (n) => site.scans(`2001:db8:77:1::${(n * 7919 + 1).toString(16).slice(-4)}`), {}, WEB6, MINUTE);
    },
  },
  {
    name: "packets: rotation inside an IPv6 /48",
    write: (site) => {
      readers(site);
      sweep(site, (n) => site.scans(`2001:db8:77:${(n * 91 + 1).toString(16)}::1`), {}, WEB6, MINUTE);
    },
  },
  {
    name: "packets: a browser's SYN, one port in ten minutes",
    write: (site) => {
      readers(site);
      site.scans(SCANNER);
      sweep(site, () => SCANNER, {}, WEB, 10 * MINUTE);
    },
  },
];
