/**
 * Which software a text names, by the grammar of such texts alone (`product/version`, RFC 9110, section 10.2.4, and its like): the yardstick for
 * what the program's fingerprints say, so nothing is taken from them.
 */
export interface NamedSoftware {
  /** In lower case, letters and digits only. */
  readonly name: string;
  /** As it was said; empty where only the name was. */
  readonly version: string;
}

/** Names that servers say without a version. */
const wellKnown =
  /\b(apache|nginx|openresty|caddy|lighttpd|microsoft-iis|tomcat|jetty|jenkins|grafana|express|gunicorn|php|asp\.net|postfix|exim|sendmail|dovecot|courier|cyrus|vsftpd|proftpd|pure-ftpd|filezilla|openssh|dropbear|mariadb|mysql|postgresql|redis|samba|bind|unbound|dnsmasq|powerdns)\b/gi;

/** `name/1.2`, `name_1.2p1`, `name-1.2`, `name 1.2`: a version has a dot. */
const withVersion = /([A-Za-z][A-Za-z.+_-]{1,30}?)[/_ -]v?(\d{1,4}(?:\.\w{1,12}){1,5})/g;

/** `5.5.5-10.11.19-MariaDB-0+deb12u1`: the version stands first. */
const versionFirst = /(\d{1,4}(?:\.\d{1,6}){1,3})-([A-Za-z]{3,20})\b/g;

/** What `said` names. The same name may be there with and without a version. */
export function softwareNamedIn(said: string): NamedSoftware[] {
  // The protocol's own version (RFC 4253, section 4.2).
  const text = said.replace(/^SSH-\d\.\d+-/, "");
  return [
    ...[...text.matchAll(withVersion)].map(([, name, version]) => ({ name: plain(name!), version: version! })),
    ...[...text.matchAll(versionFirst)].map(([, version, name]) => ({ name: plain(name!), version: version! })),
    ...[...text.matchAll(wellKnown)].map(([, name]) => ({ name: plain(name!), version: "" })),
  ];
}

/** Letters and digits of a name, in lower case. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z\d]/g, "");
}
