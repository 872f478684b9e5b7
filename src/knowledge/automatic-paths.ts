/**
 * What browsers, phones and crawlers ask every site for by themselves, whether it is there or not. A miss on one of these
 * says nothing about its sender. Sources: RFC 8615 and IANA's well-known URI registry; RFC 9116 (security.txt); RFC 9309
 * (robots.txt); WHATWG HTML (favicon.ico); Apple's and Google's app-link documentation; RFC 6764 (calendars); Thunderbird's mail configuration; IAB Tech Lab (ads.txt).
 */
export const automaticPaths: readonly string[] = [
  "/favicon.ico",
  "/favicon.png",
  "/favicon.svg",
  "/favicon-16x16.png",
  "/favicon-32x32.png",
  "/apple-touch-icon.png",
  "/apple-touch-icon-precomposed.png",
  "/apple-touch-icon-120x120.png",
  "/apple-touch-icon-120x120-precomposed.png",
  "/browserconfig.xml",
  "/manifest.json",
  "/manifest.webmanifest",
  "/site.webmanifest",
  "/sw.js",
  "/service-worker.js",
  "/robots.txt",
  "/humans.txt",
  "/security.txt",
  "/ads.txt",
  "/app-ads.txt",
  "/sellers.json",
  "/sitemap.xml",
  "/sitemap.xml.gz",
  "/sitemap_index.xml",
  "/sitemap.txt",
  "/feed",
  "/feed/",
  "/rss",
  "/rss.xml",
  "/atom.xml",
  "/index.xml",
  "/feed.xml",
  "/feeds",
  "/rss/",
  "/feed/atom",
  "/feed.json",
  "/feeds/posts/default",
  "/index.rdf",
  "/crossdomain.xml",
  "/wpad.dat",
  "/apple-app-site-association",
  "/.well-known/apple-app-site-association",
  "/.well-known/assetlinks.json",
  "/.well-known/change-password",
  "/.well-known/security.txt",
  "/.well-known/dnt-policy.txt",
  "/.well-known/gpc.json",
  "/.well-known/traffic-advice",
  "/.well-known/passkey-endpoints",
  "/.well-known/webfinger",
  "/.well-known/nodeinfo",
  "/.well-known/host-meta",
  "/.well-known/openid-configuration",
  "/.well-known/oauth-authorization-server",
  "/.well-known/oauth-protected-resource",
  "/.well-known/host-meta.json",
  "/.well-known/caldav",
  "/.well-known/carddav",
  "/.well-known/jmap",
  "/.well-known/matrix/client",
  "/.well-known/matrix/server",
  "/.well-known/mta-sts.txt",
  "/.well-known/autoconfig/mail/config-v1.1.xml",
  "/mail/config-v1.1.xml",
  "/.well-known/openpgpkey/policy",
  "/.well-known/related-website-set.json",
  "/.well-known/appspecific/com.chrome.devtools.json",
  "/.well-known/acme-challenge/",
  "/.well-known/ai-plugin.json",
  "/llms.txt",
];

/**
 * Names that file managers look for in every folder of a share that they open: notes of their own and of other systems.
 * Sources: Apple's macOS (.DS_Store, AppleDouble files of RFC 1740 section 4), Windows' Explorer (desktop.ini, Autorun.inf), GNOME's
 * and KDE's file managers (.hidden, .directory, .Trash).
 */
const fileManagersNames = new Set([
  ".ds_store",
  ".hidden",
  ".localized",
  ".metadata_never_index",
  ".metadata_never_index_unless_rootfs",
  ".metadata_direct_scope_only",
  ".spotlight-v100",
  ".temporaryitems",
  ".trashes",
  ".fseventsd",
  ".ql_disablethumbnails",
  ".ql_disablecache",
  "backups.backupdb",
  "mach_kernel",
  "dcim",
  "desktop.ini",
  "thumbs.db",
  "autorun.inf",
  "folder.jpg",
  "folder.gif",
  "wlinfo.ini",
  ".directory",
  ".trash",
  ".xdg-volume-info",
]);
const LONGEST_NAME = 40;
const SLASH = 47;

/** Whether the last part of a path is such a name. */
export function isFileManagersName(path: Uint8Array): boolean {
  const end = path.at(-1) === SLASH ? path.length - 1 : path.length;
  const from = path.lastIndexOf(SLASH, end - 1) + 1;
  if (path[from] === 46 && path[from + 1] === 95) return true;
  if (end - from > LONGEST_NAME) return false;
  return fileManagersNames.has(String.fromCharCode(...path.subarray(from, end)).toLowerCase());
}
