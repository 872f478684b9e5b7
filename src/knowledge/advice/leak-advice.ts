import type { Advice } from "./advice.ts";

const nginxReload = "nginx -t && systemctl reload nginx";
const apacheReload = "apachectl configtest && systemctl reload apache2";

/** What holds for what was leaked, whatever software leaked it. */
export const leakAdvice: readonly Advice[] = [
  {
    leaks: ["secrets", "repository", "backup"],
    mitigation: "M1042",
    short: "take the file off the site, and change every password and key that it holds: whoever was told has it",
    hides: "the file, from now on",
    leaves: "what was fetched already: secrets stay known until they are changed",
    source: "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
  },
  {
    leaks: ["secrets", "repository"],
    mitigation: "M1056",
    short: "nginx: no names that begin with a dot are served",
    change: {
      file: "/etc/nginx/sites-available/default, server",
      before: "",
      after: "location ~ /\\.(?!well-known/) { return 404; }",
      apply: nginxReload,
    },
    hides: "all of .git, .env, .htpasswd and the like, also those to come",
    leaves: "copies under other names, such as env.bak",
    source: "https://nginx.org/en/docs/http/ngx_http_core_module.html#location",
  },
  {
    leaks: ["secrets", "repository"],
    mitigation: "M1056",
    short: "Apache: no names that begin with a dot are served",
    change: {
      file: "/etc/apache2/conf-available/security.conf",
      before: "",
      after: 'RedirectMatch 404 "/\\.(?!well-known/)"',
      apply: apacheReload,
    },
    hides: "all of .git, .env, .htpasswd and the like, also those to come",
    leaves: "copies under other names, such as env.bak",
    source: "https://httpd.apache.org/docs/2.4/mod/mod_alias.html#redirectmatch",
  },
  {
    leaks: ["directory-listing"],
    mitigation: "M1042",
    short: "nginx: autoindex off; Apache: Options -Indexes; IIS: directoryBrowse enabled=false; Tomcat: listings false",
    hides: "names of files that nothing links to",
    leaves: "the files themselves, for whoever guesses their names",
    source: "https://httpd.apache.org/docs/2.4/mod/core.html#options",
  },
  {
    leaks: ["default-page"],
    mitigation: "M1042",
    short: "remove the page that came with the server, or answer hosts that are not served with 404",
    hides: "that the server is new or unused, its name and often its distribution",
    leaves: "headers and error pages",
    source: "https://nginx.org/en/docs/http/server_names.html#miscellaneous_names",
  },
  {
    leaks: ["debug-page"],
    mitigation: "M1042",
    short:
      "turn it off outside development (APP_DEBUG=false, APP_ENV=prod, DEBUG = False, management.endpoints.web.exposure.include=health), or let only inner addresses in",
    hides: "configuration, requests of others, often secrets and a way to run code",
    leaves: "what was told already: change the secrets that it showed",
    source:
      "https://docs.spring.io/spring-boot/reference/actuator/endpoints.html; https://docs.djangoproject.com/en/stable/ref/settings/#debug; https://symfony.com/doc/current/profiler.html",
  },
  {
    leaks: ["stack-trace"],
    mitigation: "M1056",
    short:
      'errors to the log and not to the visitor: display_errors = Off (PHP), DEBUG = False (Django), customErrors mode="On" (.NET), server.error.include-stacktrace=never (Spring), NODE_ENV=production (Express)',
    hides: "paths, versions of libraries, and lines of the program",
    leaves: "that an error was met, by the status",
    source: "https://www.php.net/manual/en/errorfunc.configuration.php#ini.display-errors",
  },
  {
    leaks: ["private-address", "internal-name"],
    services: ["http"],
    mitigation: "M1056",
    short:
      "nginx: absolute_redirect off, proxy_redirect and proxy_hide_header; Apache: UseCanonicalName On with a public ServerName, Header unset; F5: encrypt the persistence cookie",
    hides: "addresses and names of the servers inside",
    leaves: "what bodies and certificates tell of them",
    source:
      "https://nginx.org/en/docs/http/ngx_http_core_module.html#absolute_redirect; https://httpd.apache.org/docs/2.4/mod/core.html#usecanonicalname; F5 K6917",
  },
  {
    leaks: ["internal-name"],
    services: ["smtp", "smtps"],
    mitigation: "M1056",
    short:
      "greet by the public name: myhostname (Postfix), primary_hostname (Exim), Set-ReceiveConnector -Fqdn (Exchange)",
    hides: "the name inside, in the greeting and in the reply to EHLO",
    leaves: "names in Received lines of mail that is sent out",
    source: "https://www.postfix.org/postconf.5.html#myhostname",
  },
  {
    leaks: ["domain"],
    mitigation: "M1042",
    short: "offer no NTLM to the outside: Kerberos or a form instead, and the service behind a VPN",
    hides: "names of the computer, its domain and forest, and the version of Windows, told before any log-in",
    leaves: "nothing of this kind",
    source:
      "[MS-NLMP], section 2.2.1.2; https://learn.microsoft.com/en-us/windows-server/security/kerberos/ntlm-overview",
  },
];
