import type { Leak } from "./leak.ts";

type Kind = Leak["kind"];

/** Titles that products give to pages meant for their makers; each stands in the product's own source or documentation. */
export const kindByTitle: readonly (readonly [says: RegExp, kind: Kind])[] = [
  // mod_autoindex and nginx; Python's http.server; Jetty and Tomcat; lighttpd; IIS.
  [
    /^(?:Index of \/|Directory listing for \/|Directory(?: Listing)?:? For \[?\/|Directory: \/|[\w.-]{1,80} - \/(?:[\w.-]{1,80}\/)*$)/i,
    "directory-listing",
  ],
  [
    /^(?:Welcome to (?:nginx|OpenResty|Caddy|CentOS|JBoss|WildFly|tengine)\b|Apache2? (?:\w+ )?Default Page|Apache HTTP Server Test Page|Test Page for the|HTTP Server Test Page|IIS Windows(?: Server)?$|IIS\d*$|Microsoft Internet Information Services|Apache Tomcat(?:\/|$)|Default (?:Web Site|Parallels Plesk) Page|Domain Default page|Congratulations \| Django|The install worked successfully!)/i,
    "default-page",
  ],
  // PHP, mod_status and mod_info, Laravel (Whoops, Ignition, Telescope), Rails, Werkzeug, Django, Symfony, Yii, Go, ASP.NET, Clockwork.
  [
    /^(?:PHP \d[\w.+~-]* - phpinfo\(\)|phpinfo\(\)|Apache Status$|Server Information$|Whoops! There was an error|Telescope(?: - \w+)?$|Action Controller: Exception caught|.* \/\/ Werkzeug Debugger$|\w+(?:Error|Exception|DoesNotExist|DisallowedHost|Http404) at \/|Page not found at \/|Symfony Profiler$|Yii Debugger$|\/debug\/(?:pprof|requests|events)\/?$|Application Trace$|Trace$|Error log for |Clockwork$|Internal Server Error - .*Exception)/,
    "debug-page",
  ],
];

/** Bodies by the names that readers of captures give them; those of stack traces end in these words. */
const kindByBody: Readonly<Record<string, Kind>> = {
  "git configuration": "repository",
  "git HEAD": "repository",
  "git index": "repository",
  "git log": "repository",
  "git references": "repository",
  "directory index": "directory-listing",
  "database dump": "backup",
  database: "backup",
  "program source": "backup",
  "environment file": "secrets",
  "password file": "secrets",
  "private key": "secrets",
  "list of users": "secrets",
  "cloud credentials": "secrets",
  "registry credentials": "secrets",
  "cluster credentials": "secrets",
  "server configuration": "secrets",
  "heap dump": "debug-page",
  "Spring actuator": "debug-page",
  "server status": "debug-page",
  "Go profile": "debug-page",
  "Go variables": "debug-page",
  "PHP error": "stack-trace",
};

/** The kind of a body, by its name. */
export function kindOfBody(name: string): Kind | undefined {
  if (name.endsWith(" stack trace")) return "stack-trace";
  return Object.hasOwn(kindByBody, name) ? kindByBody[name] : undefined;
}

/**
 * Headers that only a program in its debugging mode sends: Symfony's profiler and error handler, Laravel's debug bar, Clockwork, ASP.NET
 * started from an editor (its value is a path), Spring Boot 1 (names of its configuration).
 */
export const kindByHeader: Readonly<Record<string, Kind>> = {
  "X-Debug-Token-Link": "debug-page",
  "phpdebugbar-id": "debug-page",
  "X-Clockwork-Id": "debug-page",
  "X-SourceFiles": "debug-page",
  "X-Application-Context": "debug-page",
  "X-Debug-Exception-File": "stack-trace",
};

/** Checks for files and pages that nobody else should be given: what is told when one is answered with content. */
export const kindByCheck: Readonly<Record<string, Kind>> = {
  "git-repo": "repository",
  "svn-repo": "repository",
  "mercurial-repo": "repository",
  "dotenv-file": "secrets",
  "aws-credentials": "secrets",
  "sftp-json": "secrets",
  "ssh-keys": "secrets",
  "htpasswd-file": "secrets",
  "shell-history": "secrets",
  "docker-compose-file": "secrets",
  "backup-archives": "backup",
  "wp-config-backup": "backup",
  "config-backup": "backup",
  "ds-store": "directory-listing",
  phpinfo: "debug-page",
  "symfony-profiler": "debug-page",
  "laravel-telescope": "debug-page",
  "laravel-log": "stack-trace",
  "debug-log": "stack-trace",
  "yii-debug": "debug-page",
  "apache-server-status": "debug-page",
  "nginx-status": "debug-page",
  "spring-actuator": "debug-page",
  "spring-boot-exposure": "debug-page",
};
