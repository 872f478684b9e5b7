import type { ScenarioProgram } from "./disguises.ts";
import { browsers, HOUR, MINUTE, pages, SECOND, type Site, stranger, VPN, visitor, WEB } from "./site.ts";

/** Somebody's browser, of which versions differ. */
const browser = (n: number) => browsers[n % 4]!.replace(/\d+\.0/, `${100 + (n % 40)}.0`);
const hex = (n: number, digits = 8) => (Math.imul(n + 1, 0x9e3779b1) >>> 0).toString(16).padStart(digits, "0");

/** A one-page application: every page is the same file, its parts have hashes for names, and old parts are gone after a release. */
function onePageApp(site: Site): void {
  site.visitors();
  for (let n = 0; n < 400; n++) {
    const source = stranger(n % 200);
    const atMs = HOUR + n * 3 * MINUTE;
    const like = { agent: browser(n), bytes: 1843 };
    site.web(source, `/app/${["boards", "people", "billing", "reports"][n % 4]}/${hex(n)}`, atMs, like);
    const isOld = n % 5 === 0;
    for (const part of ["main", "vendor", "chunk-settings", "chunk-charts"])
      site.web(source, `/static/js/${part}.${hex(isOld ? n : 7)}.js`, atMs + 300, {
        agent: browser(n),
        status: isOld ? 404 : 200,
        referer: "https://www.example.org/app/",
      });
    site.web(source, `/api/v2/session`, atMs + 600, { agent: browser(n), status: n % 3 ? 200 : 401 });
  }
}

/** A mobile app's back end: tokens run out, features are probed for, records are gone. */
function mobileBackEnd(site: Site): void {
  for (let n = 0; n < 120; n++) {
    const source = visitor(n);
    const agent = `ExampleApp/${4 + (n % 3)}.${n % 9} (Android 14; Pixel ${n % 9})`;
    for (let turn = 0; turn < 12; turn++) {
      const atMs = HOUR + n * 5 * MINUTE + turn * 40 * SECOND;
      const like = (status: number) => ({ agent, status, bytes: 64 });
      site.web(source, "/v3/token/refresh", atMs, { ...like(turn % 4 ? 200 : 401), method: "POST" });
      site.web(source, `/v3/users/${1000 + n}/inbox`, atMs + 400, like(turn % 4 ? 200 : 401));
      site.web(source, `/v3/users/${1000 + n}/devices/${hex(turn)}/push`, atMs + 800, like(turn % 2 ? 404 : 204));
      site.web(source, `/v3/media/${hex(n * 12 + turn)}`, atMs + 1200, like(turn % 3 ? 200 : 410));
      site.web(
        source,
        `/v3/config/features/${["tips", "maps", "pay", "chat"][turn % 4]}`,
        atMs + 1600,
        like(turn % 2 ? 404 : 200),
      );
    }
  }
}

/** Calendars and address books: clients look for the server by the well-known ways, then in all places that servers use. */
function calendars(site: Site): void {
  site.visitors();
  for (let n = 0; n < 80; n++) {
    const source = stranger(n);
    const agent = ["iOS/18.1 (22B83) dataaccessd/1.0", "DAVx5/4.4.3", "Mozilla/5.0 Thunderbird/128.4"][n % 3]!;
    const atMs = HOUR + n * 9 * MINUTE;
    const ask = (path: string, status: number, after: number) =>
      site.web(source, path, atMs + after * 200, { agent, status, method: "PROPFIND" });
    ask("/.well-known/caldav", 404, 0);
    ask("/.well-known/carddav", 404, 1);
    ask("/", 405, 2);
    ask("/principals/", 404, 3);
    ask("/dav/principals/", 207, 4);
    ask(`/dav/calendars/user${n}/personal/`, 207, 5);
    for (let item = 0; item < 12; item++)
      ask(`/dav/calendars/user${n}/personal/${hex(n * 12 + item)}.ics`, item % 3 ? 200 : 404, 6 + item);
  }
}

/** WordPress: its own cron, bots of plug-ins, feeds of posts, images that a migration lost. */
function wordpress(site: Site): void {
  for (let n = 0; n < 150; n++) {
    const source = visitor(n);
    const atMs = n * 8 * MINUTE;
    const agent = browser(n);
    site.web(source, "/", atMs, { agent });
    site.web(source, `/2024/${1 + (n % 12)}/post-about-things-${n % 30}/`, atMs + 2000, { agent });
    site.web(source, `/wp-content/uploads/2019/0${1 + (n % 9)}/IMG_${n * 7}-300x200.jpg`, atMs + 2200, {
      agent,
      status: 404,
      referer: "https://www.example.org/",
    });
    site.web(source, "/wp-includes/js/jquery/jquery.min.js?ver=3.7.1", atMs + 2100, { agent });
    site.web("198.51.100.10", `/wp-cron.php?doing_wp_cron=${1772400000 + n}.${n}`, atMs, {
      agent: "WordPress/6.7; https://www.example.org",
      method: "POST",
    });
  }
  for (let editor = 0; editor < 4; editor++)
    for (let n = 0; n < 60; n++)
      site.web(
        `93.180.4.${editor + 9}`,
        [
          "/wp-admin/admin-ajax.php",
          "/wp-admin/post.php?post=7&action=edit",
          "/wp-json/wp/v2/posts?page=2",
          "/wp-admin/load-scripts.php?c=1",
          "/wp-admin/images/spinner-2x.gif",
        ][n % 5]!,
        9 * HOUR + editor * HOUR + n * 20 * SECOND,
        {
          agent: browsers[editor]!,
          status: n % 5 === 4 ? 404 : 200,
        },
      );
}

/** Servers of a federated network: inboxes, actors that moved, documents about documents. */
function federation(site: Site): void {
  site.visitors();
  for (let n = 0; n < 900; n++) {
    const server = n % 140;
    const agent = [
      `Mastodon/4.3.${server % 4} (http.rb/5.2.0; +https://m${server}.example.net/)`,
      `Pleroma 2.7; https://p${server}.example.net`,
      `Misskey/2024.${server % 9}.0`,
      `Lemmy/0.19.${server % 6}; +https://l${server}.example.net`,
    ][server % 4]!;
    const path = [
      `/users/anna/statuses/${n * 31}`,
      `/inbox`,
      `/@anna/${n * 17}`,
      `/nodeinfo/2.1`,
      `/users/gone${n % 40}`,
      `/.well-known/nodeinfo`,
      `/users/anna/collections/featured`,
      `/media_proxy/${n}/original`,
      `/.well-known/host-meta`,
      `/api/v1/instance`,
    ][n % 10]!;
    site.web(stranger(server), path, n * 90 * SECOND, {
      agent,
      status: [200, 202, 404, 404, 410, 200, 404, 404, 404, 200][n % 10]!,
      method: n % 10 === 1 ? "POST" : "GET",
    });
  }
}

/** A delivery network that fetches for many, and whose origin lost a directory. */
function brokenDelivery(site: Site): void {
  site.visitors();
  for (let n = 0; n < 2400; n++) {
    const lost = n % 6 === 0;
    site.web(
      `151.101.${n % 4}.${10 + (n % 30)}`,
      lost ? `/img/products/${["red", "blue", "green"][n % 3]}-shoe-${hex(n)}.webp` : pages[n % 40]!,
      n * 30 * SECOND,
      {
        agent: browser(n),
        status: lost ? 404 : 200,
        referer: "https://www.example.org/",
      },
    );
  }
}

/** Thousands of people behind a few addresses of a mobile operator, with everything that people get wrong. */
function carrierNat(site: Site): void {
  site.visitors();
  for (let n = 0; n < 4000; n++) {
    const source = `100.64.${n % 2}.${1 + (n % 7)}`;
    const atMs = n * 20 * SECOND;
    const agent = browser(n);
    const odd = n % 41;
    const path =
      odd === 3
        ? `/${["contct", "abuot", "shpo", "produtcs", "nwes"][n % 5]}`
        : odd === 7
          ? "/apple-touch-icon-precomposed.png"
          : odd === 11
            ? `/${topic(n)}.html)`
            : odd === 13
              ? "/favicon.png"
              : pages[(n * 7) % 40]!;
    site.web(source, path, atMs, { agent, status: [3, 7, 11, 13].includes(odd) ? 404 : 200 });
    if (n % 3 === 0) site.packet(source, WEB, 443, atMs, "ACCEPT");
  }
}

/** Visitors who come by IPv6 alone, each from ever new privacy addresses. */
function ipv6Only(site: Site): void {
  for (let n = 0; n < 500; n++) {
    const home = n % 60;
    const source = `2001:db8:${(0x4000 + home).toString(16)}:1:${hex(n).slice(0, 4)}:${hex(n).slice(4)}:${hex(n * 3).slice(0, 4)}:1`;
    const atMs = n * 2 * MINUTE;
    const agent = browsers[home % 4]!;
    site.web(source, "/", atMs, { agent });
    site.web(source, "/css/site.css", atMs + 200, { agent });
    site.web(source, pages[(n * 3) % 40]!, atMs + 9 * SECOND, { agent });
    if (n % 6 === 0)
      site.web(source, `/old/${topic(n)}-${hex(n % 9)}.html`, atMs + 12 * SECOND, {
        agent,
        status: 404,
        referer: "https://www.google.com/",
      });
  }
}

/** An office behind one address that uses everything the estate offers. */
function office(site: Site): void {
  site.visitors();
  const services: readonly (readonly [string, number])[] = [
    [WEB, 443],
    [WEB, 80],
    ["198.51.100.25", 993],
    ["198.51.100.25", 587],
    ["198.51.100.25", 465],
    [VPN, 22],
    [VPN, 1194],
    ["198.51.100.40", 53],
    ["198.51.100.41", 8443],
    ["198.51.100.42", 3389],
    ["198.51.100.43", 5060],
    ["198.51.100.44", 8080],
  ];
  for (let person = 0; person < 6; person++)
    for (let n = 0; n < 40; n++) {
      const [host, port] = services[(Math.floor(n / 4) * 5 + person) % services.length]!;
      const atMs = 8 * HOUR + n * 14 * MINUTE + person * SECOND;
      // Software connects again and again while somebody works with it.
      for (let i = 0; i < 4; i++) site.packet(`93.190.7.${person + 3}`, host, port, atMs + i * 3 * MINUTE, "ACCEPT");
      if (n % 20 === 4) site.packet(`93.190.7.${person + 3}`, "198.51.100.45", 445, atMs, "DROP");
    }
}

/** Resets of scans elsewhere, late answers, and traceroutes: packets that nobody sent as a try. */
function straysOfTheNet(site: Site): void {
  site.visitors();
  for (let n = 0; n < 300; n++) {
    const source = stranger(n);
    for (let probe = 0; probe < 3; probe++)
      site.packet(source, WEB, 33_434 + probe + (n % 27), n * 4 * MINUTE + probe * 900, "DROP", "UDP");
    if (n % 4 === 0) site.packet(source, WEB, 443, n * 4 * MINUTE + 5000, "ACCEPT");
    if (n % 3 === 0) site.packet(source, WEB, 443, n * 4 * MINUTE + 6000, "DROP", "UDP");
  }
}

/** Games, calls and screen sharing: one host, ports that change with every session. */
function calls(site: Site): void {
  site.visitors();
  for (let n = 0; n < 150; n++) {
    const source = visitor(n);
    const atMs = HOUR + n * 6 * MINUTE;
    site.packet(source, "198.51.100.60", 3478, atMs, "ACCEPT", "UDP");
    for (let leg = 0; leg < 4; leg++)
      site.packet(
        source,
        "198.51.100.60",
        49_152 + ((n * 977 + leg * 131) % 16_000),
        atMs + leg * 700,
        "ACCEPT",
        "UDP",
      );
    site.packet(source, "198.51.100.60", 443, atMs + 4000, "ACCEPT");
  }
}

/** An archive robot, a link preview, an SEO robot: each asks for robots.txt, maps and old pages. */
function robots(site: Site): void {
  site.visitors();
  const agents = [
    "Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
  ];
  agents.forEach((agent, robot) => {
    const source = `40.77.${robot + 3}.9`;
    site.web(source, "/robots.txt", robot * HOUR, { agent });
    site.web(source, "/sitemap.xml", robot * HOUR + 2000, { agent, status: 404 });
    site.web(source, "/sitemap_index.xml", robot * HOUR + 3000, { agent, status: 404 });
    site.web(source, "/ads.txt", robot * HOUR + 4000, { agent, status: 404 });
    for (let n = 0; n < 200; n++) {
      const old = (n + robot) % 4 === 0;
      site.web(
        source,
        old ? `/${["2017", "2018", "2019"][n % 3]}/${topic(n)}/${hex(n).slice(0, 5)}-story.html` : pages[(n * 3) % 40]!,
        robot * HOUR + 5000 + n * 20 * SECOND,
        { agent, status: old ? 404 : 200 },
      );
    }
  });
}

/** A programming interface alone: nothing but JSON, scripts of customers that ask for what is not there yet. */
function apiOnly(site: Site): void {
  for (let n = 0; n < 60; n++) {
    const agent = [`python-requests/2.32.3`, `axios/1.7.${n % 9}`, `okhttp/4.12.0`, `Go-http-client/2.0`, `curl/8.5.0`][
      n % 5
    ]!;
    for (let turn = 0; turn < 40; turn++) {
      const kind = ["orders", "invoices", "customers", "shipments"][turn % 4]!;
      const missing = turn % 4 === n % 4 && turn % 8 < 5;
      site.web(
        stranger(n),
        `/api/2024-10/${kind}/${n * 1000 + turn}${turn % 3 ? "" : "/events?limit=50"}`,
        HOUR + n * 15 * MINUTE + turn * 10 * SECOND,
        {
          agent,
          status: missing ? 404 : turn % 17 === 0 ? 429 : 200,
          method: turn % 7 === 0 ? "PUT" : "GET",
          bytes: 120 + turn,
        },
      );
    }
  }
}

/** A package mirror and a registry: clients ask for every file that might exist, and take the first that does. */
function packages(site: Site): void {
  site.visitors();
  for (let n = 0; n < 40; n++) {
    const agent = ["Debian APT-HTTP/1.3 (2.6.1)", "docker/27.3.1 go/go1.22", "pip/24.3", "Maven/3.9.9 (Java 21)"][
      n % 4
    ]!;
    for (let item = 0; item < 30; item++) {
      const atMs = HOUR + n * 12 * MINUTE + item * 1500;
      const name = `${["lib", "tool", "core", "data"][item % 4]}-${["io", "net", "fmt", "ui", "db"][item % 5]}`;
      const paths = [
        `/debian/dists/bookworm/main/i18n/Translation-${["en", "de", "fr"][item % 3]}_${item}.xz`,
        `/v2/team/${name}/manifests/sha256:${hex(item)}${hex(n)}`,
        `/simple/${name}/`,
        `/maven2/org/example/${name}/${item}.0/${name}-${item}.0.pom.sha512`,
      ];
      site.web(stranger(n), paths[n % 4]!, atMs, { agent, status: item % 3 === 1 ? 404 : 200 });
    }
  }
}

function topic(n: number): string {
  return ["history", "products", "news", "events", "press"][n % 5]!;
}

/** More ordinary traffic that looks like scans; nothing was fitted to it. */
export const moreInnocents: readonly ScenarioProgram[] = [
  { name: "a one-page application after a release", write: onePageApp },
  { name: "a mobile app's back end", write: mobileBackEnd },
  { name: "calendars and address books", write: calendars },
  { name: "a WordPress site with lost images", write: wordpress },
  { name: "federated servers of many makes", write: federation },
  { name: "a delivery network whose origin lost a directory", write: brokenDelivery },
  { name: "a mobile operator's NAT", write: carrierNat },
  { name: "visitors by IPv6 alone, with changing addresses", write: ipv6Only },
  { name: "an office that uses every service", write: office },
  { name: "traceroutes and stray packets", write: straysOfTheNet },
  { name: "calls and games on changing ports", write: calls },
  { name: "robots that remember old pages", write: robots },
  { name: "a programming interface alone", write: apiOnly },
  { name: "package mirrors and registries", write: packages },
];
