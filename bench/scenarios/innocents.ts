import type { ScenarioProgram } from "./disguises.ts";
import {
  browsers,
  DAY,
  HOUR,
  MAIL,
  MINUTE,
  pages,
  SECOND,
  type Site,
  stranger,
  VPN,
  visitor,
  WEB,
  word,
} from "./site.ts";

const BROKEN = "https://www.example.org/links.html";

function sync(site: Site, agent: string, path: (n: number) => string, missing: (n: number) => boolean): void {
  site.visitors();
  for (let client = 0; client < 12; client++) {
    for (let n = 0; n < 120; n++) {
      const atMs = HOUR + client * MINUTE + n * 20 * SECOND;
      site.web(visitor(400 + client), path(client * 120 + n), atMs, { agent, status: missing(n) ? 404 : 200 });
    }
  }
}

/** What hosts send to all others by themselves: mDNS, SSDP, LLMNR, WS-Discovery, NetBIOS, DHCP and a file sync's search for peers. */
const chatter: readonly (readonly [target: string, port: number])[] = [
  ["224.0.0.251", 5353],
  ["239.255.255.250", 1900],
  ["224.0.0.252", 5355],
  ["239.255.255.250", 3702],
  ["198.51.100.255", 137],
  ["198.51.100.255", 138],
  ["255.255.255.255", 67],
  ["255.255.255.255", 17_500],
  ["198.51.100.255", 17_500],
];

/** Ordinary traffic that looks like scans: nobody in it is to be found. */
export const innocents: readonly ScenarioProgram[] = [
  { name: "nothing but visitors, for 30 days", write: (site) => site.visitors(400, 30) },
  {
    name: "a file sync client with a stale list",
    write: (site) =>
      sync(
        site,
        "Mozilla/5.0 (Linux) mirall/3.14.0",
        (n) => `/remote.php/dav/files/u${n % 12}/photo-${n * 37}.jpg`,
        (n) => n % 3 > 0,
      ),
  },
  {
    name: "a photo server's app",
    write: (site) =>
      sync(
        site,
        "Dart/3.5 (dart:io)",
        (n) => `/api/assets/${(n * 2_654_435_761) % 4_294_967_296}-4f1c-a2b3/thumbnail`,
        (n) => n % 2 > 0,
      ),
  },
  {
    name: "a media server's app",
    write: (site) =>
      sync(
        site,
        "Jellyfin-Android/2.6",
        (n) => `/Items/${(n * 40_503) % 65_536}ab12/Images/Primary?tag=${n}`,
        (n) => n % 2 > 0,
      ),
  },
  {
    name: "a chat app",
    write: (site) =>
      sync(
        site,
        "Mattermost Mobile/2.20",
        (n) => `/api/v4/users/${(n * 7_919) % 99_991}kx/image`,
        (n) => n % 4 === 1,
      ),
  },
  {
    name: "federated servers that ask for accounts that are gone",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 200; n++) {
        const agent = `http.rb/5.2.0 (Mastodon/4.3.${n % 5}; +https://social${n % 60}.example.net/)`;
        site.web(stranger(n % 60), `/users/member${(n * 31) % 97}`, n * 5 * MINUTE, {
          agent,
          status: n % 3 ? 410 : 200,
        });
        site.web(
          stranger(n % 60),
          `/.well-known/webfinger?resource=acct:member${n}@example.org`,
          n * 5 * MINUTE + SECOND,
          { agent, status: n % 3 ? 404 : 200 },
        );
      }
    },
  },
  {
    name: "health checks and service discovery",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 700; n++) {
        site.web("10.4.0.2", "/healthz", n * 2 * MINUTE, { agent: "kube-probe/1.31" });
        site.web("10.4.0.2", "/readyz", n * 2 * MINUTE + SECOND, {
          agent: "kube-probe/1.31",
          status: n % 9 ? 200 : 503,
        });
        site.web("10.4.0.3", "/metrics", n * 2 * MINUTE, { agent: "Prometheus/2.54.1", status: 404 });
      }
    },
  },
  {
    name: "peer-to-peer",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 600; n++) {
        site.packet(stranger(n), "198.51.100.90", 51_413, n * 2 * MINUTE, "ACCEPT", n % 2 ? "UDP" : "TCP");
        if (n % 4 === 0)
          site.packet(
            stranger(n),
            "198.51.100.90",
            51_413,
            n * 2 * MINUTE + 40 * SECOND,
            "ACCEPT",
            n % 2 ? "UDP" : "TCP",
          );
        if (n % 3 === 0) site.packet(stranger(n), "198.51.100.91", 6881 + (n % 9), n * 2 * MINUTE, "DROP", "UDP");
      }
    },
  },
  {
    name: "the egress of a network of 300 people",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 3000; n++) {
        const agent = browsers[n % 4]!.replace(/\d+\.0/, `${90 + (n % 50)}.0`);
        site.web("81.200.1.1", pages[site.random(40)]!, n * 25 * SECOND, { agent });
        if (n % 50 === 7)
          site.web("81.200.1.1", `/archive/${topicOf(n)}/old-${n}.html`, n * 25 * SECOND + 900, {
            agent,
            status: 404,
            referer: BROKEN,
          });
      }
    },
  },
  {
    name: "a monitor that polls pages, some of them dead",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 280; n++) {
        for (const path of ["/", "/shop.html", "/status", "/api/ping", "/old-status"])
          site.web("93.184.7.9", path, n * 5 * MINUTE, {
            agent: "UptimeRobot/2.0",
            status: path.length > 7 && path !== "/shop.html" ? 404 : 200,
          });
      }
    },
  },
  {
    name: "a search crawler and a link checker on a broken site",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 500; n++) {
        const isDead = n % 3 === 0;
        const path = isDead ? `/archive/${topicOf(n)}/page-${wordOf(n)}.html` : pages[n % 40]!;
        site.web("66.249.70.1", path, n * MINUTE, {
          agent: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
          status: isDead ? 404 : 200,
        });
        site.web("188.40.9.9", path, 9 * HOUR + n * SECOND, {
          agent: "LinkChecker/10.5",
          status: isDead ? 404 : 200,
          referer: BROKEN,
        });
      }
    },
  },
  {
    name: "a relaunch that breaks every old link",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 1500; n++) {
        const agent = browsers[n % 4]!.replace(/\d+\.0/, `${100 + (n % 40)}.0`);
        const like = { agent, referer: "https://www.google.com/" };
        const atMs = HOUR + n * 50 * SECOND;
        site.web(stranger(n), `/articles/${topicOf(n)}/${wordOf(n * 7)}-${wordOf(n)}.html`, atMs, {
          ...like,
          status: 404,
        });
        if (n % 2 === 0) continue;
        site.web(stranger(n), "/", atMs + 8 * SECOND, { agent });
        site.web(stranger(n), "/css/site.css", atMs + 9 * SECOND, { agent });
        site.web(stranger(n), pages[n % 40]!, atMs + 30 * SECOND, { agent });
      }
    },
  },
  {
    name: "feed readers with a feed that moved",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 300; n++) {
        for (let hour = 0; hour < 6; hour++)
          site.web(stranger(n), `/feed-${n % 4}.xml`, hour * 4 * HOUR + n * 10 * SECOND, {
            agent: `Reader/${n % 9}.1`,
            status: n % 4 ? 404 : 200,
          });
      }
    },
  },
  {
    name: "password guessing",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 800; n++) {
        site.web(stranger(n % 20), "/login", n * 30 * SECOND, {
          method: "POST",
          status: 401,
          agent: "python-requests/2.32",
        });
        site.packet(stranger(n % 20), VPN, 22, n * 30 * SECOND, "ACCEPT");
      }
    },
  },
  {
    name: "a load test",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 6000; n++)
        site.web("93.10.8.8", pages[n % 40]!, 10 * HOUR + n * 20, { agent: "k6/0.53.0", status: n % 50 ? 200 : 503 });
    },
  },
  {
    name: "a flood from spoofed sources, and backscatter",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 8000; n++) {
        const source = `${20 + (n % 180)}.${(n * 7) % 250}.${(n * 31) % 250}.${1 + ((n * 3) % 250)}`;
        site.packet(source, WEB, 443, 5 * HOUR + n * 4, "ACCEPT", "TCP", 8192);
        if (n % 4 === 0) site.packet(source, "198.51.100.77", 80, 6 * HOUR + n * 4, "DROP", "TCP", 8192);
      }
    },
  },
  {
    name: "multicast and broadcast chatter",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 2000; n++) {
        const [target, port] = chatter[n % chatter.length]!;
        site.packet(`198.51.100.${100 + (n % 23)}`, target, port, n * 40 * SECOND, n % 2 ? "DROP" : "ACCEPT", "UDP");
      }
    },
  },
  {
    name: "a scan by the estate's own declared scanner",
    declared: "192.0.2.200/32",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 300; n++) {
        site.packet("192.0.2.200", `198.51.100.${1 + (n % 250)}`, 1 + n * 13, HOUR + n * SECOND, "DROP");
        site.web("192.0.2.200", word(n), 2 * HOUR + n * SECOND, { status: 404, agent: "OpenVAS" });
      }
    },
  },
  {
    name: "mail delivery",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 900; n++) {
        site.packet(stranger(n % 120), MAIL, 25, n * MINUTE, "ACCEPT");
        if (n % 40 === 0) site.packet(stranger(n % 120), "198.51.100.26", 25, n * MINUTE, "DROP");
      }
    },
  },
  {
    name: "certificate validation of names that moved",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 60; n++)
        site.web(
          stranger(n),
          `/.well-known/acme-challenge/${(n * 2_654_435_761).toString(36)}${"x7Qd".repeat(5)}${n}`,
          n * 20 * MINUTE,
          {
            agent: "Mozilla/5.0 (compatible; Let's Encrypt validation server; +https://www.letsencrypt.org)",
            status: 404,
          },
        );
    },
  },
  {
    name: "one dead link in a popular place",
    write: (site) => {
      site.visitors();
      for (let n = 0; n < 400; n++)
        site.web(stranger(n), "/talk/slides.pdf", 8 * HOUR + n * 40 * SECOND, {
          agent: browsers[n % 4]!,
          status: 404,
          referer: "https://news.example.net/item?id=7",
        });
    },
  },
  {
    name: "an app that asks for an address that is gone",
    write: (site) => {
      site.visitors(150, 2);
      for (let n = 0; n < 400; n++) {
        for (let time = 0; time < 3; time++)
          site.web(stranger(n), "/v2/update/check", (time * DAY) / 2 + n * 60 * SECOND, {
            agent: "Tidings/2.1",
            status: 404,
          });
      }
    },
  },
];

function topicOf(n: number): string {
  return ["history", "products", "news", "events", "press"][n % 5]!;
}

/** A word that no list of names holds. */
function wordOf(n: number): string {
  const syllables = ["ka", "lo", "mi", "nu", "pe", "ra", "si", "to", "vu", "ze"];
  return [n, n * 3 + 1, n * 7 + 2].map((i) => syllables[Math.floor(i / 3) % 10]! + syllables[i % 10]!).join("");
}
