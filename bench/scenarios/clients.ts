import type { ScenarioProgram } from "./disguises.ts";
import { browsers, HOUR, MINUTE, pages, SECOND, type Site, stranger, visitor } from "./site.ts";

const googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

/** What macOS looks for in every folder that it opens, and beside every file. */
const notesOfFinder =
  "._. ._.DS_Store .DS_Store .hidden .metadata_never_index .Spotlight-V100 Backups.backupdb .ql_disablethumbnails DCIM .localized".split(
    " ",
  );
const notesOfExplorer =
  "desktop.ini AutoRun.inf Thumbs.db folder.jpg folder.gif wlinfo.ini docs/desktop.ini docs/Thumbs.db".split(" ");
const feeds = "/feed /rss /atom.xml /feed.xml /index.xml /rss.xml /feeds/posts/default".split(" ");

/** Folders of a share, opened in a file manager. */
function shares(site: Site): void {
  site.visitors();
  for (let user = 0; user < 3; user++) {
    const like = { agent: "WebDAVFS/3.0.0 (03008000) Darwin/23.6.0", method: "PROPFIND" };
    let atMs = HOUR + user * HOUR;
    const ask = (path: string, status: number) => {
      atMs += 300;
      site.web(`93.40.1.${user + 2}`, `/dav/${path}`, atMs, { ...like, status });
    };
    for (const folder of ["", "docs/", "pictures/"]) {
      ask(folder, 207);
      for (const name of notesOfFinder) ask(folder + name, 404);
      for (let file = 0; file < 20; file++) {
        ask(`${folder}._letter-${file}.pdf`, 404);
        ask(`${folder}letter-${file}.pdf`, 207);
      }
    }
  }
  const like = { agent: "Microsoft-WebDAV-MiniRedir/10.0.19045", method: "PROPFIND" };
  notesOfExplorer.forEach((name, i) => {
    site.web("93.41.1.2", `/dav/${name}`, HOUR + i * 300, { ...like, status: 404 });
  });
}

/** Readers that look for a site's feed in all places that sites use. */
function feedFinders(site: Site): void {
  site.visitors();
  for (let n = 0; n < 60; n++)
    feeds.forEach((path, i) => {
      site.web(stranger(n), path, HOUR + n * 20 * MINUTE + i * 400, { agent: `FeedFinder/${n % 4}`, status: 404 });
    });
}

/** A form that asks whether a name is still free: it is when the answer is "not found". */
function freeNames(site: Site): void {
  site.visitors();
  for (let user = 0; user < 20; user++)
    for (let n = 0; n < 15; n++) {
      const name = ["anna", "bert", "carl", "dora", "emil"][n % 5]! + ["x", "y", "z"][n % 3]!;
      const atMs = HOUR + user * MINUTE + n * 4 * SECOND;
      site.web(visitor(user), `/api/names/${name}`, atMs, { agent: "okhttp/4.12", status: n % 3 ? 404 : 200 });
    }
}

/** A crawler that remembers a site which was replaced: four of five pages are gone, and it comes before anybody else. */
function crawlerAfterRelaunch(site: Site): void {
  site.visitors();
  for (let n = 0; n < 200; n++) {
    const isGone = n % 5 > 0;
    const topic = ["history", "products", "news", "events", "press"][Math.floor(n / 5) % 5]!;
    const title = `/archive/${topic}/story-of-${["sea", "land", "air", "ice"][n % 4]}-${n * 7}.html`;
    site.web("66.249.70.1", isGone ? title : pages[n % 40]!, n * MINUTE, {
      agent: googlebot,
      status: isGone ? 404 : 200,
    });
  }
}

/** Browsers that look for every icon a site may have, on a site that has none. */
function icons(site: Site): void {
  const names =
    "favicon.ico apple-touch-icon.png apple-touch-icon-120x120.png browserconfig.xml site.webmanifest".split(" ");
  for (let n = 0; n < 30; n++) {
    const like = { agent: browsers[n % 4]! };
    site.web(stranger(n), "/", HOUR + n * MINUTE, like);
    names.forEach((name, i) => {
      site.web(stranger(n), `/${name}`, HOUR + n * MINUTE + i * 50, { ...like, status: 404 });
    });
  }
}

/** Clients that look for something by themselves, or that were sent to what is gone. */
export const innocentClients: readonly ScenarioProgram[] = [
  { name: "file managers that open a share", write: shares },
  { name: "readers that look for a feed", write: feedFinders },
  { name: "a form that asks for free names", write: freeNames },
  { name: "a crawler of a site that was replaced", write: crawlerAfterRelaunch },
  { name: "browsers that look for icons", write: icons },
];
